import CCurses
import Dispatch
import Surface

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The terminal this process runs in: taken by `init`, given back by `restore`.
///
/// One at a time; the main actor owns it, since ncurses is not thread-safe. What it reads arrives on the main queue, so that a key
/// is handled at once however busy the other threads are. Whatever ends the process - a signal, a trap, `exit` - gives the terminal back.
@MainActor public final class Terminal {
    /// What is wanted of the terminal.
    public struct Wishes: Sendable {
        /// The characters of plots; nil to go by the locale.
        public var glyphs: GlyphSet?
        /// False for no colour, as `NO_COLOR` asks too.
        public var allowsColour = true
        /// Whether the mouse is reported from the start.
        public var mouse = true
        /// Milliseconds after which a lone Escape byte is the Escape key.
        public var escapeDelay = 50
        /// The colours.
        public var theme = Theme.dark

        /// All as usual.
        public init() {}
    }

    /// The characters that plots may be made of.
    public let glyphs: GlyphSet
    /// How many colours there are.
    public let depth: ColourDepth
    /// What the user should know about this terminal, in one sentence; nil when all is as usual.
    public let notice: String?
    /// Width in cells.
    public private(set) var columns: Int
    /// Height in cells.
    public private(set) var rows: Int

    let theme: Theme
    var shown: Surface?
    var shownCursor: Cursor?
    var synchronizes = false
    private var decoder: KeyDecoder
    private let escapeDelay: Int
    private var handler: (@MainActor ([TerminalEvent]) -> Void)?
    private var sources: [any DispatchSourceRead] = []
    private var patience: DispatchWorkItem?
    private var isOpen = true
    private static var isTaken = false

    /// Takes the terminal: alternate screen, keys at once, cursor hidden.
    ///
    /// - Throws: `TerminalError` when there is none, or it cannot place its cursor; nothing was changed then.
    public init(_ wishes: Wishes = Wishes()) throws(TerminalError) {
        guard !Self.isTaken else { throw TerminalError("the terminal is already in use by this process") }
        let wantsUnicode = wishes.glyphs.map { $0 != .ascii } ?? false
        let locale = Locale.adopt(wantsUnicode: wantsUnicode)
        curses_restore_note()
        let mailbox = curses_signals_open()
        guard mailbox >= 0 else { throw TerminalError("the system gave no pipe for signals: too many open files") }
        let code = curses_open()
        guard code == CURSES_OPENED else {
            curses_signals_close()
            throw TerminalError(code: Int(code), name: getenv("TERM").map { String(cString: $0) } ?? "")
        }
        curses_restore_arm(true)
        curses_errors_hold()
        Self.isTaken = true

        let noColour = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
        let colours = wishes.allowsColour && !noColour ? Int(curses_colours()) : 0
        depth = colours >= 256 ? .palette256 : colours >= 8 ? .sixteen : .none
        glyphs = locale.isUnicode ? wishes.glyphs ?? .braille : .ascii
        notice = wishes.glyphs == .ascii ? nil : locale.notice
        theme = wishes.theme
        mouse = wishes.mouse
        escapeDelay = max(1, wishes.escapeDelay)
        decoder = KeyDecoder(named: Self.namedKeys())
        var width: Int32 = 0
        var height: Int32 = 0
        _ = curses_follow_size(&width, &height)
        columns = Int(width)
        rows = Int(height)
        enterModes()
        askForSynchronizedOutput()
        listen(to: STDIN_FILENO) { $0.readKeys() }
        listen(to: mailbox) { $0.readSignals() }
    }

    /// Hands over what comes from now on, in batches of what was there at once.
    public func listen(_ handler: @escaping @MainActor ([TerminalEvent]) -> Void) { self.handler = handler }

    /// Whether the mouse is reported; when it is not, the terminal's own text selection works.
    public var mouse: Bool {
        didSet { if isOpen, mouse != oldValue { send(mouse ? Self.mouseOn : Self.mouseOff) } }
    }

    /// Gives the terminal back as it was found; safe to call again.
    public func restore() {
        guard isOpen else { return }
        isOpen = false
        patience?.cancel()
        for source in sources { source.cancel() }
        sources = []
        handler = nil
        leaveModes()
        curses_close()
        curses_restore_arm(false)
        curses_errors_release()
        curses_signals_close()
        Self.isTaken = false
    }

    /// Leaves without a word to a terminal that is gone.
    public func abandon() {
        curses_restore_arm(false)
        curses_errors_release()
    }

    /// Stops the process as Ctrl-Z does; returns when it goes on, the terminal taken again and everything to be drawn anew.
    public func suspend() {
        guard isOpen else { return }
        leaveModes()
        curses_suspend()
        curses_restore_arm(false)
        curses_errors_release()
        curses_signals_stop()
        curses_errors_hold()
        curses_restore_arm(true)
        curses_resume()
        enterModes()
        shown = nil
        followSize()
        deliver([.resumed])
    }

    // MARK: Modes that ncurses does not know

    private static let mouseOn = "\u{1B}[?1000;1002;1006h"
    private static let mouseOff = "\u{1B}[?1000;1002;1006l"

    private func enterModes() { send("\u{1B}[?2004h" + (mouse ? Self.mouseOn : "")) }
    private func leaveModes() { send("\u{1B}[?2004l" + (mouse ? Self.mouseOff : "")) }

    /// Asks without waiting: the answer comes among the keys, and no answer is a no.
    private func askForSynchronizedOutput() {
        let name = getenv("TERM").map { String(cString: $0) } ?? ""
        // The Linux console and real terminals would print what they do not understand.
        guard !["linux", "vt", "ansi", "dumb", "cons"].contains(where: { name.hasPrefix($0) }) else { return }
        send("\u{1B}[?2026$p")
    }

    func send(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { curses_send($0.baseAddress, $0.count) }
        }
    }

    // MARK: Listening

    private func listen(to descriptor: Int32, _ read: @escaping @MainActor (Terminal) -> Void) {
        let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: .main)
        source.setEventHandler { [weak self] in
            MainActor.assumeIsolated {
                guard let self, self.isOpen else { return }
                read(self)
            }
        }
        source.activate()
        sources.append(source)
    }

    private func readKeys() {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(STDIN_FILENO, &bytes, bytes.count)
        if count < 0, errno == EINTR || errno == EAGAIN { return }
        guard count > 0 else {
            // Nothing will come any more: the terminal is gone.
            sources.first?.cancel()
            deliver([.hungUp])
            return
        }
        patience?.cancel()
        deliver(decoder.feed(bytes.prefix(count)))
        guard let wait = decoder.patience else { return }
        let item = DispatchWorkItem { [weak self] in
            MainActor.assumeIsolated {
                guard let self, self.isOpen else { return }
                self.deliver(self.decoder.giveUp())
            }
        }
        patience = item
        DispatchQueue.main.asyncAfter(deadline: .now() + .milliseconds(wait == .key ? escapeDelay : 2000), execute: item)
    }

    private func readSignals() {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(curses_signals_open(), &bytes, bytes.count)
        guard count > 0 else { return }
        curses_signals_heard()
        var seen: Set<Int32> = []
        for byte in bytes.prefix(count) where seen.insert(Int32(byte)).inserted {
            switch Int32(byte) {
            case SIGINT: deliver([.interrupted])
            case SIGTERM: deliver([.terminated])
            case SIGHUP: deliver([.hungUp])
            case SIGTSTP: suspend()
            case SIGCONT:
                redraw()
                deliver([.resumed])
            case SIGWINCH: followSize()
            default: break
            }
        }
    }

    private func followSize() {
        var width: Int32 = 0
        var height: Int32 = 0
        guard curses_follow_size(&width, &height) else { return }
        columns = Int(width)
        rows = Int(height)
        shown = nil
        deliver([.resized(columns: columns, rows: rows)])
    }

    private func deliver(_ events: [TerminalEvent]) {
        var news: [TerminalEvent] = []
        for event in events {
            if case .modeReported(let mode, let state) = event {
                if mode == 2026 { synchronizes = state == 1 || state == 2 }
            } else {
                news.append(event)
            }
        }
        if !news.isEmpty { handler?(news) }
    }

    /// What this terminal's database entry says its keys send.
    private static func namedKeys() -> [[UInt8]: Key] {
        let names: [(String, Key)] = [
            ("kcuu1", Key(.up)), ("kcud1", Key(.down)), ("kcub1", Key(.left)), ("kcuf1", Key(.right)), ("khome", Key(.home)),
            ("kend", Key(.end)), ("kpp", Key(.pageUp)), ("knp", Key(.pageDown)), ("kich1", Key(.insert)), ("kdch1", Key(.delete)),
            ("kcbt", Key(.tab, .shift)), ("kLFT", Key(.left, .shift)), ("kRIT", Key(.right, .shift)), ("kri", Key(.up, .shift)),
            ("kind", Key(.down, .shift)), ("kHOM", Key(.home, .shift)), ("kEND", Key(.end, .shift)), ("kent", Key(.enter)),
        ]
        var keys: [[UInt8]: Key] = [:]
        for (name, key) in names + (1...12).map({ ("kf\($0)", Key(.function($0))) }) {
            if let text = curses_key(name) { keys[Array(String(cString: text).utf8)] = key }
        }
        return keys
    }
}

/// Why there is no terminal to work in, in one sentence.
public struct TerminalError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The sentence: what, and what to do.
    public var description: String

    init(_ sentence: String) { description = sentence }

    init(code: Int, name: String) {
        let list = "`workbench run` needs no terminal"
        switch code {
        case Int(CURSES_INPUT_IS_NO_TERMINAL): self.init("the session reads keys, but standard input is not a terminal; \(list)")
        case Int(CURSES_OUTPUT_IS_NO_TERMINAL): self.init("the session draws a screen, but standard output is not a terminal; \(list)")
        case Int(CURSES_TERMINAL_UNKNOWN) where name.isEmpty: self.init("TERM is not set; try TERM=xterm-256color, or \(list)")
        case Int(CURSES_TERMINAL_UNKNOWN):
            self.init("the terminal “\(name)” (TERM) is not in this system's terminal database; try TERM=xterm-256color, or \(list)")
        default: self.init("the terminal “\(name)” (TERM) cannot place its cursor, which a full-screen session needs; \(list)")
        }
    }
}
