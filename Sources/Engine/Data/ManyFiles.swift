import Foundation

extension Input {
    /// Files read as one at most.
    public static let mostFiles = 64

    /// The paths that a list of files or a pattern names; one that exists is itself, whatever it looks like.
    ///
    /// - Throws: `UserError` naming the parameter and what is wrong.
    static func paths(_ text: String, for parameter: String) throws -> [String] {
        guard !FileManager.default.fileExists(atPath: (text as NSString).expandingTildeInPath) else { return [text] }
        let items = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        let paths = try items.flatMap { item in item.contains("*") || item.contains("?") ? try matches(item, parameter) : [item] }
        guard paths.count <= mostFiles else {
            throw UserError("\(parameter): “\(text)” names \(paths.count) files; at most \(mostFiles) are read", parameter: parameter)
        }
        return paths.isEmpty ? [text] : paths
    }

    /// The files of a folder whose names fit a pattern of letters, `*` and `?`, chain_2 before chain_10.
    private static func matches(_ pattern: String, _ parameter: String) throws -> [String] {
        let expanded = (pattern as NSString).expandingTildeInPath
        let (folder, name) = ((expanded as NSString).deletingLastPathComponent, (expanded as NSString).lastPathComponent)
        guard !folder.contains("*"), !folder.contains("?") else {
            throw UserError(
                "\(parameter): “\(pattern)” has a pattern within its folder; expected one in the file's name", parameter: parameter)
        }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
        let found = names.filter { fits(Array($0.utf8), Array(name.utf8)) }.sorted(by: isBefore)
        guard !found.isEmpty else { throw UserError("\(parameter): no file fits “\(pattern)”", parameter: parameter) }
        return found.map { folder.isEmpty ? $0 : (folder as NSString).appendingPathComponent($0) }
    }

    /// Whether a name fits a pattern, in time proportional to their product at most.
    static func fits(_ name: [UInt8], _ pattern: [UInt8]) -> Bool {
        // Going back to the last star, one byte further, is enough: an earlier one could do no better.
        var (i, j, star, anchor) = (0, 0, -1, 0)
        while i < name.count {
            if j < pattern.count, pattern[j] == name[i] || pattern[j] == UInt8(ascii: "?"), pattern[j] != UInt8(ascii: "*") {
                (i, j) = (i + 1, j + 1)
            } else if j < pattern.count, pattern[j] == UInt8(ascii: "*") {
                (star, anchor, j) = (j, i, j + 1)
            } else if star >= 0 {
                anchor += 1
                (i, j) = (anchor, star + 1)
            } else {
                return false
            }
        }
        return pattern[j...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    /// By their letters, and by the value of their numbers: the same order on every machine and in every locale.
    static func isBefore(_ a: String, _ b: String) -> Bool {
        let (x, y) = (pieces(a), pieces(b))
        for (left, right) in zip(x, y) where left != right {
            if let m = left.number, let n = right.number, m != n { return m < n }
            return left.text < right.text
        }
        return (x.count, a) < (y.count, b)
    }

    private struct Piece: Equatable {
        var text: String
        var number: Int?
    }

    private static func pieces(_ name: String) -> [Piece] {
        var pieces: [Piece] = []
        var wasDigit = false
        for character in name {
            let isDigit = character.isASCII && character.isNumber
            if pieces.isEmpty || isDigit != wasDigit { pieces.append(Piece(text: "")) }
            pieces[pieces.count - 1].text.append(character)
            wasDigit = isDigit
        }
        for k in pieces.indices { pieces[k].number = Int(pieces[k].text) }
        return pieces
    }
}
