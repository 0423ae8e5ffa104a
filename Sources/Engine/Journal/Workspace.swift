import Foundation

/// A session as read from its file: who made it, and every event in order.
public struct Workspace: Sendable {
    /// The format this version writes.
    public static let format = 1

    /// The first line of the file.
    public struct Header: Sendable, Hashable {
        /// The session's title.
        public var title: String
        /// When it was begun, ISO 8601.
        public var created: String
        /// What it branched from, if it did.
        public var parent: Parent?

        /// A header.
        public init(title: String, created: String = "", parent: Parent? = nil) {
            self.title = title
            self.created = created
            self.parent = parent
        }
    }

    /// The first line.
    public var header: Header
    /// The events in order.
    public var events: [Event]
    /// What had to be passed over when reading, in one sentence each.
    public var notices: [String]
    /// How many of the file's bytes are whole, intact lines; a torn last line lies behind them.
    public var intactBytes: Int

    /// A session of the given events.
    public init(header: Header, events: [Event] = [], notices: [String] = [], intactBytes: Int = 0) {
        self.header = header
        self.events = events
        self.notices = notices
        self.intactBytes = intactBytes
    }

    /// How long the session lasted, in seconds.
    public var duration: Double { events.lazy.map(\.at).max() ?? 0 }

    /// Reads a workspace file.
    ///
    /// - Throws: `UserError` naming the file, the line and what is wrong with it.
    public static func read(_ path: String) throws -> Workspace {
        let input = try Input.read(path, for: "workspace")
        return try parse(input.bytes, name: (path as NSString).lastPathComponent)
    }

    /// Reads a workspace's bytes.
    ///
    /// A torn last line is dropped with a notice; a damaged line elsewhere is an error that names it, since what follows could
    /// not be trusted. Events of unknown kinds are passed over with a notice.
    public static func parse(_ bytes: [UInt8], name: String) throws -> Workspace {
        guard !bytes.isEmpty else { throw UserError("\(name) is empty; expected a workspace, JSON Lines with a header first") }
        var header: Header?
        var workspace = Workspace(header: Header(title: ""))
        var start = 0
        var number = 0
        var unknown: [String: Int] = [:]
        while start < bytes.count {
            number += 1
            let newline = bytes[start...].firstIndex(of: 0x0a)
            let line = bytes[start..<(newline ?? bytes.count)]
            let isLast = newline == nil || newline == bytes.count - 1
            guard newline != nil, Record.isIntact(line) else {
                if header == nil { throw UserError("\(name), line 1: this is not a workspace; expected a header line with its checksum") }
                guard isLast else {
                    throw UserError(
                        "\(name), line \(number): the line does not match its checksum; the \(workspace.events.count) events before it are whole"
                    )
                }
                workspace.notices.append("the last line was torn off in writing and is dropped")
                break
            }
            do {
                let record = try Record.parse(line)
                if header == nil {
                    header = try Workspace.header(record)
                } else if let event = try record.event() {
                    workspace.events.append(event)
                } else {
                    unknown[record.kind, default: 0] += 1
                }
            } catch let error as UserError {
                throw UserError("\(name), line \(number): \(error)")
            } catch {
                throw UserError(
                    "\(name), line \(number): \(number == 1 ? "this is not a workspace's header" : "this is not an event"); expected a JSON object of this format"
                )
            }
            start = (newline ?? bytes.count) + 1
            workspace.intactBytes = start
        }
        guard let header else { throw UserError("\(name) is not a workspace") }
        workspace.header = header
        for kind in unknown.keys.sorted() {
            workspace.notices.append("\(unknown[kind] ?? 0) events of the unknown kind “\(kind)” were passed over")
        }
        return workspace
    }

    private static func header(_ record: Record) throws -> Header {
        guard record.kind == "workspace" else { throw UserError("this is not a workspace; expected a header line") }
        guard let format = record.format else { throw UserError("the header lacks its format version") }
        guard format <= Workspace.format else {
            throw UserError("this workspace has format \(format); this version reads up to \(Workspace.format): open it with a newer one")
        }
        return Header(title: record.title ?? "", created: record.created ?? "", parent: record.parent)
    }

    /// The header as a line.
    static func line(for header: Header) throws -> [UInt8] {
        var record = Record(kind: "workspace")
        record.format = Workspace.format
        record.title = header.title
        record.created = header.created
        record.parent = header.parent
        record.program = "workbench"
        return try record.line()
    }
}
