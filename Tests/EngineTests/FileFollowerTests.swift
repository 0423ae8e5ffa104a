import Foundation
import Testing

@testable import Engine

@Suite struct `Files that grow` {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "workbench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func write(_ name: String, _ text: String) throws -> String {
        let file = folder.appending(path: name)
        try Data(text.utf8).write(to: file)
        return file.path
    }

    private func ask(_ path: String, _ offset: Int, patience: Double = 0) async -> Answer.Body {
        let wish = GrowthRequest(path: path, offset: offset, patience: patience)
        return await FileFollower(interval: .milliseconds(1)).perform(Request(id: 1, provider: "file", body: .growth(wish))) { _ in }.body
    }

    @Test func `whole lines beyond the offset come at once, the rest when it has stopped growing`() async throws {
        let path = try write("a.csv", "x\n1\n2\n3.")
        #expect(await ask(path, 2) == .growth(FileGrowth(text: "1\n2\n", offset: 6)))
        #expect(await ask(path, 6, patience: 0.01) == .growth(FileGrowth(text: "3.", offset: 8, isOver: true)))
        #expect(await ask(path, 8, patience: 0.01) == .growth(FileGrowth(text: "", offset: 8, isOver: true)))
    }

    @Test func `lines that come while it waits are heard of`() async throws {
        let path = try write("b.csv", "x\n1")
        let waiting = Task { await ask(path, 2) }
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.seekToEnd()
        for text in ["0", "0\n", "2\n"] { try file.write(contentsOf: Data(text.utf8)) }
        guard case .growth(let growth) = await waiting.value else {
            Issue.record("no growth")
            return
        }
        // Whether one line or both had been written when it looked, what it gives ends with a line.
        #expect(growth.text == "100\n" || growth.text == "100\n2\n")
        #expect(growth.offset == 2 + growth.text.utf8.count)
    }

    @Test func `a file that is gone, shorter than before or no text is told`() async throws {
        let path = try write("c.csv", "x\n")
        guard case .failure(let gone) = await ask(folder.appending(path: "none").path, 0),
            case .failure(let short) = await ask(path, 10), case .failure(let folder) = await ask(folder.path, 0)
        else {
            Issue.record("no failure")
            return
        }
        #expect(gone.contains("cannot be read any more") && short.contains("written anew") && !folder.isEmpty)
        try Data([0x78, 0xFF, 0x0A]).write(to: self.folder.appending(path: "d.csv"))
        #expect(
            await ask(self.folder.appending(path: "d.csv").path, 0)
                == .failure("“\(self.folder.appending(path: "d.csv").path)” is not UTF-8 text"))
    }

    @Test func `cancelled, it stops waiting`() async throws {
        let path = try write("e.csv", "x")
        let waiting = Task { await ask(path, 0) }
        waiting.cancel()
        #expect(await waiting.value == .failure("cancelled"))
    }

    @Test func `growth is journalled and read again as it was`() throws {
        let growth = Answer(id: 3, body: .growth(FileGrowth(text: "1,\"2\"\né\n", offset: 40, isOver: true)), seconds: 0.5)
        let line = try Record(Event(at: 1, pane: 0, step: 5, .answered(growth))).line()
        let event = try Record.parse(line.dropLast()).event()
        #expect(event?.kind == .answered(growth))
    }

    // MARK: Many files

    private static let many = Parameter.files("data", "", "files")

    private static func read(_ path: String, _ parameter: Parameter) throws -> Input {
        try #require(try parameter.input(for: .text(path)))
    }

    @Test func `a pattern names files in the order of their numbers`() throws {
        for name in ["chain_10.csv", "chain_2.csv", "chain_1.csv", "other.txt"] { _ = try write(name, name) }
        let input = try Self.read(folder.path + "/chain_*.csv", Self.many)
        #expect(try input.parts().map { ($0.name as NSString).lastPathComponent } == ["chain_1.csv", "chain_2.csv", "chain_10.csv"])
        #expect(try input.parts().map { String(decoding: $0.bytes, as: UTF8.self) } == ["chain_1.csv", "chain_2.csv", "chain_10.csv"])
        let two = try Self.read("\(folder.path)/chain_2.csv, \(folder.path)/other.txt", Self.many)
        #expect(try two.parts().map { String(decoding: $0.bytes, as: UTF8.self) } == ["chain_2.csv", "other.txt"])
        #expect(try Self.read(folder.path + "/chain_2.csv", Self.many).parts().count == 1)
    }

    @Test func `a file whose name looks like a pattern is itself, and empty files are files`() throws {
        let odd = try write("a,b*.csv", "x")
        #expect(try Self.read(odd, Self.many).bytes == Array("x".utf8))
        _ = try write("p1", "")
        _ = try write("p2", "y")
        #expect(try Self.read(folder.path + "/p?", Self.many).parts().map(\.bytes) == [[], Array("y".utf8)])
    }

    @Test func `patterns that fit nothing or too much are refused`() throws {
        #expect(throws: UserError.self) { try Self.read(folder.path + "/none_*.csv", Self.many) }
        #expect(throws: UserError.self) { try Self.read("/tm*/x*.csv", Self.many) }
        for k in 0..<65 { _ = try write("many_\(k)", "") }
        #expect(throws: UserError.self) { try Self.read(folder.path + "/many_*", Self.many) }
        // A parameter of one file takes names as they are.
        #expect(throws: UserError.self) { try Self.read(folder.path + "/many_*", Parameter.file("data", "", "file")) }
    }

    @Test func `stars and question marks fit as in a shell`() {
        func fits(_ name: String, _ pattern: String) -> Bool { Input.fits(Array(name.utf8), Array(pattern.utf8)) }
        for (name, pattern) in [
            ("abc", "*"), ("abc", "a*c"), ("abc", "abc"), ("abc", "a?c"), ("", "*"), ("aXbXc", "a*b*c"), ("abab", "*ab"), ("a*", "a*"),
        ] {
            #expect(fits(name, pattern), "\(name) \(pattern)")
        }
        for (name, pattern) in [("abc", "a"), ("abc", "b*"), ("abc", "a?"), ("", "?"), ("aab", "*a"), ("ab", "a*b?")] {
            #expect(!fits(name, pattern), "\(name) \(pattern)")
        }
        #expect(!fits(String(repeating: "a", count: 2000), String(repeating: "a*", count: 200) + "b"))
    }
}
