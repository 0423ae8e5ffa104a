import Engine
import Kernels

/// Draws that somebody else's sampler made, as read from files or typed.
struct RecordedDraws: Sendable {
    var names: [String] = []
    /// By quantity, chain and draw.
    var draws: [[[Double]]] = []
    /// What CmdStan says of each transition, by chain; empty where it does not.
    var energies: [[Double]] = []
    var acceptances: [[Double]] = []
    var stepSizes: [[Double]] = []
    /// Transitions, counted from 1, that diverged.
    var divergent: [[Int]] = []
    var treeDepthHits: Int?
    var notes: [String] = []

    var chains: Int { draws.first?.count ?? 0 }
    var count: Int { draws.first?.first?.count ?? 0 }

    /// Columns that say which chain a row is of.
    static let chainColumns: Set = ["chain", ".chain", "chain__"]
    /// Columns that are no quantities.
    static let bookkeeping = chainColumns.union(["draw", ".draw", "draw__", "iteration", ".iteration", "iter"])
    /// Columns by any of which a file is told to be CmdStan's, or like it.
    static let stanColumns: Set = ["lp__", "energy__", "divergent__"]
    static let mostChains = 64
    static let mostNumbers = 100_000_000

    // MARK: Typed

    /// Reads `[[1, 2, …], [3, 4, …]]`: one list a chain, of one quantity.
    init(inline text: String) throws {
        func fault(_ what: String) -> UserError {
            UserError("chains: \(what); expected lists such as [[1,2,3],[4,5,6]]", parameter: "chains")
        }
        var rows: [[Double]] = []
        var row: [Double]?
        var item = ""
        var depth = 0
        func finish(_ item: inout String) throws {
            let word = item.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            item = ""
            guard !word.isEmpty else { return }
            guard let number = DecimalNumber.parse(word) else { throw fault("“\(word)” is not a number") }
            row?.append(number)
        }
        for character in text {
            switch character {
            case "[":
                depth += 1
                guard depth <= 2, row == nil else { throw fault("a bracket within the lists") }
                if depth == 2 { row = [] }
            case "]":
                depth -= 1
                guard depth >= 0 else { throw fault("a bracket is closed that was not opened") }
                if let _ = row {
                    try finish(&item)
                    rows.append(row ?? [])
                    row = nil
                }
            case ",": if row != nil { try finish(&item) }
            default:
                guard row != nil || character.isWhitespace else { throw fault("“\(character)” outside the lists") }
                item.append(character)
            }
        }
        guard depth == 0 else { throw fault("a bracket is not closed") }
        guard !rows.isEmpty else { throw fault("no list") }
        names = ["x"]
        draws = [rows]
        try check("chains")
    }

    // MARK: Files

    /// Reads files, each a chain of CmdStan's or a table of one or more chains.
    init(_ inputs: [Input]) throws {
        for input in inputs {
            let file = CommentedFile(input.bytes)
            let table = try DelimitedText.parse(
                file.bytes, name: input.name, separator: file.hasComments ? 0x2C : nil, header: file.hasComments ? .present : .detected)
            try add(try Self.chains(of: table, file.comments))
        }
        try check("data")
    }

    /// The chains of one table.
    private static func chains(of table: DataTable, _ stan: StanComments) throws -> RecordedDraws {
        var part = RecordedDraws()
        let isStan = stanColumns.contains(where: table.has)
        var wanted: [String] = []
        for (name, kind) in zip(table.columns, table.kinds) where !Self.bookkeeping.contains(name.lowercased()) {
            if isStan, name.hasSuffix("__"), name != "lp__" { continue }
            if kind == .number {
                wanted.append(name)
            } else {
                part.notes.append("\(table.name): column “\(name)” holds no numbers and was left out")
            }
        }
        guard !wanted.isEmpty else { throw UserError("\(table.name): no column of numbers to diagnose", parameter: "data") }
        guard wanted.count * table.rowCount <= mostNumbers else {
            throw UserError(
                "\(table.name): \(wanted.count) quantities of \(table.rowCount) rows; at most \(mostNumbers) numbers are taken",
                parameter: "data")
        }
        // Warm-up that CmdStan was told to save comes first and is no draw.
        let skipped = min(stan.savedWarmup, table.rowCount)
        if skipped > 0 { part.notes.append("\(table.name): \(skipped) rows of warm-up were left out") }
        var chains = [Array(skipped..<table.rowCount)]
        if let name = table.columns.first(where: { chainColumns.contains($0.lowercased()) }) {
            let column = try table.texts(name)
            chains = column.values.indices.map { code in (skipped..<table.rowCount).filter { column.codes[$0] == Int32(code) } }.filter {
                !$0.isEmpty
            }
        }
        func gathered(_ name: String) throws -> [[Double]] {
            let values = try table.numbers(name)
            if let row = values.firstIndex(where: { !$0.isFinite }) {
                throw UserError("\(table.place(row: row, column: name)): \(values[row]); expected a finite number", parameter: "data")
            }
            return chains.map { rows in rows.map { values[$0] } }
        }
        part.names = wanted
        part.draws = try wanted.map(gathered)
        if isStan {
            func known(_ name: String) throws -> [[Double]] { table.has(name) ? try gathered(name) : chains.map { _ in [] } }
            part.energies = try known("energy__")
            part.acceptances = try known("accept_stat__")
            part.stepSizes = try known("stepsize__")
            part.divergent = try known("divergent__").map { flags in flags.indices.filter { flags[$0] > 0 }.map { $0 + 1 } }
            if table.has("treedepth__") {
                let deepest = Double(stan.maxDepth)
                part.treeDepthHits = try known("treedepth__").reduce(0) { $0 + $1.filter { $0 >= deepest }.count }
            }
        } else {
            part.energies = chains.map { _ in [] }
            (part.acceptances, part.stepSizes, part.divergent) = (part.energies, part.energies, chains.map { _ in [] })
        }
        return part
    }

    private init() {}

    private mutating func add(_ part: RecordedDraws) throws {
        guard !names.isEmpty else {
            self = part
            return
        }
        guard part.names == names else {
            let odd = part.names.first { !names.contains($0) } ?? names.first { !part.names.contains($0) } ?? "the order"
            throw UserError("data: the files have different columns (“\(odd)”); expected chains of one model", parameter: "data")
        }
        for q in names.indices { draws[q] += part.draws[q] }
        energies += part.energies
        acceptances += part.acceptances
        stepSizes += part.stepSizes
        divergent += part.divergent
        if let hits = part.treeDepthHits { treeDepthHits = (treeDepthHits ?? 0) + hits }
        notes += part.notes
    }

    private func check(_ parameter: String) throws {
        let lengths = draws.first?.map(\.count) ?? []
        guard let first = lengths.first, first > 0 else { throw UserError("\(parameter): a chain without draws", parameter: parameter) }
        if let ragged = lengths.firstIndex(where: { $0 != first }) {
            throw UserError(
                "\(parameter): chain \(ragged + 1) has \(lengths[ragged]) draws and chain 1 has \(first); expected as many",
                parameter: parameter)
        }
        guard lengths.count <= Self.mostChains else {
            throw UserError("\(parameter): \(lengths.count) chains; at most \(Self.mostChains) are taken", parameter: parameter)
        }
        for (name, chains) in zip(names, draws) {
            for (c, chain) in chains.enumerated() {
                guard let bad = chain.firstIndex(where: { !$0.isFinite }) else { continue }
                throw UserError(
                    "\(parameter): draw \(bad + 1) of chain \(c + 1) of \(name) is \(chain[bad]); expected a finite number",
                    parameter: parameter)
            }
        }
    }
}

/// What CmdStan's comments say, a line at a time: "#     num_warmup = 1000 (Default)".
struct StanComments: Sendable, Hashable, Codable {
    private var warmup = 1000
    private var thin = 1
    private var isSaved = false
    private(set) var maxDepth = 10

    /// Rows of warm-up that were saved before the draws.
    var savedWarmup: Int { isSaved && warmup > 0 && thin > 0 ? (warmup - 1) / thin + 1 : 0 }

    /// Reads a line without its sign.
    mutating func read(_ line: some StringProtocol) {
        let words = line.split(whereSeparator: \.isWhitespace)
        guard words.count >= 3, words[1] == "=" else { return }
        switch words[0] {
        case "num_warmup": warmup = Int(words[2]) ?? warmup
        case "thin": thin = Int(words[2]) ?? thin
        case "save_warmup": isSaved = words[2] == "1" || words[2] == "true"
        case "max_depth": maxDepth = Int(words[2]) ?? maxDepth
        default: break
        }
    }
}

/// A file whose comments are read for what they say, then blanked, so that lines keep their numbers.
struct CommentedFile {
    /// The file without comments.
    private(set) var bytes: [UInt8]
    private(set) var comments = StanComments()
    /// Whether there were comments at all.
    private(set) var hasComments = false

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        guard bytes.contains(0x23) else { return }
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
            if bytes[start] == 0x23 {
                hasComments = true
                comments.read(String(decoding: bytes[start + 1..<end], as: UTF8.self))
                for place in start..<end { self.bytes[place] = 0x20 }
            }
            start = end + 1
        }
    }
}
