import Engine

/// How often each token, or run of tokens, occurs in a file.
struct TokenCounts: Sendable, Hashable, Codable {
    /// How often each occurs, in the order of first appearance.
    private(set) var counts: [Int] = []
    /// The commonest, from the most frequent on, as text, with their places in `counts`.
    private(set) var common: [Common] = []

    struct Common: Sendable, Hashable, Codable {
        var text: String
        var place: Int
    }

    /// What a file is cut into.
    enum Unit: String, CaseIterable, Sendable { case byte, character, word }

    /// The runs of `order` tokens of a file's bytes.
    ///
    /// A word is a run of letters, digits and apostrophes in lower case; a character is a Unicode scalar.
    /// - Throws: `UserError` for a file that is no text (but for bytes) or has fewer tokens than a run needs.
    init(_ input: Input, unit: Unit, order: Int) throws {
        let (tokens, names) = try Self.tokens(input, unit)
        guard tokens.count >= order else {
            throw UserError(
                "file: “\(input.name)” has \(tokens.count) \(unit.rawValue)s; expected at least \(order), one run", parameter: "file")
        }
        // A run is its head's number and its last token: pairs are numbered, order - 1 times over.
        var runs = tokens
        var distinct = names.count
        var firsts = [Int](repeating: -1, count: names.count)
        for length in 1..<max(2, order) where order > 1 {
            var table: [UInt64: Int32] = [:]
            var next: [Int32] = []
            next.reserveCapacity(tokens.count - length)
            for i in 0..<(tokens.count - length) {
                let key = UInt64(UInt32(bitPattern: runs[i])) << 32 | UInt64(UInt32(bitPattern: tokens[i + length]))
                let number = table[key, default: Int32(table.count)]
                table[key] = number
                next.append(number)
            }
            (runs, distinct) = (next, table.count)
        }
        counts = [Int](repeating: 0, count: distinct)
        firsts = [Int](repeating: -1, count: distinct)
        for (i, run) in runs.enumerated() {
            if firsts[Int(run)] < 0 { firsts[Int(run)] = i }
            counts[Int(run)] += 1
        }
        name { place in
            (0..<order).map { names[Int(tokens[firsts[place] + $0])] }.joined(separator: unit == .character ? "" : " ")
        }
    }

    /// The texts of a column of a table; empty cells are not counted.
    init(_ column: TextColumn) {
        counts = [Int](repeating: 0, count: column.values.count)
        for code in column.codes where code >= 0 { counts[Int(code)] += 1 }
        name { column.values[$0] }
    }

    private mutating func name(_ text: (Int) -> String) {
        let order = counts.indices.sorted { counts[$0] != counts[$1] ? counts[$0] > counts[$1] : $0 < $1 }
        common = order.prefix(1000).map { Common(text: text($0), place: $0) }
    }

    private static func tokens(_ input: Input, _ unit: Unit) throws -> (tokens: [Int32], names: [String]) {
        guard !input.bytes.isEmpty else { throw UserError("file: “\(input.name)” is empty", parameter: "file") }
        guard input.bytes.count <= 500_000_000 else {
            throw UserError("file: “\(input.name)” has \(input.bytes.count) bytes; at most 500,000,000 are taken", parameter: "file")
        }
        if unit == .byte {
            // Bytes are numbered as they first appear, like all tokens.
            var numbers = [Int32](repeating: -1, count: 256)
            var names: [String] = []
            let tokens = input.bytes.map { byte -> Int32 in
                if numbers[Int(byte)] < 0 {
                    numbers[Int(byte)] = Int32(names.count)
                    let digits = String(byte, radix: 16)
                    names.append((0x21...0x7E).contains(byte) ? String(UnicodeScalar(byte)) : "0x" + (byte < 16 ? "0" : "") + digits)
                }
                return numbers[Int(byte)]
            }
            return (tokens, names)
        }
        guard let text = String(validating: input.bytes, as: UTF8.self) else {
            throw UserError("file: “\(input.name)” is not UTF-8 text; count its bytes with tokens = byte", parameter: "file")
        }
        var names: [String] = []
        var tokens: [Int32] = []
        if unit == .character {
            var numbers: [UnicodeScalar: Int32] = [:]
            for scalar in text.unicodeScalars {
                let number = numbers[scalar, default: Int32(names.count)]
                if Int(number) == names.count {
                    numbers[scalar] = number
                    names.append(scalar.value < 0x20 ? "U+" + String(scalar.value, radix: 16) : String(scalar))
                }
                tokens.append(number)
            }
            return (tokens, names)
        }
        var numbers: [String: Int32] = [:]
        var word = String.UnicodeScalarView()
        func isWordly(_ scalar: UnicodeScalar) -> Bool {
            scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "'" || scalar == "\u{2019}"
        }
        func close() {
            guard !word.isEmpty else { return }
            let name = String(word).lowercased()
            word.removeAll(keepingCapacity: true)
            let number = numbers[name, default: Int32(names.count)]
            if Int(number) == names.count {
                numbers[name] = number
                names.append(name)
            }
            tokens.append(number)
        }
        for scalar in text.unicodeScalars {
            if isWordly(scalar) { word.append(scalar) } else { close() }
        }
        close()
        return (tokens, names)
    }
}
