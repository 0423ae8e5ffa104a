import Foundation
import Testing

@testable import Engine

/// A workspace file of its own in a temporary folder.
func temporaryPath(_ name: String = "session.workspace") throws -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("workbench-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder.appendingPathComponent(name).path
}

func bytes(of path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

@Suite struct WorkspaceTests {
    /// Every kind of event there is, with values that JSON makes difficult.
    static func events() throws -> [Event] {
        let configuration = try Configuration(
            Walk.card, values: ["drift": .real(0.1 + 0.2), "label": .text("naïve “é” \u{1b}[31m\n漢")], seed: .max,
            inputs: ["data": Input(name: "bytes.bin", bytes: (0..<5000).map { UInt8(truncatingIfNeeded: $0 % 7) })])
        let reply = ChatReply(
            text: "a\u{0}b", finish: "length", model: "m", promptTokens: 3, completionTokens: 4,
            tokens: [.init(text: "a", logProbability: -.infinity, alternatives: [.init(text: "b", logProbability: -0.5)])])
        return [
            Event(at: 0, pane: 0, .opened(configuration)), Event(at: 0.25, pane: 0, .started),
            Event(at: 1, pane: 0, step: 10, .set(name: "drift", value: .real(1e-300), input: nil)),
            Event(at: 1, pane: 0, step: 10, .set(name: "data", value: .text("x"), input: Input(name: "x", bytes: [0, 255]))),
            Event(at: 1, pane: 0, step: 0, .restarted(seed: 7)), Event(at: 1, pane: 0, step: 0, .paused),
            Event(at: 2, pane: 0, step: 5, .stopped("finished: 5 steps")),
            Event(at: 2, pane: 0, step: 5, .answered(Answer(id: 1, body: .chat(reply), seconds: 0.5, retries: 2))),
            Event(at: 2, pane: 0, step: 5, .answered(Answer(id: 2, body: .embedding([[0.5, -1], []])))),
            Event(at: 2, pane: 0, step: 5, .answered(Answer(id: 3, body: .failure("HTTP 500")))),
            Event(at: 3, pane: 0, step: 5, .selected(figure: "trace")), Event(at: 3, pane: 0, step: 5, .pinned),
            Event(at: 3, pane: 0, step: 5, .unpinned(0)), Event(at: 3, .marked("here, the drift was too large")),
            Event(at: 3, .viewed("{\"focus\":1}")), Event(at: 4, pane: 0, step: 5, .digest(Digest(results: ["place": "nan"]))),
            Event(at: 5, .closed),
        ]
    }

    @Test func `every event reads back as it was written`() throws {
        let path = try temporaryPath()
        let events = try Self.events()
        let journal = try Journal(creating: path, header: Workspace.Header(title: "all", created: "2026-11-24T00:00:00Z"))
        for event in events { journal.append(event) }
        journal.sync()
        let workspace = try Workspace.read(path)
        #expect(workspace.events == events)
        #expect(workspace.header.title == "all")
        #expect(workspace.notices.isEmpty)
        #expect(workspace.intactBytes == (try bytes(of: path)).count)
    }

    @Test func `cut anywhere, a workspace keeps every whole line and drops the torn one with a notice`() throws {
        let path = try temporaryPath()
        let journal = try Journal(creating: path, header: Workspace.Header(title: "cut"))
        for event in try Self.events().suffix(6) { journal.append(event) }
        let whole = try bytes(of: path)
        let headerEnd = try #require(whole.firstIndex(of: 0x0a)) + 1
        for cut in headerEnd..<whole.count {
            let part = Array(whole[..<cut])
            let workspace = try Workspace.parse(part, name: "cut")
            #expect(workspace.events.count == part.count { $0 == 0x0a } - 1)
            #expect(workspace.notices.isEmpty == (part.last == 0x0a))
        }
        for cut in 0..<headerEnd { #expect(throws: UserError.self) { try Workspace.parse(Array(whole[..<cut]), name: "cut") } }
    }

    @Test func `a flipped byte is never taken for an event`() throws {
        let path = try temporaryPath()
        let journal = try Journal(creating: path, header: Workspace.Header(title: "flip"))
        for event in try Self.events().suffix(4) { journal.append(event) }
        let whole = try bytes(of: path)
        let events = try Workspace.parse(whole, name: "flip").events
        for place in whole.indices {
            var damaged = whole
            damaged[place] ^= 0x01
            guard let workspace = try? Workspace.parse(damaged, name: "flip") else { continue }
            #expect(Array(events.prefix(workspace.events.count)) == workspace.events)
            #expect(workspace.events.count < events.count)
        }
    }

    @Test func `a newer format, a stranger's file and an empty one are refused in a sentence`() throws {
        func sentence(_ bytes: [UInt8]) -> String {
            do {
                _ = try Workspace.parse(bytes, name: "f")
                return ""
            } catch { return "\(error)" }
        }
        #expect(sentence([]).contains("empty"))
        #expect(sentence(Array("hello\nworld\n".utf8)).contains("not a workspace"))
        #expect(sentence((0...255).map { UInt8($0) }).contains("not a workspace"))
        var header = Record(kind: "workspace")
        header.format = 99
        #expect(sentence(try header.line()).contains("format 99"))
        let line = try Record(Event(at: 0, .closed)).line()
        #expect(sentence(line).contains("header"))
    }

    @Test func `events of an unknown kind are passed over with a notice`() throws {
        let bytes =
            try Workspace.line(for: Workspace.Header(title: "")) + Record(kind: "teleport").line() + Record(Event(at: 1, .closed)).line()
        let workspace = try Workspace.parse(bytes, name: "f")
        #expect(workspace.events == [Event(at: 1, .closed)])
        #expect(workspace.notices == ["1 events of the unknown kind “teleport” were passed over"])
    }

    @Test func `a second writer is refused and the first goes on`() throws {
        let path = try temporaryPath()
        let first = try Journal(creating: path, header: Workspace.Header(title: ""))
        first.append(Event(at: 0, .marked("one")))
        let workspace = try Workspace.read(path)
        #expect { try Journal(continuing: path, workspace: workspace) } throws: { "\($0)".contains("another session") }
        first.append(Event(at: 1, .marked("two")))
        #expect(try Workspace.read(path).events.count == 2)
    }

    @Test func `closed, a journal lets its lock go, though a copy of its descriptor lives on elsewhere`() throws {
        let path = try temporaryPath()
        let journal = try Journal(creating: path, header: Workspace.Header(title: ""))
        // As a child process has one between fork and exec.
        let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { Int32($0) }
        let own = try #require(
            descriptors.first { (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == path })
        let copy = dup(own)
        defer { close(copy) }
        #expect(fcntl(own, F_GETFD) & FD_CLOEXEC != 0)
        journal.close()
        #expect(throws: Never.self) { try Journal(continuing: path, workspace: try Workspace.read(path)) }
    }

    @Test func `a torn last line is cut off before writing goes on`() throws {
        let path = try temporaryPath()
        do {
            let journal = try Journal(creating: path, header: Workspace.Header(title: ""))
            journal.append(Event(at: 0, .marked("one")))
        }
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("{\"kind\":\"mark\",\"te".utf8))
        try handle.close()
        let torn = try Workspace.read(path)
        #expect(torn.notices.count == 1)
        do { try Journal(continuing: path, workspace: torn).append(Event(at: 1, .marked("two"))) }
        let mended = try Workspace.read(path)
        #expect(mended.notices.isEmpty)
        #expect(mended.events.map(\.kind) == [.marked("one"), .marked("two")])
    }

    @Test func `a file that is there is never overwritten`() throws {
        let path = try temporaryPath()
        try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: UserError.self) { try Journal(creating: path, header: Workspace.Header(title: "")) }
        #expect(throws: UserError.self) { try Journal(header: Workspace.Header(title: "")).save(as: path) }
        #expect(try bytes(of: path) == Array("precious".utf8))
    }

    @Test func `SHA-256 gives the digests that FIPS 180-4's examples print`() {
        #expect(SHA256.hexadecimal([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(SHA256.hexadecimal(Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            SHA256.hexadecimal(Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8))
                == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
        #expect(
            SHA256.hexadecimal(repeatElement(0x61, count: 1_000_000))
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }
}
