/// Byte-level byte-pair encoding with a model file's own vocabulary and merges.
///
/// A text is cut into words, a word into bytes, and the pair of neighbours whose merge was learned first is joined, the leftmost first,
/// until no pair is left that was learned. Bytes without a token are dropped, as llama.cpp does. Source: Sennrich et al. 2016;
/// Radford et al. 2019.
public struct BytePairTokenizer: Sendable {
    /// What a token is for.
    enum Kind: Int32, Sendable {
        case normal = 1
        case unknown = 2
        case control = 3
        case userDefined = 4
        case unused = 5
        case byte = 6
    }

    /// How many tokens there are.
    public var count: Int { kinds.count }
    private var contents: [UInt8] = []
    private var starts: [Int] = [0]
    private var kinds: [Kind] = []
    /// Rank and result of each pair that can be merged.
    private var merges: [UInt64: UInt64] = [:]
    /// The token of each byte; -1 where there is none.
    private var byteTokens = [Int32](repeating: -1, count: 256)
    /// Control and user-defined tokens, the longest first.
    private var specials: [(id: Int, text: [UInt8])] = []
    private let preTokenizer: PreTokenizer
    /// The token that ends an answer, with those that mean the same.
    public let ends: Set<Int>
    /// The token that a text begins with, if the model wants one.
    public let beginning: Int?

    /// The tokenizer that a model file describes.
    ///
    /// - Throws: `LanguageModelError` naming what is unsupported or broken.
    public init(_ file: GGUFFile) throws {
        let model = try file.text("tokenizer.ggml.model") ?? ""
        guard model == "gpt2" else {
            throw LanguageModelError("the tokenizer “\(model.shown)” is not supported; expected byte-level pairs (gpt2)")
        }
        preTokenizer = try PreTokenizer(name: try file.text("tokenizer.ggml.pre") ?? "none named")
        if try file.flag("tokenizer.ggml.add_space_prefix") == true {
            throw LanguageModelError("the tokenizer puts a space before each text, which is not supported")
        }
        let texts = try file.texts("tokenizer.ggml.tokens")
        guard (1...1 << 24).contains(texts.count) else { throw LanguageModelError("the tokenizer has \(texts.count) tokens") }
        let types = try file.integers("tokenizer.ggml.token_type")
        if let types, types.count != texts.count {
            throw LanguageModelError("the tokenizer has \(texts.count) tokens but types of \(types.count)")
        }
        let last = texts.count - 1
        beginning =
            try file.flag("tokenizer.ggml.add_bos_token") == true ? file.integer("tokenizer.ggml.bos_token_id", in: 0...last) : nil
        let end = try file.integer("tokenizer.ggml.eos_token_id", in: 0...last)

        var table = TokenTable(capacity: texts.count)
        for (id, range) in texts.enumerated() {
            guard let kind = Kind(rawValue: types?[id] ?? 1) else {
                throw LanguageModelError("the token \(id) has the unknown type \(types?[id] ?? 0)")
            }
            kinds.append(kind)
            let isWritten = kind == .normal && ByteAlphabet.append(file.file.bytes[range], to: &contents)
            if !isWritten { contents += file.file.bytes[range] }
            let start = starts[id]
            starts.append(contents.count)
            if isWritten, contents.count > start {
                table.insert(Int32(id), contents, starts)
                if contents.count == start + 1 { byteTokens[Int(contents[start])] = Int32(id) }
            }
            if kind == .control || kind == .userDefined, contents.count > start { specials.append((id, Array(contents[start...]))) }
        }
        specials.sort { ($0.text.count, $1.id) > ($1.text.count, $0.id) }
        let endings: Set = ["<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|end|>", "<EOT>"]
        ends = Set(specials.filter { endings.contains(String(decoding: $0.text, as: UTF8.self)) }.map(\.id)).union([end])
        try readMerges(file, table)
    }

    private mutating func readMerges(_ file: GGUFFile, _ table: TokenTable) throws {
        let bytes = file.file.bytes
        let texts = try file.texts("tokenizer.ggml.merges")
        merges.reserveCapacity(texts.count)
        var word: [UInt8] = []
        for (rank, range) in texts.enumerated() {
            word.removeAll(keepingCapacity: true)
            guard let space = bytes[range].firstIndex(of: 0x20), ByteAlphabet.append(bytes[range.lowerBound..<space], to: &word),
                case let cut = word.count, ByteAlphabet.append(bytes[space + 1..<range.upperBound], to: &word),
                let left = table.id(of: word[..<cut], contents, starts), let right = table.id(of: word[cut...], contents, starts),
                let whole = table.id(of: word[...], contents, starts)
            else { throw LanguageModelError("the tokenizer's merge \(rank) does not join two tokens into a third") }
            let pair = Self.pair(left, right)
            if merges[pair] == nil { merges[pair] = UInt64(rank) << 32 | UInt64(UInt32(bitPattern: whole)) }
        }
    }

    private static func pair(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    // MARK: Encoding

    /// The tokens of a text.
    ///
    /// - Parameters:
    ///   - parsesSpecial: whether the names of control tokens in the text, as `<|im_end|>`, mean those tokens. Otherwise they are text
    ///     like any other, so that a text cannot give orders to the model.
    ///   - limit: encoding stops when there are more tokens than this.
    public func encode(_ text: String, parsesSpecial: Bool = false, limit: Int = .max) -> [Int] {
        var ids: [Int] = []
        for piece in pieces(of: text, parsesSpecial: parsesSpecial) where ids.count <= limit {
            switch piece {
            case .token(let id): ids.append(id)
            case .text(let text):
                preTokenizer.words(of: text) { word in
                    merge(word, into: &ids)
                    return ids.count <= limit
                }
            }
        }
        return ids
    }

    private enum Piece {
        case text(String)
        case token(Int)
    }

    /// The text cut at special tokens, longer tokens first.
    private func pieces(of text: String, parsesSpecial: Bool) -> [Piece] {
        var pieces: [Piece] = [.text(text)]
        for special in specials where parsesSpecial || kinds[special.id] == .userDefined {
            pieces = pieces.flatMap { piece -> [Piece] in
                guard case .text(let text) = piece else { return [piece] }
                let bytes = Array(text.utf8)
                var result: [Piece] = []
                var from = 0
                var at = 0
                while at + special.text.count <= bytes.count {
                    if bytes[at] == special.text[0], bytes[at..<at + special.text.count].elementsEqual(special.text) {
                        if at > from { result.append(.text(String(decoding: bytes[from..<at], as: UTF8.self))) }
                        result.append(.token(special.id))
                        at += special.text.count
                        from = at
                    } else {
                        at += 1
                    }
                }
                if from == 0 { return [piece] }
                if from < bytes.count { result.append(.text(String(decoding: bytes[from...], as: UTF8.self))) }
                return result
            }
        }
        return pieces
    }

    /// Merges one word's bytes and appends its tokens.
    private func merge(_ word: ArraySlice<UInt8>, into ids: inout [Int]) {
        var symbols = word.map { byteTokens[Int($0)] }
        guard symbols.count > 1 else {
            if let first = symbols.first, first >= 0 { ids.append(Int(first)) }
            return
        }
        var next = Array(1...symbols.count)
        var previous = Array(-1..<symbols.count - 1)
        var heap = MergeHeap()
        func consider(_ left: Int, _ right: Int, _ symbols: [Int32], _ heap: inout MergeHeap) {
            guard symbols[left] >= 0, symbols[right] >= 0, let merge = merges[Self.pair(symbols[left], symbols[right])] else { return }
            heap.push(
                .init(
                    rank: UInt32(merge >> 32), place: UInt32(left), left: symbols[left], right: symbols[right],
                    whole: Int32(truncatingIfNeeded: merge)))
        }
        for left in 0..<symbols.count - 1 { consider(left, left + 1, symbols, &heap) }
        while let merge = heap.pop() {
            let left = Int(merge.place)
            let right = next[left]
            // What was merged meanwhile, or has a new neighbour, is out of date.
            guard right < symbols.count, symbols[left] == merge.left, symbols[right] == merge.right else { continue }
            symbols[left] = merge.whole
            symbols[right] = -2
            next[left] = next[right]
            if next[left] < symbols.count {
                previous[next[left]] = left
                consider(left, next[left], symbols, &heap)
            }
            if previous[left] >= 0 { consider(previous[left], left, symbols, &heap) }
        }
        var at = 0
        while at < symbols.count {
            if symbols[at] >= 0 { ids.append(Int(symbols[at])) }
            at = next[at]
        }
    }

    // MARK: Decoding

    /// The bytes of a token's text; a control token's are those of its name.
    public func bytes(of id: Int) -> ArraySlice<UInt8> { kinds.indices.contains(id) ? contents[starts[id]..<starts[id + 1]] : [] }

    /// The text of a token; bytes that are no UTF-8 by themselves become U+FFFD.
    public func text(of id: Int) -> String { String(decoding: bytes(of: id), as: UTF8.self) }

    /// Whether a token is no text but a sign to the model.
    public func isControl(_ id: Int) -> Bool { kinds.indices.contains(id) && (kinds[id] == .control || kinds[id] == .unknown) }

    /// The token of a control's name, as `<|im_start|>`.
    public func control(_ name: String) -> Int? { specials.first { $0.text.elementsEqual(name.utf8) && kinds[$0.id] == .control }?.id }

    /// The text of tokens, control tokens left out.
    public func decode(_ ids: [Int]) -> String {
        String(decoding: ids.filter { !isControl($0) }.flatMap { bytes(of: $0) }, as: UTF8.self)
    }
}
