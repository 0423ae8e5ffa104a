/// A model file in the format of llama.cpp, versions 2 and 3, mapped into memory.
///
/// Everything that the header says is checked against the file before it is used: counts, lengths, types, offsets. A file that is not
/// as it says is refused in one sentence. Source: the GGUF specification (ggml, docs/gguf.md, 2023-2025).
public struct GGUFFile: Sendable {
    /// One array of numbers in the file.
    public struct Tensor: Sendable, Hashable {
        /// Its name, as "blk.0.attn_q.weight".
        public let name: String
        /// How its numbers are stored.
        public let type: TensorType
        /// The length of a row.
        public let columns: Int
        /// How many rows there are, over all further dimensions.
        public let rows: Int
        /// Where it begins in the file.
        let offset: Int
        /// The bytes of a row.
        let rowBytes: Int
        /// How many dimensions are longer than one.
        let dimensions: Int
    }

    /// The format's version.
    public let version: Int
    /// The header's values by key.
    public let values: [String: GGUFValue]
    /// The tensors by name.
    public let tensors: [String: Tensor]
    let file: MappedFile

    /// The size of the file.
    public var bytes: Int { file.bytes.count }

    /// Opens a file and reads its header.
    ///
    /// - Throws: `LanguageModelError` saying what is wrong with it.
    public init(path: String) throws {
        file = try MappedFile(path: path)
        var cursor = GGUFCursor(file.bytes)
        guard cursor.left >= 8 else { throw LanguageModelError("the model file has \(cursor.left) bytes, too few for a GGUF file") }
        guard try cursor.number(UInt32.self) == 0x4655_4747 else {
            throw LanguageModelError("the model file does not begin with “GGUF”; expected a GGUF file of version 2 or 3")
        }
        let version = try cursor.number(UInt32.self)
        guard version == 2 || version == 3 else {
            let isSwapped = version.byteSwapped == 2 || version.byteSwapped == 3
            throw LanguageModelError(
                "the model file is of GGUF version \(isSwapped ? version.byteSwapped : version)\(isSwapped ? " for big-endian machines" : "")"
                    + "; expected version 2 or 3, little-endian")
        }
        self.version = Int(version)
        let tensorCount = try cursor.number(UInt64.self)
        let valueCount = try cursor.number(UInt64.self)
        // A value takes 13 bytes at least (length of key, kind, one byte), a tensor 32.
        guard valueCount <= UInt64(cursor.left / 13) else {
            throw LanguageModelError("the model file claims \(valueCount) header values, more than it has room for")
        }
        guard tensorCount <= UInt64(cursor.left / 32) else {
            throw LanguageModelError("the model file claims \(tensorCount) tensors, more than it has room for")
        }
        values = try Self.readValues(&cursor, count: Int(valueCount))
        tensors = try Self.readTensors(&cursor, count: Int(tensorCount), values: values)
    }

    private static func readValues(_ cursor: inout GGUFCursor, count: Int) throws -> [String: GGUFValue] {
        var values: [String: GGUFValue] = [:]
        for _ in 0..<count {
            let key = try cursor.text()
            let value = try cursor.value(kind: cursor.number())
            guard values.updateValue(value, forKey: key) == nil else {
                throw LanguageModelError("the model file's header has the key “\(key.shown)” twice")
            }
        }
        return values
    }

    private static func readTensors(_ cursor: inout GGUFCursor, count: Int, values: [String: GGUFValue]) throws -> [String: Tensor] {
        struct Entry {
            var name: String
            var lengths: [Int]
            var type: TensorType
            var offset: UInt64
        }
        var entries: [Entry] = []
        for _ in 0..<count {
            let name = try cursor.text()
            let dimensions = try cursor.number(UInt32.self)
            guard (1...4).contains(dimensions) else {
                throw LanguageModelError("the tensor “\(name.shown)” has \(dimensions) dimensions; expected 1 to 4")
            }
            var lengths: [Int] = []
            for _ in 0..<dimensions {
                let length = try cursor.number(UInt64.self)
                guard length >= 1, length <= 1 << 32 else {
                    throw LanguageModelError("the tensor “\(name.shown)” has a dimension of \(length)")
                }
                lengths.append(Int(length))
            }
            let number = try cursor.number(UInt32.self)
            guard let type = Int32(exactly: number).flatMap(TensorType.init) else {
                let known = TensorType.allCases.map(\.name).joined(separator: ", ")
                throw LanguageModelError(
                    "the tensor “\(name.shown)” is stored as \(TensorType.name(number)), which is not read; expected one of \(known)")
            }
            entries.append(Entry(name: name, lengths: lengths, type: type, offset: try cursor.number(UInt64.self)))
        }
        let alignment = try alignment(values)
        let start = (cursor.offset + alignment - 1) / alignment * alignment
        let room = cursor.bytes.count - start
        var tensors: [String: Tensor] = [:]
        for entry in entries {
            let name = entry.name.shown
            let columns = entry.lengths[0]
            let (rows, isTooLarge) = entry.lengths.dropFirst().reduce((1, false)) { product, length in
                let next = product.0.multipliedReportingOverflow(by: length)
                return (next.partialValue, product.1 || next.overflow)
            }
            guard let rowBytes = entry.type.bytes(columns: columns) else {
                throw LanguageModelError(
                    "the tensor “\(name)” has rows of \(columns) weights, which \(entry.type.name) cannot store"
                        + " (\(entry.type.block.weights) a block)")
            }
            let (size, overflows) = rowBytes.multipliedReportingOverflow(by: rows)
            guard entry.offset % UInt64(alignment) == 0 else {
                throw LanguageModelError(
                    "the tensor “\(name)” begins at \(entry.offset), which is no multiple of the alignment \(alignment)")
            }
            guard !isTooLarge, !overflows, room > 0, entry.offset <= UInt64(room), size <= room - Int(entry.offset) else {
                throw LanguageModelError("the tensor “\(name)” does not lie within the model file, which may have been cut short")
            }
            let tensor = Tensor(
                name: entry.name, type: entry.type, columns: columns, rows: rows, offset: start + Int(entry.offset), rowBytes: rowBytes,
                dimensions: entry.lengths.lastIndex { $0 > 1 }.map { $0 + 1 } ?? 1)
            guard tensors.updateValue(tensor, forKey: entry.name) == nil else {
                throw LanguageModelError("the model file has the tensor “\(name)” twice")
            }
        }
        return tensors
    }

    private static func alignment(_ values: [String: GGUFValue]) throws -> Int {
        guard let value = values["general.alignment"] else { return 32 }
        guard case .integer(let alignment) = value, (1...65_536).contains(alignment), alignment & (alignment - 1) == 0 else {
            throw LanguageModelError("the model file's general.alignment is no power of two up to 65536")
        }
        return alignment
    }

    // MARK: Values

    /// A whole number in a range; the given one when the key is missing, if one is given.
    func integer(_ key: String, in range: ClosedRange<Int>, otherwise: Int? = nil) throws -> Int {
        guard let value = values[key] else {
            if let otherwise { return otherwise }
            throw LanguageModelError("the model file has no “\(key)”")
        }
        guard case .integer(let number) = value, range.contains(number) else {
            let found = if case .integer(let number) = value { "\(number)" } else { value.kind }
            throw LanguageModelError(
                "the model file's “\(key)” is \(found); expected a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// A finite number above zero; the given one when the key is missing, if one is given.
    func positive(_ key: String, otherwise: Double? = nil) throws -> Double {
        guard let value = values[key] else {
            if let otherwise { return otherwise }
            throw LanguageModelError("the model file has no “\(key)”")
        }
        guard case .real(let number) = value, number > 0, number.isFinite else {
            throw LanguageModelError("the model file's “\(key)” is not a number above zero")
        }
        return number
    }

    /// A text; nil when the key is missing.
    func text(_ key: String) throws -> String? {
        guard let value = values[key] else { return nil }
        guard case .text(let text) = value else { throw LanguageModelError("the model file's “\(key)” is \(value.kind); expected a text") }
        return text
    }

    /// A flag; nil when the key is missing.
    func flag(_ key: String) throws -> Bool? {
        guard let value = values[key] else { return nil }
        guard case .flag(let flag) = value else { throw LanguageModelError("the model file's “\(key)” is \(value.kind); expected a flag") }
        return flag
    }

    /// Where the texts of a list lie.
    func texts(_ key: String) throws -> [Range<Int>] {
        guard case .list(let list) = values[key], list.kind == 8 else {
            throw LanguageModelError("the model file has no list of texts “\(key)”")
        }
        var cursor = GGUFCursor(file.bytes, at: list.offset)
        return try (0..<list.count).map { _ in try cursor.textRange() }
    }

    /// A list of 32-bit whole numbers; nil when the key is missing.
    func integers(_ key: String) throws -> [Int32]? {
        guard let value = values[key] else { return nil }
        guard case .list(let list) = value, list.kind == 4 || list.kind == 5 else {
            throw LanguageModelError("the model file's “\(key)” is no list of whole numbers")
        }
        var cursor = GGUFCursor(file.bytes, at: list.offset)
        return try (0..<list.count).map { _ in try cursor.number(Int32.self) }
    }

    /// The bytes of one row of a tensor.
    ///
    /// - Precondition: the row is one of the tensor's.
    public func row(_ row: Int, of tensor: Tensor) -> [UInt8] {
        precondition((0..<tensor.rows).contains(row), "row \(row) of \(tensor.rows)")
        let start = tensor.offset + row * tensor.rowBytes
        return Array(file.bytes[start..<start + tensor.rowBytes])
    }
}
