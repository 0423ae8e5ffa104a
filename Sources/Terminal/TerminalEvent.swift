/// What a terminal tells its program.
public enum TerminalEvent: Hashable, Sendable {
    /// A key was pressed.
    case key(Key)
    /// Text was pasted, told apart from typing; control characters other than newline and tab are left out.
    case paste(String)
    /// The mouse did something.
    case mouse(Mouse)
    /// The terminal has a new size.
    case resized(columns: Int, rows: Int)
    /// The program was stopped and goes on; the screen is to be drawn anew.
    case resumed
    /// Ctrl-C or SIGINT: end, exit status 130.
    case interrupted
    /// SIGTERM: end, exit status 143.
    case terminated
    /// The terminal is gone: save and end without drawing, exit status 129.
    case hungUp
    /// The terminal's answer to whether it knows a mode: 1 or 2 is yes. `Terminal` keeps it to itself.
    case modeReported(mode: Int, state: Int)
}

/// What the mouse did, and where.
public struct Mouse: Hashable, Sendable {
    /// The kinds of mouse events.
    public enum Action: Hashable, Sendable {
        /// A button went down: 0 left, 1 middle, 2 right.
        case pressed(Int)
        /// A button went up.
        case released(Int)
        /// It moved with a button down.
        case dragged(Int)
        case wheelUp, wheelDown
    }

    /// What happened.
    public var action: Action
    /// The cell's column, 0 at the left edge.
    public var column: Int
    /// The cell's row, 0 at the top.
    public var row: Int
    /// Keys held down.
    public var modifiers: Key.Modifiers

    /// A mouse event.
    public init(_ action: Action, column: Int, row: Int, _ modifiers: Key.Modifiers = []) {
        self.action = action
        self.column = column
        self.row = row
        self.modifiers = modifiers
    }
}
