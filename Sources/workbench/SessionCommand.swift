import ArgumentParser
import Engine

/// `workbench`: a new session, with a pane a family or with the experiments named.
struct SessionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "session", abstract: "Open a new interactive session (the default): a pane for each experiment named, or one a family."
    )

    @Argument(help: "The experiments, as `workbench list` names them, at most \(most); the same one may come twice.")
    var experiments: [String] = []
    @OptionGroup var settings: Settings

    private static let most = 4

    func run() async throws {
        guard experiments.count <= Self.most else {
            throw UserError("a session has at most \(Self.most) panes; \(experiments.count) experiments were named")
        }
        guard settings.isEmpty || experiments.count == 1 else {
            throw UserError("--set, --seed and --data say how one experiment begins; name that one")
        }
        let names = experiments.isEmpty ? Composition.panes : experiments
        try await Interactive.begin(try names.map(settings.configuration))
    }
}
