import Engine
import Foundation
import TerminalDriver
import Testing

@testable import workbench

/// What is taken away from a saved session.
@Suite struct `Export` {
    private let scratch: Scratch
    private let file: String

    init() async throws {
        scratch = try Scratch()
        file = scratch.path("session.workspace")
        try await recordSession(file)
    }

    @Test func `a figure is written as SVG, CSV, text, colours and JSON at once, and files that exist stay`() throws {
        let run = try scratch.workbench(
            "export", file, "--pane", "2", "--figure", "probabilities", "--svg", scratch.path("a.svg"), "--csv", scratch.path("a.csv"),
            "--text",
            scratch.path("a.txt"), "--ansi", scratch.path("a.ansi"), "--json", scratch.path("a.json"))
        #expect(run.status == 0 && run.output.isEmpty && run.errors.isEmpty, "\(run.errors)")
        func text(_ name: String) throws -> String { String(decoding: try scratch.bytes(name), as: UTF8.self) }
        #expect(try text("a.svg").hasPrefix("<?xml") && text("a.svg").contains("<rect"))
        #expect(try text("a.csv").split(separator: "\n").count >= 7, "a header and six outcomes")
        #expect(try text("a.txt").contains("Probabilities") && !text("a.txt").contains("\u{1B}"))
        #expect(try text("a.ansi").contains("\u{1B}["))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text("a.json").utf8)) as? [String: Any])
        let parameters = try #require(object["parameters"] as? [String: Any])
        #expect(parameters["mean"] as? Double == 3, "as the session left it")
        expectRefusal(try scratch.workbench("export", file, "--pane", "2", "--svg", scratch.path("a.svg")), "exists already")
        #expect(try scratch.workbench("export", file, "--pane", "2", "--svg", scratch.path("a.svg"), "--force").status == 0)
    }

    @Test func `a moment before the end gives the state of then, and a table goes by its name`() throws {
        func mean(_ time: String) throws -> Double? {
            let run = try scratch.workbench("export", file, "--pane", "2", "--at", time, "--json", "-")
            let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
            return (object?["parameters"] as? [String: Any])?["mean"] as? Double
        }
        #expect(try mean("3") == 4.5)
        #expect(try mean("0:04.5") == 3)
        let table = try scratch.workbench("export", file, "--pane", "2", "--table", "outcomes", "--csv", "-")
        #expect(table.output.hasPrefix("outcome,value,prior,probability\n"))
    }

    @Test func `the session as an asciicast has a header, times in order, and the marks as captions`() throws {
        let path = scratch.path("a.cast")
        #expect(try scratch.workbench("export", file, "--cast", path, "--size", "100x30").status == 0)
        let lines = String(decoding: try scratch.bytes("a.cast"), as: UTF8.self).split(separator: "\n")
        let header = try #require(try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any])
        #expect(header["version"] as? Int == 2 && header["width"] as? Int == 100 && header["height"] as? Int == 30)
        var last = -1.0
        var all = ""
        for line in lines.dropFirst() {
            let event = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Any])
            let time = try #require(event[0] as? Double)
            #expect(event[1] as? String == "o" && time >= last)
            last = time
            all += try #require(event[2] as? String)
        }
        #expect(lines.count > 3 && last <= 6.5)
        #expect(all.contains("both have ended") && all.contains("a smaller mean"))
    }

    @Test func `what cannot be exported is refused in one sentence`() throws {
        expectRefusal(try scratch.workbench("export", file), "nothing to write")
        expectRefusal(try scratch.workbench("export", file, "--pane", "3", "--svg", "-"), "2 panes")
        expectRefusal(try scratch.workbench("export", file, "--pane", "2", "--figure", "probs", "--svg", "-"), "probabilities")
        expectRefusal(try scratch.workbench("export", file, "--pane", "2", "--table", "x", "--csv", "-"), "outcomes")
        expectRefusal(try scratch.workbench("export", file, "--svg", scratch.path("no/such/a.svg")), "cannot be written")
        expectRefusal(try scratch.workbench("export", file, "--cast", "-", "--size", "wide"), "--size wide")
    }
}
