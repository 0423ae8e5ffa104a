import Engine
import Foundation
import TerminalDriver

/// The reference model's file, for the tests that need one.
///
/// They run where `workbench model install smollm2` has put it. In continuous integration (CI=true) they always run: there it is fetched by
/// that very command, once, into the build's folder.
public enum ReferenceModel {
    private static let file = "workbench/models/SmolLM2-135M-Instruct.Q4_1.gguf"
    private static let isContinuousIntegration = ProcessInfo.processInfo.environment["CI"] == "true"

    /// What a skipped test says.
    public static let advice = "workbench model install smollm2"

    /// Why it is not there.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// Whether tests that need it run.
    public static var isWanted: Bool { isContinuousIntegration || FileManager.default.fileExists(atPath: installed) }

    /// Where it is.
    public static func path() throws -> String { try dataFolder() + "/" + file }

    /// The XDG data folder that holds it.
    public static func dataFolder() throws -> String { try found.get() }

    private static var installed: String { Folders.data() + "/" + file.dropFirst("workbench/".count) }

    private static let found = Result { () throws -> String in
        if FileManager.default.fileExists(atPath: installed) { return String(installed.dropLast(file.count + 1)) }
        let program = builtProgram("workbench")
        let folder = program.deletingLastPathComponent().appendingPathComponent("reference-model").path
        // How pip reaches its index is told by variables such as PIP_INDEX_URL and HTTPS_PROXY.
        var environment = ProcessInfo.processInfo.environment.filter {
            $0.key.hasPrefix("PIP_") || $0.key.lowercased().hasSuffix("_proxy") || $0.key.contains("CERT") || $0.key.contains("CA_BUNDLE")
        }
        environment["XDG_DATA_HOME"] = folder
        let run = try runProgram([program.path, "model", "install", "smollm2"], environment: environment)
        guard run.status == 0 else { throw Failure(description: "the reference model: \(run.errors)") }
        return folder
    }
}
