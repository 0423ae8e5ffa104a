import Engine
import Foundation

/// The index of a folder as it is kept between sessions: what was read of each document, and the vectors that a model made of its chunks.
///
/// A file that does not hold what it should is passed over and made anew. The folder is `$XDG_CACHE_HOME/workbench/indexes`.
struct DocumentCache: Sendable {
    private static let magic = Array("workbench index 1\n".utf8)
    private let path: String

    /// What is kept.
    struct Content: Sendable {
        var documents: [ReadDocument]
        /// The vectors of all chunks in the documents' order; empty where no model made them.
        var vectors: [[Float]]
        /// What the model that made them could not do; nil when nothing.
        var remark: String?
    }

    private struct Header: Codable {
        var documents: [ReadDocument]
        var lengths: [[Int]]
        var columns: Int
        var remark: String?
        /// FNV-1a of all bytes behind the header.
        var sum: UInt64
    }

    /// The cache of what a request names.
    init(_ request: DocumentRequest, path source: String, environment: [String: String]) {
        let key = "\(source)\n\(request.chunkTokens)\n\(request.overlap)\n\(request.embedder)\n\(request.embeddingModel)"
        let base =
            environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? (environment["HOME"] ?? NSHomeDirectory()) + "/.cache"
        path = "\(base)/workbench/indexes/\(SHA256.hexadecimal(Array(key.utf8)).prefix(32)).index"
    }

    private static func sum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.withUnsafeBufferPointer { bytes in
            var hash: UInt64 = 0xCBF2_9CE4_8422_2325
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
            return hash
        }
    }

    /// What was kept; nil when there is nothing usable.
    func load() -> Content? {
        guard let data = FileManager.default.contents(atPath: path), data.starts(with: Self.magic), data.count > Self.magic.count + 8 else {
            return nil
        }
        let bytes = Array(data)
        let at = Self.magic.count
        let length = (0..<8).reduce(0) { $0 | UInt64(bytes[at + $1]) << UInt64(8 * $1) }
        guard length <= UInt64(bytes.count - at - 8) else { return nil }
        let start = at + 8 + Int(length)
        guard let header = try? JSONDecoder().decode(Header.self, from: Data(bytes[at + 8..<start])),
            header.sum == Self.sum(bytes[start...]), header.lengths.count == header.documents.count
        else { return nil }
        var documents = header.documents
        var place = start
        for (index, lengths) in header.lengths.enumerated() {
            guard lengths.count == documents[index].lines.count else { return nil }
            for length in lengths {
                guard length >= 0, length <= bytes.count - place else { return nil }
                documents[index].texts.append(String(decoding: bytes[place..<place + length], as: UTF8.self))
                place += length
            }
        }
        let chunks = header.lengths.reduce(0) { $0 + $1.count }
        guard (0...65_536).contains(header.columns), bytes.count - place == 4 * header.columns * (header.columns > 0 ? chunks : 0) else {
            return nil
        }
        var vectors: [[Float]] = []
        if header.columns > 0 {
            vectors = (0..<chunks).map { row in
                (0..<header.columns).map { column in
                    let at = place + 4 * (row * header.columns + column)
                    return Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[at + $1]) << UInt32(8 * $1) })
                }
            }
        }
        return Content(documents: documents, vectors: vectors, remark: header.remark)
    }

    /// Keeps it; what cannot be written is not kept, and nothing else suffers.
    func save(_ content: Content) {
        var body: [UInt8] = []
        for text in content.documents.lazy.flatMap(\.texts) { body += Array(text.utf8) }
        for vector in content.vectors {
            for value in vector { for shift in 0..<4 { body.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(8 * shift))) } }
        }
        let header = Header(
            documents: content.documents, lengths: content.documents.map { $0.texts.map(\.utf8.count) },
            columns: content.vectors.first?.count ?? 0, remark: content.remark, sum: Self.sum(body[...]))
        guard let json = try? JSONEncoder().encode(header) else { return }
        var bytes = Self.magic
        for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: json.count >> (8 * shift))) }
        let folder = (path as NSString).deletingLastPathComponent
        // Readable by its owner alone: it holds the documents' text.
        try? FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try? (Data(bytes) + json + Data(body)).write(to: URL(fileURLWithPath: path), options: .atomic)
    }
}
