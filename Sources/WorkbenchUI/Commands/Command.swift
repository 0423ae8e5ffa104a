import Terminal

/// Something the user can tell the program to do: one entry of the table that dispatch, key bar, help and palette all read.
public struct Command: Sendable, Identifiable {
    /// What it is, in the settings file and in the journal of tests.
    public enum ID: String, Sendable, Hashable, CaseIterable, Codable {
        // Panes
        case focusPane1, focusPane2, focusPane3, focusPane4, focusNext, focusPrevious, zoom, chooseExperiment, handOver, handOverList,
            markItem
        // Running
        case toggleRun, step, restart, reseed, install
        // Parameters
        case previousParameter, nextParameter, decrease, increase, decreaseMore, increaseMore, typeValue, resetValue, presets, undo, redo
        // Figures
        case nextFigure, previousFigure, inspect, zoomIn, zoomOut, panLeft, panRight, autoscale, logAxis, logAxisX, table, describe, pageUp,
            pageDown
        // Comparing
        case pin, unpin, compare, seeds
        // The table
        case sortNext, sortPrevious, sortReverse
        // The session
        case save, saveAs, open, export, replaySession, mark, palette, help, redraw, suspend, toggleMouse, quit
        // The cross-hair
        case crosshairLeft, crosshairRight, crosshairLeftMore, crosshairRightMore, leaveInspection
        // Replay
        case playPause, eventBack, eventForward, secondsBack, secondsForward, slower, faster, markBack, markForward, toStart, toEnd,
            goToTime,
            branch, leaveReplay
    }

    /// Where it can be called.
    public enum Context: Sendable, Hashable {
        /// Live session or replay.
        case anywhere
        /// A live session.
        case live
        /// A replay.
        case replay
        /// While the cross-hair is out; goes before the others.
        case inspecting
    }

    /// Under which heading it stands in the help.
    public enum Section: String, Sendable, CaseIterable {
        case running = "Run"
        case parameters = "Parameters"
        case figures = "Figures"
        case crosshair = "Cross-hair"
        case panes = "Panes"
        case session = "Session"
        case replay = "Replay"
    }

    /// What it is.
    public let id: ID
    /// What it is called, in the palette.
    public let title: String
    /// The keys it has unless the settings say otherwise.
    public let keys: [Key]
    /// Where it can be called.
    public let context: Context
    /// Its heading in the help.
    public let section: Section
    /// What it does, in one line.
    public let help: String
    /// Its word in the key bar, which neighbours in the table with the same word share; nil to stay out of it.
    public let bar: String?

    init(
        _ id: ID, _ title: String, _ keys: [Key], _ context: Context, _ section: Section, bar: String? = nil, _ help: String
    ) {
        self.id = id
        self.title = title
        self.keys = keys
        self.context = context
        self.section = section
        self.bar = bar
        self.help = help
    }

    /// The command's entry in the table.
    public static func named(_ id: ID) -> Command { table[id] ?? Command(id, id.rawValue, [], .anywhere, .session, "") }
    private static let table = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })
}

/// Which keys do what: the table's own keys unless the settings say otherwise.
public struct KeyMap: Sendable {
    /// The keys of each command.
    public private(set) var keys: [Command.ID: [Key]]

    /// The table's own keys.
    public static let standard = KeyMap(keys: Dictionary(uniqueKeysWithValues: Command.all.map { ($0.id, $0.keys) }))

    /// Gives a command other keys.
    public mutating func bind(_ id: Command.ID, to keys: [Key]) { self.keys[id] = keys }

    /// The command a key means where these contexts hold, the first of them going before the others.
    public func command(for key: Key, in contexts: [Command.Context]) -> Command.ID? {
        for context in contexts {
            if let found = Command.all.first(where: { $0.context == context && (keys[$0.id] ?? []).contains(key) }) { return found.id }
        }
        return nil
    }

    /// A command's keys as written in help and palette: "z Enter".
    public func written(_ id: Command.ID) -> String { (keys[id] ?? []).map(\.description).joined(separator: " ") }
}
