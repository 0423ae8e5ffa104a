extension DataTable {
    /// The first pass over a table: header, structure, and the numbers of the columns that consist of them.
    struct Reading {
        var columns: [String] = []
        var kinds: [Kind] = []
        var missing: [Int] = []
        var values: [[Double]] = []
        var hasHeader = false
        var rowCount = 0

        mutating func read(_ bytes: UnsafeBufferPointer<UInt8>, name: String, separator: UInt8, header: DelimitedText.Header) throws {
            var scanner = DelimitedScanner(bytes, separator: separator)
            var fields: [DelimitedScanner.Field] = []
            guard try scanner.next(into: &fields) else { throw UserError("\(name) is empty; expected a table with a header and rows") }
            let start = scanner
            let first = fields
            hasHeader = header == .present || (header == .detected && Self.detectHeader(first, scanner))
            try nameColumns(first, scanner, name: name)
            let width = first.count
            // Rows are about as many as line ends; a wrong guess costs time, not correctness.
            var lines = 1
            for byte in bytes where byte == 0x0A { lines += 1 }
            kinds = [Kind](repeating: .empty, count: width)
            missing = [Int](repeating: 0, count: width)
            values = [[Double]](repeating: [], count: width)
            for column in 0..<width { values[column].reserveCapacity(lines) }
            scanner = hasHeader ? start : DelimitedScanner(bytes, separator: separator)
            while try scanner.next(into: &fields) {
                guard fields.count == width else {
                    throw UserError(
                        "\(name), line \(scanner.recordLine): \(fields.count) field\(fields.count == 1 ? "" : "s"), expected \(width)")
                }
                for column in 0..<width where kinds[column] != .text { take(fields[column], of: column, scanner) }
                rowCount += 1
            }
            guard rowCount > 0 else { throw UserError("\(name) has a header but no rows") }
        }

        private mutating func take(_ field: DelimitedScanner.Field, of column: Int, _ scanner: DelimitedScanner) {
            if let number = scanner.number(field) {
                if number.isNaN { missing[column] += 1 } else { kinds[column] = .number }
                values[column].append(number)
            } else if scanner.isMissing(field), !(field.isQuoted && field.start == field.end) {
                missing[column] += 1
                values[column].append(.nan)
            } else {
                kinds[column] = .text
                missing[column] = 0
                values[column] = []
            }
        }

        private static func detectHeader(_ first: [DelimitedScanner.Field], _ scanner: DelimitedScanner) -> Bool {
            var next = scanner
            var second: [DelimitedScanner.Field] = []
            let hasSecond = (try? next.next(into: &second)) == true
            return DelimitedText.looksLikeHeader(first.map { scanner.number($0) }, hasSecond ? second.map { next.number($0) } : nil)
        }

        private mutating func nameColumns(_ first: [DelimitedScanner.Field], _ scanner: DelimitedScanner, name: String) throws {
            for (place, field) in first.enumerated() {
                var column = ""
                if hasHeader {
                    guard let text = scanner.text(field) else {
                        throw UserError("\(name), line \(scanner.recordLine), field \(place + 1): not UTF-8 text; save the file as UTF-8")
                    }
                    column = text
                }
                if column.isEmpty { column = "column\(place + 1)" }
                if let other = columns.firstIndex(of: column) {
                    throw UserError(
                        "\(name), line \(scanner.recordLine): columns \(other + 1) and \(place + 1) are both called “\(column)”")
                }
                columns.append(column)
            }
        }
    }

    /// Numbers texts in the order of their first appearance: an open-addressing table over the bytes themselves.
    struct TextEncoder {
        private(set) var codes: [Int32] = []
        private(set) var values: [String] = []
        private var slots: [Int32]
        private var hashes: [UInt64] = []
        private var fields: [DelimitedScanner.Field] = []

        init(capacity: Int) {
            codes.reserveCapacity(capacity)
            slots = [Int32](repeating: -1, count: 64)
        }

        /// Takes a field; returns what is wrong with it, if anything.
        mutating func append(_ field: DelimitedScanner.Field, in scanner: DelimitedScanner) -> String? {
            if field.start == field.end, !field.isQuoted {
                codes.append(-1)
                return nil
            }
            var hash: UInt64 = 0xCBF2_9CE4_8422_2325
            var place = field.start
            while place < field.end {
                let byte = scanner.bytes[place]
                hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
                // Doubled quotes stand for one.
                place += byte == 0x22 && field.hasEscapes ? 2 : 1
            }
            hash ^= hash >> 29
            var slot = Int(hash & UInt64(slots.count - 1))
            while slots[slot] >= 0 {
                let code = Int(slots[slot])
                if hashes[code] == hash, same(fields[code], field, scanner) {
                    codes.append(Int32(code))
                    return nil
                }
                slot = (slot + 1) & (slots.count - 1)
            }
            guard let text = scanner.text(field) else { return "not UTF-8 text; save the file as UTF-8" }
            if let control = text.unicodeScalars.first(where: { $0.value < 0x20 && $0 != "\n" && $0 != "\r" && $0 != "\t" }) {
                return "character 0x\(String(control.value, radix: 16)) is not text"
            }
            slots[slot] = Int32(values.count)
            codes.append(Int32(values.count))
            values.append(text)
            hashes.append(hash)
            fields.append(field)
            if values.count * 2 > slots.count { grow() }
            return nil
        }

        private func same(_ a: DelimitedScanner.Field, _ b: DelimitedScanner.Field, _ scanner: DelimitedScanner) -> Bool {
            // The same text can be written with doubled quotes and, outside quotes, with single ones.
            if a.hasEscapes != b.hasEscapes { return scanner.text(a) == scanner.text(b) }
            guard a.end - a.start == b.end - b.start else { return false }
            for offset in 0..<(a.end - a.start) where scanner.bytes[a.start + offset] != scanner.bytes[b.start + offset] { return false }
            return true
        }

        private mutating func grow() {
            slots = [Int32](repeating: -1, count: slots.count * 2)
            for (code, hash) in hashes.enumerated() {
                var slot = Int(hash & UInt64(slots.count - 1))
                while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
                slots[slot] = Int32(code)
            }
        }
    }
}
