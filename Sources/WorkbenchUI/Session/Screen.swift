import Surface
import Terminal

/// What the session needs of a terminal: a real one in the program, a recording one in tests.
@MainActor protocol Screen: AnyObject {
    var columns: Int { get }
    var rows: Int { get }
    /// Whether a frame would be taken at once.
    var isReady: Bool { get }
    var mouse: Bool { get set }
    func show(_ surface: Surface, cursor: Cursor?)
    func redraw()
    /// Puts text on the terminal's clipboard, if the terminal lets it.
    func copy(_ text: String)
    func suspend()
    func restore()
    func abandon()
}

extension Terminal: Screen {}
