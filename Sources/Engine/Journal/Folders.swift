import Foundation

/// The folders of the XDG base directory specification that this program writes to.
public enum Folders {
    /// Where sessions and the log go: `$XDG_STATE_HOME/workbench`, or `~/.local/state/workbench`.
    public static func state(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> String {
        folder("XDG_STATE_HOME", otherwise: ".local/state", environment)
    }

    /// Where settings are read from: `$XDG_CONFIG_HOME/workbench`, or `~/.config/workbench`.
    public static func settings(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> String {
        folder("XDG_CONFIG_HOME", otherwise: ".config", environment)
    }

    /// Where models go: `$XDG_DATA_HOME/workbench`, or `~/.local/share/workbench`.
    public static func data(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> String {
        folder("XDG_DATA_HOME", otherwise: ".local/share", environment)
    }

    private static func folder(_ variable: String, otherwise: String, _ environment: [String: String]) -> String {
        // The specification says that a relative path is invalid and must be ignored.
        if let base = environment[variable], base.hasPrefix("/") { return base + "/workbench" }
        return (environment["HOME"] ?? NSHomeDirectory()) + "/" + otherwise + "/workbench"
    }

    /// A path for a new session's file, named by the moment it begins; the folder is made when it is missing.
    ///
    /// - Throws: `UserError` when the folder cannot be made.
    public static func newSession(_ environment: [String: String] = ProcessInfo.processInfo.environment) throws -> String {
        let folder = state(environment) + "/sessions"
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw UserError("the folder for sessions, “\(folder)”, cannot be made: \(error.localizedDescription)")
        }
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = "yyyy-MM-dd_HH.mm.ss"
        let base = folder + "/" + formatter.string(from: Date())
        // Two sessions begun in one second get names of their own.
        var path = base + ".workspace"
        var number = 2
        while FileManager.default.fileExists(atPath: path) {
            path = "\(base)-\(number).workspace"
            number += 1
        }
        return path
    }
}
