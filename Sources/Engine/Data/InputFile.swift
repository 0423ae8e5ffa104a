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

extension Input {
    /// What several files in one input begin with; no text does.
    private static let mark: [UInt8] = [0] + Array("files\n".utf8)

    /// Several files as one input; one alone stays as it is.
    public static func joined(_ files: [Input]) -> Input {
        if let only = files.first, files.count == 1 { return only }
        var bytes = mark
        for file in files {
            bytes += Array("\(file.bytes.count) \(file.name)\n".utf8)
            bytes += file.bytes
        }
        return Input(name: files.map(\.name).joined(separator: ", "), bytes: bytes)
    }

    /// The files of an input: several when it was joined of them, else itself.
    ///
    /// - Throws: `UserError` when the input begins as several files do and does not go on so.
    public func parts() throws -> [Input] {
        guard bytes.starts(with: Self.mark) else { return [self] }
        var parts: [Input] = []
        var at = Self.mark.count
        while at < bytes.count {
            guard let end = bytes[at...].firstIndex(of: 0x0A), let space = bytes[at..<end].firstIndex(of: 0x20),
                let count = Int(String(decoding: bytes[at..<space], as: UTF8.self)), count >= 0, count <= bytes.count - end - 1
            else { throw UserError("“\(name)” is no list of files") }
            let name = String(decoding: bytes[space + 1..<end], as: UTF8.self)
            parts.append(Input(name: name, bytes: Array(bytes[end + 1..<end + 1 + count])))
            at = end + 1 + count
        }
        return parts
    }
}

extension Parameter {
    /// Whether the value names files that the engine must read before the experiment starts.
    public func namesFiles(_ value: Value) -> Bool { path(in: value) != nil }

    /// The content of the files that the value names; nil when it names none.
    ///
    /// - Throws: `UserError` naming the file that cannot be read.
    public func input(for value: Value) throws -> Input? {
        guard let path = path(in: value) else { return nil }
        guard case .files = kind else { return try Input.read(path, for: name) }
        return Input.joined(try Input.paths(path, for: name).map { try Input.read($0, for: name) })
    }

    /// The file that the value names and that the engine must read before the experiment starts; nil when there is none.
    ///
    /// A `.file` value that is not a built-in's name is a path; `.list` and `.text` values that begin with @ name a file, and for
    /// a list `@file.csv:column` names a column of it.
    public func path(in value: Value) -> String? {
        guard case .text(let text) = value else { return nil }
        switch kind {
        case .file(let builtins), .files(let builtins): return text.isEmpty || builtins.contains(text) ? nil : text
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
