// Shows what `Terminal` reports, and dies in the ways a program can die: for Tests/TerminalTests.
import Dispatch
import Surface
import Terminal

#if canImport(Glibc)
    import Glibc
#endif

@main @MainActor struct TerminalProbe {
    static func main() async {
        var wishes = Terminal.Wishes()
        if CommandLine.arguments.contains("--ascii") { wishes.glyphs = .ascii }
        if CommandLine.arguments.contains("--braille") { wishes.glyphs = .braille }
        let terminal: Terminal
        do {
            terminal = try Terminal(wishes)
        } catch {
            say("probe: \(error)\n")
            exit(2)
        }
        var lines = ["glyphs \(terminal.glyphs) depth \(terminal.depth) é─⠿漢x", terminal.notice ?? "no notice"]
        func draw() {
            var surface = Surface(columns: terminal.columns, rows: terminal.rows, isASCII: terminal.glyphs == .ascii)
            surface.write("size \(terminal.columns)x\(terminal.rows)", column: 0, row: 0, style: Style(.heading, .bold))
            for (row, line) in lines.suffix(max(0, terminal.rows - 1)).enumerated() { surface.write(line, column: 0, row: row + 1) }
            surface.write("#", column: terminal.columns - 1, row: terminal.rows - 1)
            terminal.show(surface, cursor: Cursor(column: 0, row: 0))
        }
        func end(_ status: Int32) -> Never {
            terminal.restore()
            print("probe ended \(status)")
            exit(status)
        }
        terminal.listen { events in
            for event in events {
                lines.append("\(event)")
                switch event {
                case .interrupted: end(130)
                case .terminated: end(143)
                case .hungUp: exit(129)
                case .key(let key):
                    lines[lines.count - 1] = "key \(key)"
                    switch key {
                    case "q": end(0)
                    case "E": exit(7)
                    case "T":
                        let empty: [Int] = []
                        print(empty[terminal.columns])
                    case "S": raise(SIGSEGV)
                    case "N": UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = 1
                    case "A": abort()
                    case "H": while true { sleep(1) }
                    case "e": say("a word on standard error\n")
                    case "M": terminal.mouse.toggle()
                    case "Ctrl-L": terminal.redraw()
                    default: break
                    }
                default: break
                }
            }
            draw()
        }
        draw()
        while true { try? await Task.sleep(for: .seconds(3600)) }
    }
}

private func say(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
}
