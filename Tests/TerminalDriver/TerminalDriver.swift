import Foundation

/// A real terminal (tmux) with a program in it: keys in, screens out.
///
/// Waits for what the screen shows, never for time to pass; a wait that is never met throws with the screen it saw last.
public final class TerminalDriver {
    /// What went wrong, with the screen at that moment.
    public struct Failure: Error, CustomStringConvertible {
        /// The sentence and the screen.
        public var description: String
    }

    private let socket: String
    private let folder: URL
    private static let seconds = 20.0

    /// Whether tmux is there to drive.
    public static let isAvailable = (try? runProgram(["tmux", "-V"]))?.status == 0

    /// Starts a shell of `columns` by `rows` cells with the environment given and nothing else of ours but PATH and HOME.
    ///
    /// - Parameter name: TERM inside is `tmux-256color`, unless the environment says otherwise.
    public init(columns: Int = 80, rows: Int = 24, environment: [String: String] = [:]) throws {
        socket = "workbench-test-\(UUID().uuidString)"
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(socket)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try
            "set -g remain-on-exit on\nset -g escape-time 0\nset -g status off\nset -g default-terminal tmux-256color\nset -g history-limit 0\n"
            .write(to: folder.appendingPathComponent("tmux.conf"), atomically: true, encoding: .utf8)
        var inside = ["LANG": "C.UTF-8", "PS1": "$ ", "HOME": folder.path]
        inside.merge(environment) { $1 }
        let settings = inside.sorted { $0.key < $1.key }.flatMap { ["-e", "\($0.key)=\($0.value)"] }
        try tmux(
            [
                "-f", folder.appendingPathComponent("tmux.conf").path, "new-session", "-d", "-s", "s", "-c", folder.path, "-x",
                "\(columns)", "-y", "\(rows)",
            ]
                + settings + ["env", "-u", "LC_ALL"] + inside.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
                + ["bash", "--norc", "--noprofile"])
        try wait(for: "$")
    }

    deinit {
        do { try tmux(["kill-server"]) } catch { print("a terminal stays behind: \(error)") }
        try? FileManager.default.removeItem(at: folder)
    }

    /// A place for files of this terminal's programs, removed with it.
    public var temporaryFolder: URL { folder }

    /// Types keys by tmux's names: `Up`, `S-Left`, `C-c`, `Escape`, `BTab`, `Space`, single characters.
    public func press(_ keys: String...) throws { try tmux(["send-keys", "-t", "s"] + keys) }

    /// Types a text as it is.
    public func type(_ text: String) throws { try tmux(["send-keys", "-t", "s", "-l", text]) }

    /// Types a command line and Enter.
    public func command(_ line: String) throws {
        try type(line)
        try press("Enter")
    }

    /// Pastes a text, bracketed if the program asked for it.
    public func paste(_ text: String) throws {
        let file = folder.appendingPathComponent("paste")
        try text.write(to: file, atomically: true, encoding: .utf8)
        try tmux(["load-buffer", file.path])
        try tmux(["paste-buffer", "-p", "-t", "s"])
    }

    /// Gives the terminal a new size.
    public func resize(columns: Int, rows: Int) throws { try tmux(["resize-window", "-t", "s", "-x", "\(columns)", "-y", "\(rows)"]) }

    /// The screen's text, a line a row, trailing spaces cut; with SGR sequences when `styled`.
    public func screen(styled: Bool = false) throws -> String {
        try tmux(["capture-pane", "-p", "-t", "s"] + (styled ? ["-e"] : []))
    }

    /// A tmux format, such as `#{alternate_on}` or `#{mouse_any_flag}`.
    public func state(_ format: String) throws -> String {
        try tmux(["display", "-p", "-t", "s", format]).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Waits until the screen shows a text; returns the screen.
    @discardableResult public func wait(for text: String) throws -> String {
        try wait("the screen to show “\(text)”") { $0.contains(text) }
    }

    /// Waits until a condition on the screen holds; returns the screen.
    @discardableResult public func wait(_ what: String, until condition: (String) throws -> Bool) throws -> String {
        let start = DispatchTime.now().uptimeNanoseconds
        var last = ""
        while Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9 < Self.seconds {
            last = try screen()
            if try condition(last) { return last }
            usleep(20_000)
        }
        throw Failure(description: "waited \(Int(Self.seconds)) s for \(what); the screen:\n\(last)")
    }

    @discardableResult private func tmux(_ arguments: [String]) throws -> String {
        let result = try runProgram(["tmux", "-u", "-L", socket] + arguments)
        guard result.status == 0 else { throw Failure(description: "tmux \(arguments.joined(separator: " ")): \(result.errors)") }
        return result.output
    }
}

/// Where the built programs are: beside the test bundle.
public func builtProgram(_ name: String) -> URL {
    URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent(name)
}
