/// Numbers as compact text, bit for bit, for the encoded states of experiments with many rows (base64 of little-endian bytes).
enum Packing {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Text for the bit patterns of integers.
    static func text<T: FixedWidthInteger>(_ values: [T]) -> String {
        let width = T.bitWidth / 8
        let total = values.count * width
        func byte(_ place: Int) -> UInt8 {
            place < total ? UInt8(truncatingIfNeeded: values[place / width] >> T(place % width * 8)) : 0
        }
        var text: [UInt8] = []
        text.reserveCapacity((total + 2) / 3 * 4)
        for start in stride(from: 0, to: total, by: 3) {
            let group = UInt32(byte(start)) << 16 | UInt32(byte(start + 1)) << 8 | UInt32(byte(start + 2))
            for shift in [18, 12, 6, 0] as [UInt32] { text.append(alphabet[Int(group >> shift & 63)]) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The integers of a text made by `text`, `count` of them; nil when it is none.
    static func integers<T: FixedWidthInteger>(_ text: String, count: Int, as type: T.Type) -> [T]? {
        let width = T.bitWidth / 8
        let bytes = Array(text.utf8)
        guard count >= 0, count <= bytes.count, bytes.count == (count * width + 2) / 3 * 4 else { return nil }
        var places = [UInt8](repeating: 255, count: 256)
        for (place, letter) in alphabet.enumerated() { places[Int(letter)] = UInt8(place) }
        guard bytes.allSatisfy({ places[Int($0)] < 64 }) else { return nil }
        func byte(_ place: Int) -> T {
            let start = place / 3 * 4
            var group: UInt32 = 0
            for offset in 0..<4 { group = group << 6 | UInt32(places[Int(bytes[start + offset])]) }
            return T(truncatingIfNeeded: group >> UInt32(16 - place % 3 * 8) & 255)
        }
        return (0..<count).map { index in
            (0..<width).reduce(T(0)) { $0 | byte(index * width + $1) << T($1 * 8) }
        }
    }
}

/// An array of doubles that encodes as one text.
struct PackedDoubles: Sendable, Hashable, Codable {
    var values: [Double]

    init(_ values: [Double]) { self.values = values }

    init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        let count = try container.decode(Int.self)
        guard let bits = Packing.integers(try container.decode(String.self), count: count, as: UInt64.self) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not \(count) packed numbers")
        }
        values = bits.map(Double.init(bitPattern:))
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        try container.encode(values.count)
        try container.encode(Packing.text(values.map(\.bitPattern)))
    }
}

/// For each row one of several names, encoded as one text.
struct RowNames: Sendable, Hashable, Codable {
    /// The column they came from.
    var column: String
    /// The distinct names.
    var names: [String]
    /// For each row the place of its name.
    var codes: [Int32]

    init(column: String, names: [String], codes: [Int32]) {
        self.column = column
        self.names = names
        self.codes = codes
    }

    private enum Key: CodingKey { case column, names, count, codes }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        column = try container.decode(String.self, forKey: .column)
        let names = try container.decode([String].self, forKey: .names)
        let count = try container.decode(Int.self, forKey: .count)
        let text = try container.decode(String.self, forKey: .codes)
        guard let codes = Packing.integers(text, count: count, as: Int32.self), codes.allSatisfy({ names.indices.contains(Int($0)) }) else {
            throw DecodingError.dataCorruptedError(forKey: .codes, in: container, debugDescription: "not \(count) packed places")
        }
        self.names = names
        self.codes = codes
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(column, forKey: .column)
        try container.encode(names, forKey: .names)
        try container.encode(codes.count, forKey: .count)
        try container.encode(Packing.text(codes), forKey: .codes)
    }

    /// The rows of each name.
    var rows: [[Int]] {
        var rows = [[Int]](repeating: [], count: names.count)
        for (row, code) in codes.enumerated() { rows[Int(code)].append(row) }
        return rows
    }

    /// Names in the order people list them: by number when all are numbers, else as they came.
    var sortedPlaces: [Int] { Self.sorted(names) }

    static func sorted(_ names: [String]) -> [Int] {
        let numbers = names.map { Double($0) }
        guard !numbers.contains(nil) else { return Array(names.indices) }
        return names.indices.sorted { (numbers[$0] ?? 0, $0) < (numbers[$1] ?? 0, $1) }
    }
}
