import Foundation

/// The provider of what a file that somebody is still writing has grown by: whole lines, as soon as there are any.
///
/// Its answers are journalled like a model's, so that a replay needs no file.
public struct FileFollower: Provider {
    /// "file".
    public let name = "file"
    /// Between two looks at the file.
    private let interval: Duration
    /// Bytes of one answer at most.
    private static let most = 8 << 20

    /// A follower that looks ten times a second.
    public init(interval: Duration = .milliseconds(100)) { self.interval = interval }

    /// Waits until the file has grown by a line, or has not grown for as long as was wanted.
    public func perform(_ request: Request, heard: @escaping @Sendable (Hearsay) -> Void) async -> Answer {
        guard case .growth(let wish) = request.body else {
            return Answer(id: request.id, body: .failure("the provider “file” answers no such request"))
        }
        let began = ContinuousClock.now
        func answer(_ body: Answer.Body) -> Answer { Answer(id: request.id, body: body, seconds: (ContinuousClock.now - began).seconds) }
        var (length, grown) = (wish.offset, began)
        while true {
            switch Self.look(wish) {
            case .failure(let error): return answer(.failure(error.description))
            case .success(let found):
                if !found.lines.isEmpty { return answer(growth(wish, found.lines)) }
                if found.length != length { (length, grown) = (found.length, .now) }
                if wish.patience > 0, (ContinuousClock.now - grown).seconds >= wish.patience {
                    return answer(growth(wish, found.rest, isOver: true))
                }
            }
            heard(.notice("waiting for “\(wish.path)” to grow"))
            do { try await Task.sleep(for: interval) } catch { return answer(.failure("cancelled")) }
        }
    }

    private func growth(_ wish: GrowthRequest, _ bytes: [UInt8], isOver: Bool = false) -> Answer.Body {
        guard let text = String(validating: bytes, as: UTF8.self) else { return .failure("“\(wish.path)” is not UTF-8 text") }
        return .growth(FileGrowth(text: text, offset: wish.offset + bytes.count, isOver: isOver))
    }

    /// What stands beyond the offset: whole lines, what follows the last of them, and the file's length.
    private static func look(_ wish: GrowthRequest) -> Result<(lines: [UInt8], rest: [UInt8], length: Int), UserError> {
        let path = (wish.path as NSString).expandingTildeInPath
        var isFolder: ObjCBool = false
        guard !(FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue) else {
            return .failure(UserError("“\(wish.path)” is a folder; expected a file"))
        }
        guard let file = FileHandle(forReadingAtPath: path) else { return .failure(UserError("“\(wish.path)” cannot be read any more")) }
        defer { try? file.close() }
        guard let end = try? file.seekToEnd(), let length = Int(exactly: end) else {
            return .failure(UserError("“\(wish.path)” is not a file that can be followed"))
        }
        guard length >= wish.offset else {
            return .failure(UserError("“\(wish.path)” has become shorter than what was read: it is being written anew; restart to read it"))
        }
        guard length > wish.offset else { return .success(([], [], length)) }
        guard (try? file.seek(toOffset: UInt64(wish.offset))) != nil, let data = try? file.read(upToCount: most) else {
            return .failure(UserError("“\(wish.path)” cannot be read any more"))
        }
        let bytes = Array(data)
        let whole = bytes.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return .success((Array(bytes[..<whole]), Array(bytes[whole...]), length))
    }
}
