import ArgumentParser
import Engine
import Foundation
import Kernels
import Language
import WorkbenchUI

/// `workbench doctor`: what of this machine the program can use, and what to do about the rest.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look at the terminal, locale, folders, settings and endpoint: what works, and what to do about the rest.")

    func run() async throws {
        var troubles = 0
        func tell(_ isGood: Bool?, _ what: String, _ found: String, _ advice: String = "") {
            if isGood == false { troubles += 1 }
            let sign = isGood == nil ? "-" : isGood == true ? "ok" : "!!"
            Output.say("\(sign.padded(to: 3))\(what.padded(to: 14))\(found)" + (advice.isEmpty ? "" : "\n" + "".padded(to: 17) + advice))
        }
        let health = TerminalHealth.survey()
        tell(
            true, "program",
            "workbench \(Workbench.configuration.version), instruction set \(instructionSet) of \(availableInstructionSets.joined(separator: ", "))"
        )
        for finding in health { tell(finding.isGood, finding.what, finding.found, finding.advice) }
        for (name, folder) in [("sessions", Folders.state() + "/sessions"), ("models", Folders.data())] { tellFolder(name, folder, tell) }
        do {
            _ = try SessionSettings.read()
            let isThere = FileManager.default.fileExists(atPath: SessionSettings.path)
            tell(
                isThere ? true : nil, "settings",
                isThere ? SessionSettings.path : "none; `workbench settings > \(SessionSettings.path)` begins a file")
        } catch {
            tell(false, "settings", "\(error)")
        }
        let installed = ModelLibrary(environment: ProcessInfo.processInfo.environment).installed().map(\.name)
        tell(
            installed.isEmpty ? nil : true, "model", installed.isEmpty ? "none installed" : installed.joined(separator: ", "),
            installed.isEmpty ? "`workbench model install smollm2` fetches a small one" : "")
        await tellEndpoint(tell)
        if troubles > 0 { throw Status.failed }
    }

    private func tellFolder(_ name: String, _ folder: String, _ tell: (Bool?, String, String, String) -> Void) {
        // The folder may not be there yet: then its nearest ancestor must take it.
        var place = folder
        while !FileManager.default.fileExists(atPath: place), place.count > 1 { place = (place as NSString).deletingLastPathComponent }
        let isWritable = FileManager.default.isWritableFile(atPath: place)
        tell(
            isWritable, name, folder,
            isWritable ? "" : "“\(place)” cannot be written; set XDG_STATE_HOME or XDG_DATA_HOME to a folder that can")
    }

    private func tellEndpoint(_ tell: (Bool?, String, String, String) -> Void) async {
        let environment = ProcessInfo.processInfo.environment
        let isNamed = ["OPENAI_BASE_URL", "OPENAI_API_KEY", "OPENAI_API_BASE", "OLLAMA_HOST"].contains { environment[$0]?.isEmpty == false }
        guard isNamed else {
            tell(
                nil, "endpoint", "none named",
                "set OPENAI_BASE_URL (and OPENAI_API_KEY where one is needed); without endpoint and model, the extractive control answers")
            return
        }
        do {
            let models = try await OpenAIProvider(environment: environment).models()
            tell(
                true, "endpoint",
                models.isEmpty ? "answers, and lists no models" : "answers; models: " + models.prefix(5).joined(separator: ", "), "")
        } catch {
            tell(false, "endpoint", "\(error)", "")
        }
    }
}

/// `workbench settings`: the settings in force, as a settings file.
struct SettingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings", abstract: "Print the session's settings, keys included, as a settings file with what each means.")

    func run() throws { Output.write(try SessionSettings.read().written) }
}
