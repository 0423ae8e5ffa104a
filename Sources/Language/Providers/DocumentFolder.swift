import CResources
import Engine
import Foundation

/// A document as it was read: its digest and its chunks.
struct ReadDocument: Sendable, Codable {
    /// Its path within the folder.
    var name: String
    /// Its size in bytes.
    var bytes: Int
    /// When it was last changed, in nanoseconds since 1970; 0 for built-in ones.
    var changed: Int64
    /// The SHA-256 digest of its bytes.
    var digest: String
    /// What could not be read of it.
    var notes: [String]
    /// The lines its chunks begin on.
    var lines: [Int]
    /// Its chunks' texts; kept apart from the rest on disk.
    var texts: [String] = []

    private enum CodingKeys: String, CodingKey { case name, bytes, changed, digest, notes, lines }
}

/// The documents of a folder, of single files, or of the program itself.
struct DocumentFolder: Sendable {
    /// The largest document, how many there may be, and how many bytes in all.
    static let largest = 50_000_000
    static let most = 50_000
    static let largestTotal = 2_000_000_000

    private struct File {
        var name: String
        var path: String
        var bytes: Int
        var changed: Int64
    }

    let source: String
    private let environment: [String: String]

    init(_ source: String, environment: [String: String]) {
        self.source = source
        self.environment = environment
    }

    /// Whether the source is the set that the program carries.
    var isBuiltIn: Bool { source == "workbench" }

    /// The folder as a path that names it wherever the program was started; empty for the built-in set.
    var path: String { isBuiltIn ? "" : Self.absolute(source, environment) }

    private static func absolute(_ path: String, _ environment: [String: String]) -> String {
        var path = path
        if path == "~" || path.hasPrefix("~/") { path = (environment["HOME"] ?? NSHomeDirectory()) + path.dropFirst() }
        return URL(fileURLWithPath: path).standardizedFileURL.path
    }

    /// Reads what is new or changed; the rest is taken from what was read before.
    ///
    /// - Parameters:
    ///   - known: what was read before, by name.
    ///   - report: called with the number of documents done and of all.
    /// - Returns: the documents by name, how many were not read again, and what was left out.
    /// - Throws: `UserError` naming the folder when there is nothing to read, `CancellationError` when stopped.
    func read(
        _ chunker: Chunker, known: [String: ReadDocument], isStopped: () -> Bool, report: (Int, Int) -> Void
    ) throws -> (documents: [ReadDocument], reused: Int, notes: [String]) {
        if isBuiltIn { return (Self.builtIn(chunker), 0, []) }
        var (files, notes) = try list()
        files.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        var documents: [ReadDocument] = []
        var reused = 0
        var total = 0
        for (place, file) in files.enumerated() {
            if isStopped() { throw CancellationError() }
            if place % 64 == 0 { report(place, files.count) }
            total += file.bytes
            guard total <= Self.largestTotal else {
                notes.append("after “\(documents.last?.name ?? "")” the documents exceed \(Self.largestTotal) bytes; the rest was left out")
                break
            }
            let before = known[file.name]
            if let before, before.bytes == file.bytes, before.changed == file.changed, file.changed != 0 {
                documents.append(before)
                reused += 1
                continue
            }
            guard let data = FileManager.default.contents(atPath: file.path) else {
                notes.append("“\(file.name)” cannot be read and was left out")
                continue
            }
            let bytes = Array(data)
            let digest = SHA256.hexadecimal(bytes)
            if var before, before.digest == digest {
                before.changed = file.changed
                documents.append(before)
                reused += 1
                continue
            }
            documents.append(Self.document(file.name, bytes, changed: file.changed, digest: digest, chunker))
        }
        report(files.count, files.count)
        return (documents, reused, notes)
    }

    private static func document(_ name: String, _ bytes: [UInt8], changed: Int64, digest: String, _ chunker: Chunker) -> ReadDocument {
        let text = DocumentText(bytes, kind: DocumentKind(name: name) ?? .plain, name: name)
        let chunks = chunker.chunks(of: text.blocks)
        return ReadDocument(
            name: name, bytes: bytes.count, changed: changed, digest: digest, notes: text.notes, lines: chunks.map(\.line),
            texts: chunks.map(\.text))
    }

    private static func builtIn(_ chunker: Chunker) -> [ReadDocument] {
        UnsafeBufferPointer(start: wb_documents, count: wb_documents_count).map { entry in
            let bytes = Array(UnsafeBufferPointer(start: entry.bytes, count: entry.size))
            return document(String(cString: entry.name), bytes, changed: 0, digest: SHA256.hexadecimal(bytes), chunker)
        }
    }

    /// The files that are documents; hidden ones and what symbolic links point to outside are passed over.
    private func list() throws -> (files: [File], notes: [String]) {
        var files: [File] = []
        var notes: [String] = []
        var large = 0
        let keys: [URLResourceKey] = [.isRegularFileKey, .fileSizeKey, .contentModificationDateKey]
        func take(_ url: URL, name: String) {
            guard let values = try? url.resourceValues(forKeys: Set(keys)), values.isRegularFile == true, let size = values.fileSize else {
                return
            }
            guard size <= Self.largest else {
                large += 1
                if large == 1 { notes.append("“\(name)” has \(size) bytes; documents of more than \(Self.largest) were left out") }
                return
            }
            let changed = values.contentModificationDate.map { Int64(($0.timeIntervalSince1970 * 1e9).rounded()) } ?? 0
            files.append(File(name: name, path: url.path, bytes: size, changed: changed))
        }
        let whole = FileManager.default.fileExists(atPath: Self.absolute(source, environment))
        let parts = whole ? [source] : source.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        for part in parts {
            let root = Self.absolute(part, environment)
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: root, isDirectory: &isFolder) else {
                throw UserError("documents: there is no folder or file “\(part)”; expected one, or workbench", parameter: "documents")
            }
            guard isFolder.boolValue else {
                take(URL(fileURLWithPath: root), name: part)
                continue
            }
            guard FileManager.default.isReadableFile(atPath: root),
                let walk = FileManager.default.enumerator(
                    at: URL(fileURLWithPath: root), includingPropertiesForKeys: keys, options: [.skipsHiddenFiles])
            else { throw UserError("documents: “\(part)” cannot be read: permission denied?", parameter: "documents") }
            for case let url as URL in walk where DocumentKind(name: url.lastPathComponent) != nil {
                let path = url.standardizedFileURL.path
                take(url, name: path.hasPrefix(root + "/") ? String(path.dropFirst(root.count + 1)) : path)
                guard files.count <= Self.most else {
                    throw UserError(
                        "documents: “\(part)” holds more than \(Self.most) documents; name a smaller folder", parameter: "documents")
                }
            }
        }
        guard !files.isEmpty else {
            throw UserError("documents: “\(source)” holds no document; expected txt, md, html or jsonl files", parameter: "documents")
        }
        return (files, notes)
    }
}
