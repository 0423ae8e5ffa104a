import Foundation

/// Writes small GGUF files, right or wrong.
struct GGUFWriter {
    var magic: [UInt8] = Array("GGUF".utf8)
    var version: UInt32 = 3
    var tensorCount: UInt64?
    var valueCount: UInt64?
    var values: [(key: String, bytes: [UInt8])] = []
    var tensors: [(name: String, lengths: [UInt64], type: UInt32, offset: UInt64, data: [UInt8])] = []

    static func little<N: FixedWidthInteger>(_ number: N) -> [UInt8] { withUnsafeBytes(of: number.littleEndian) { Array($0) } }
    static func text(_ text: String) -> [UInt8] { little(UInt64(text.utf8.count)) + text.utf8 }

    mutating func set(_ key: String, _ bytes: [UInt8]) {
        values.removeAll { $0.key == key }
        values.append((key, bytes))
    }
    mutating func set(_ key: String, _ number: Int) { set(key, Self.little(UInt32(4)) + Self.little(UInt32(number))) }
    mutating func set(_ key: String, _ number: Float) { set(key, Self.little(UInt32(6)) + Self.little(number.bitPattern)) }
    mutating func set(_ key: String, _ flag: Bool) { set(key, Self.little(UInt32(7)) + [flag ? 1 : 0]) }
    mutating func set(_ key: String, _ text: String) { set(key, Self.little(UInt32(8)) + Self.text(text)) }
    mutating func set(_ key: String, _ texts: [String]) {
        set(key, Self.little(UInt32(9)) + Self.little(UInt32(8)) + Self.little(UInt64(texts.count)) + texts.flatMap(Self.text))
    }
    mutating func set(_ key: String, _ numbers: [Int32]) {
        set(key, Self.little(UInt32(9)) + Self.little(UInt32(5)) + Self.little(UInt64(numbers.count)) + numbers.flatMap { Self.little($0) })
    }

    mutating func add(_ name: String, _ lengths: [Int], type: Int32, _ data: [UInt8]) {
        let end = tensors.last.map { $0.offset + UInt64($0.data.count) } ?? 0
        tensors.append((name, lengths.map(UInt64.init), UInt32(type), (end + 31) / 32 * 32, data))
    }

    /// The header, without the padding before the tensors' data.
    var header: [UInt8] {
        var result = magic + Self.little(version)
        result += Self.little(tensorCount ?? UInt64(tensors.count)) + Self.little(valueCount ?? UInt64(values.count))
        for value in values { result += Self.text(value.key) + value.bytes }
        for tensor in tensors {
            result += Self.text(tensor.name) + Self.little(UInt32(tensor.lengths.count)) + tensor.lengths.flatMap { Self.little($0) }
            result += Self.little(tensor.type) + Self.little(tensor.offset)
        }
        return result
    }

    /// The whole file.
    var bytes: [UInt8] {
        var result = header
        result += [UInt8](repeating: 0, count: (32 - result.count % 32) % 32)
        let start = result.count
        for tensor in tensors {
            // Where the data would be, whatever the header says of it.
            result += [UInt8](repeating: 0, count: (32 - (result.count - start) % 32) % 32)
            result += tensor.data
        }
        return result
    }
}

/// A file that is there while the body runs.
func withFile<R>(_ bytes: [UInt8], _ body: (String) throws -> R) throws -> R {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("workbench-\(UUID().uuidString).gguf").path
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
}
