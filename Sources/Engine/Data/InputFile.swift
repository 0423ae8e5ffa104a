import Foundation

extension Input {
    /// The largest file read into memory.
    public static let largestFile = 2 << 30

    /// Reads a file whole.
    ///
    /// - Throws: `UserError` naming the file and what is wrong with it.
    public static func read(_ path: String, for parameter: String) throws -> Input {
        let expanded = (path as NSString).expandingTildeInPath
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: expanded, isDirectory: &isDirectory) else {
            throw UserError("\(parameter): there is no file “\(path)”", parameter: parameter)
        }
        guard !isDirectory.boolValue else { throw UserError("\(parameter): “\(path)” is a folder; expected a file", parameter: parameter) }
        guard let data = FileManager.default.contents(atPath: expanded) else {
            throw UserError("\(parameter): “\(path)” cannot be read: permission denied?", parameter: parameter)
        }
        guard data.count <= largestFile else {
            throw UserError("\(parameter): “\(path)” has \(data.count) bytes; at most \(largestFile) are read", parameter: parameter)
        }
        return Input(name: path, bytes: Array(data))
    }
}

extension Parameter {
    /// The file that the value names and that the engine must read before the experiment starts; nil when there is none.
    ///
    /// A `.file` value that is not a built-in's name is a path; `.list` and `.text` values that begin with @ name a file, and for
    /// a list `@file.csv:column` names a column of it.
    public func path(in value: Value) -> String? {
        guard case .text(let text) = value else { return nil }
        switch kind {
        case .file(let builtins): return text.isEmpty || builtins.contains(text) ? nil : text
        case .text: return text.hasPrefix("@") && text.count > 1 ? String(text.dropFirst()) : nil
        case .list:
            guard text.hasPrefix("@"), text.count > 1 else { return nil }
            let path = text.dropFirst()
            // A colon separates the column, unless the whole is a file's name.
            if let colon = path.lastIndex(of: ":"), !FileManager.default.fileExists(atPath: String(path)) {
                return String(path[..<colon])
            }
            return String(path)
        default: return nil
        }
    }
}
