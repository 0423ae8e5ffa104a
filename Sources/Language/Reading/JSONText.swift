import Engine
import LanguageModel

/// Files of questions and answers in JSON.
enum JSONText {
    /// The values of a file that is one array, one value, or a value a line (JSON Lines), each with its line number from 1.
    ///
    /// - Throws: `UserError` naming the file, the line and what was expected there.
    static func records(of input: Input, for parameter: String) throws -> [(line: Int, value: JSONValue)] {
        var bytes = input.bytes[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        func refusal(_ broken: JSONReader.Broken) -> UserError {
            let before = input.bytes[..<broken.offset]
            let line = before.count { $0 == 0x0A } + 1
            let column = broken.offset - (before.lastIndex(of: 0x0A) ?? -1)
            return UserError(
                "\(parameter): “\(input.name)”, line \(line), byte \(column): this is not JSON; expected \(broken.expected)",
                parameter: parameter)
        }
        guard let first = bytes.first(where: { !JSONReader.isSpace($0) }) else {
            throw UserError("\(parameter): “\(input.name)” is empty; expected JSON, or JSON Lines", parameter: parameter)
        }
        do {
            if first == UInt8(ascii: "[") {
                return try JSONReader.elements(of: bytes)
            }
            var line = 1
            var records: [(Int, JSONValue)] = []
            for row in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
                if row.contains(where: { !JSONReader.isSpace($0) }) {
                    do { records.append((line, try JSONReader.parse(row))) } catch let broken as JSONReader.Broken {
                        // An object over several lines is no JSON Lines, but still JSON.
                        if records.isEmpty, let whole = try? JSONReader.parse(bytes) { return [(line, whole)] }
                        throw broken
                    }
                }
                line += 1
            }
            return records
        } catch let broken as JSONReader.Broken {
            throw refusal(broken)
        }
    }
}
