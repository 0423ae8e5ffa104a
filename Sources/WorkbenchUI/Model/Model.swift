import Engine
import Plotting
import Surface
import Terminal

/// Everything the session's screen depends on, as one value.
///
/// `update` turns it by actions into its next state and the effects wished for; `frame()` draws it. Neither reads a clock, a file
/// or a terminal: time comes in with the actions.
public struct Model: Sendable {
    /// The terminal's width in cells.
    public var columns: Int
    /// The terminal's height in cells.
    public var rows: Int
    /// The characters pictures are made of.
    public var glyphs: GlyphSet
    /// Whether series must differ without colour.
    public var isMonochrome: Bool
    /// The declarations of all experiments there are.
    public var cards: [Card]
    /// The panes, in order.
    public var panes: [PaneModel] = []
    /// The pane that keys act on.
    public var focus = 0
    /// Whether the focused pane fills the screen.
    public var isZoomed = false
    /// What lies over the panes: help, a list to choose from, a line to type.
    public var overlay: Overlay?
    /// A sentence for the bottom line.
    public var notice: Notice?
    /// The file everything goes to.
    public var file = FileState()
    /// The replay under way; nil in a live session.
    public var replay: ReplayState?
    /// The figure that the mouse holds; nil for none.
    public var drag: Drag?
    /// Whether the mouse is reported.
    public var mouse = true
    /// Seconds since the session's screen opened.
    public var now = 0.0
    /// What can be installed for the experiments.
    public var installables: [InstallableState] = []
    /// What is being installed, and the pane it was asked for in.
    public internal(set) var installing: (name: String, pane: Int)?
    /// Which keys do what.
    public var keyMap = KeyMap.standard
    /// How many lines a page of the overlay or table holds, as last drawn.
    var pageRows: Int { max(1, rows - 8) }

    /// A screen without panes yet.
    public init(columns: Int, rows: Int, glyphs: GlyphSet = .braille, isMonochrome: Bool = false, cards: [Card]) {
        self.columns = columns
        self.rows = rows
        self.glyphs = glyphs
        self.isMonochrome = isMonochrome
        self.cards = cards
    }

    /// The focused pane.
    public var pane: PaneModel? {
        get { panes.indices.contains(focus) ? panes[focus] : nil }
        set { if let newValue, panes.indices.contains(focus) { panes[focus] = newValue } }
    }

    /// Whether all panes are on the screen at once.
    public var isGrid: Bool { !isZoomed && hasRoomForGrid }
    /// Whether several panes would show if none filled the screen.
    var hasRoomForGrid: Bool { panes.count > 1 && columns >= 112 && rows >= 32 }

    /// The panes whose figures are on the screen.
    public var visible: [Int] { isGrid ? Array(panes.indices.prefix(4)) : panes.indices.contains(focus) ? [focus] : [] }

    /// Whether something on the screen changes by itself.
    public var isLively: Bool {
        if notice?.until != nil { return true }
        return replay.map(\.isPlaying) ?? panes.contains { $0.isWorking }
    }
}

/// A sentence for the bottom line, for a while.
public struct Notice: Hashable, Sendable {
    /// The sentence.
    public var text: String
    /// How it is meant.
    public var role: Role
    /// When it goes by itself, on the model's clock; nil to stay until the next key.
    public var until: Double?
}

/// Where the session is kept.
public struct FileState: Hashable, Sendable {
    /// The file's name without folder; empty while the session is in memory alone.
    public var name = ""
    /// The file's path; nil while the session is in memory alone.
    public var path: String?
    /// What went wrong with writing it, in one sentence.
    public var failure: String?

    /// A session in memory.
    public init() {}
}

/// A replay, as its transport bar shows it.
public struct ReplayState: Hashable, Sendable {
    /// What is replayed: a file's name, or "this session".
    public var source: String
    /// The place, in seconds since the session began.
    public var time = 0.0
    /// The session's length in seconds.
    public var duration: Double
    /// The marks' times.
    public var marks: [Double]
    /// The last mark passed.
    public var mark: String?
    /// Whether it plays.
    public var isPlaying = false
    /// How far it has been played ahead, in seconds; going anywhere before is instant.
    public var prepared = 0.0
    /// Whether it is on its way to a place wished for.
    public var isSeeking = false
    /// Times real time.
    public var speed = 1.0
    /// The first digest that differed, in one sentence.
    public var divergence: String?
    /// Digests compared so far.
    public var verified = 0
    /// Whether Escape leads back to a live session.
    public var hasLiveSession: Bool

    /// A replay at its beginning.
    public init(source: String, duration: Double, marks: [Double] = [], hasLiveSession: Bool = false) {
        self.source = source
        self.duration = duration
        self.marks = marks
        self.hasLiveSession = hasLiveSession
    }

    /// The speeds that `<` and `>` step through.
    public static let speeds: [Double] = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64]
}
