extension TextMeasure {
    /// The runs broken into lines of at most `columns` cells: at newlines, then at blanks, then inside words that are too long.
    ///
    /// Blanks at a break vanish; leading blanks of a line that the text itself begins stay. Tabs become blanks to the
    /// next multiple of four. At least one line comes back. With no columns nothing fits and each line is empty.
    public static func wrapped(_ runs: [StyledRun], columns: Int) -> [[StyledRun]] {
        var wrapper = Wrapper(columns: columns)
        for run in runs {
            for scalar in run.text.unicodeScalars { wrapper.take(scalar, run.style) }
        }
        return wrapper.finish()
    }

    /// Plain text broken into lines of at most `columns` cells.
    public static func wrapped(_ text: String, columns: Int) -> [String] {
        wrapped([StyledRun(text)], columns: columns).map { $0.map(\.text).joined() }
    }

    /// The state between two scalars: the line so far, and the word and blanks not yet placed.
    private struct Wrapper {
        let columns: Int
        var lines: [[StyledRun]] = []
        var line: [StyledRun] = []
        var lineWidth = 0
        var word: [StyledRun] = []
        var wordWidth = 0
        var blanks: [StyledRun] = []
        var blankWidth = 0
        /// Whether the line was begun by the text and not by a break, so that its leading blanks count.
        var isFresh = true

        init(columns: Int) { self.columns = columns }

        mutating func take(_ scalar: Unicode.Scalar, _ style: Style) {
            switch scalar {
            case "\n":
                placeWord()
                breakLine(isFresh: true)
            case "\r":
                break
            case " ":
                placeWord()
                Self.append(" ", style, to: &blanks)
                blankWidth += 1
            case "\t":
                placeWord()
                let count = 4 - (lineWidth + blankWidth) % 4
                for _ in 0..<count { Self.append(" ", style, to: &blanks) }
                blankWidth += count
            default:
                let width = CharacterWidth.of(scalar)
                if wordWidth + width > columns, width > 0 {
                    placeWord()
                    if lineWidth > 0 { breakLine(isFresh: false) }
                    guard width <= columns else { return }
                }
                Self.append(scalar, style, to: &word)
                wordWidth += width
                // Wide characters break anywhere, as East Asian text does.
                if width == 2 { placeWord() }
            }
        }

        mutating func placeWord() {
            guard !word.isEmpty else { return }
            if lineWidth + blankWidth + wordWidth > columns, lineWidth > 0 || blankWidth > 0 {
                if lineWidth > 0 || !isFresh || blankWidth + wordWidth > columns {
                    if lineWidth > 0 { breakLine(isFresh: false) }
                    blanks = []
                    blankWidth = 0
                }
            }
            if lineWidth > 0 || isFresh {
                for run in blanks { Self.append(run, to: &line) }
                lineWidth += blankWidth
            }
            for run in word { Self.append(run, to: &line) }
            lineWidth += wordWidth
            blanks = []
            blankWidth = 0
            word = []
            wordWidth = 0
        }

        mutating func breakLine(isFresh: Bool) {
            lines.append(line)
            line = []
            lineWidth = 0
            blanks = []
            blankWidth = 0
            self.isFresh = isFresh
        }

        mutating func finish() -> [[StyledRun]] {
            placeWord()
            lines.append(line)
            return lines
        }

        static func append(_ scalar: Unicode.Scalar, _ style: Style, to runs: inout [StyledRun]) {
            if let last = runs.indices.last, runs[last].style == style {
                runs[last].text.unicodeScalars.append(scalar)
            } else {
                runs.append(StyledRun(String(Character(scalar)), style))
            }
        }

        static func append(_ run: StyledRun, to runs: inout [StyledRun]) {
            if let last = runs.indices.last, runs[last].style == run.style {
                runs[last].text += run.text
            } else {
                runs.append(run)
            }
        }
    }
}
