import CCurses

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What can be known of the terminal without taking it.
public struct TerminalSurvey: Sendable {
    /// Whether keys would come from a terminal.
    public let readsTerminal: Bool
    /// Whether pictures would go to a terminal.
    public let writesTerminal: Bool
    /// `TERM`; empty when unset.
    public let name: String
    /// Whether the terminal database knows it, and it can place its cursor.
    public let isUsable: Bool
    /// Why it cannot be used, in one sentence; nil when it can.
    public let obstacle: String?
    /// Colours by the terminal database.
    public let colours: Int
    /// Whether `NO_COLOR` asks for none.
    public let forbidsColour: Bool
    /// Width and height in cells; nil where unknown.
    public let size: (columns: Int, rows: Int)?
    /// What the locale allows.
    public let locale: Locale

    /// Looks.
    public init() {
        readsTerminal = isatty(STDIN_FILENO) == 1
        writesTerminal = isatty(STDOUT_FILENO) == 1
        name = getenv("TERM").map { String(cString: $0) } ?? ""
        var count: Int32 = 0
        let code = curses_survey(&count)
        isUsable = code == CURSES_OPENED
        obstacle = isUsable ? nil : TerminalError(code: Int(code), name: name).description
        colours = Int(count)
        forbidsColour = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
        var window = winsize()
        size = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0 && window.ws_col > 0 ? (Int(window.ws_col), Int(window.ws_row)) : nil
        locale = Locale.adopt()
    }
}
