import Engine

/// What lies over the panes and takes the keys.
public enum Overlay: Sendable, Hashable {
    /// The keys and what they do, and the experiment's own description.
    ///
    /// With a search only what holds its words is shown.
    case help(scroll: Int, search: LineEditor? = nil)
    /// What the focused figure shows, in words.
    case description(scroll: Int)
    /// A run and its pinned ones side by side.
    case comparison(Comparison, scroll: Int)
    /// Something to choose from, narrowed by typing.
    case list(ListModel)
    /// A line to type.
    case prompt(PromptModel)
    /// Work that takes a while: what, and how far, 0 to 1.
    case progress(String, Double)
}

/// A list to choose from: palette, experiments, the names of a choice.
public struct ListModel: Sendable, Hashable {
    /// What choosing an item means.
    public enum Choice: Sendable, Hashable {
        /// Do a command.
        case command(Command.ID)
        /// Give the focused pane this experiment.
        case experiment(String)
        /// Set all parameters as this preset says; empty for every default.
        case preset(String)
        /// Give the focused pane's results on.
        case handoff(HandoffCard)
        /// Choose this parameter, to tweak it next.
        case parameter(String)
        /// Show this figure.
        case figure(String)
        /// Write something to a file.
        case export(ExportFormat)
        /// Put the figure, or its data, on the clipboard.
        case copy(ExportFormat)
        /// Set a parameter to a value.
        case value(parameter: String, Value)
    }

    /// One line.
    public struct Item: Sendable, Hashable {
        /// What it is called.
        public var title: String
        /// What it does, or its keys.
        public var detail: String
        /// Why it cannot be chosen now; nil when it can.
        public var obstacle: String?
        /// What choosing it means.
        public var choice: Choice
    }

    /// The heading.
    public var title: String
    /// All items.
    public var items: [Item]
    /// What was typed to narrow them.
    public var filter = LineEditor()
    /// The place of the chosen one among those that match.
    public var selected = 0

    /// The items that match what was typed, best first.
    public var matches: [Item] {
        guard !filter.text.isEmpty else { return items }
        return items.enumerated()
            .compactMap { place, item in
                FuzzyMatch.score(filter.text, in: item.title, detail: item.detail).map { (item, $0, place) }
            }
            .sorted { $0.1 == $1.1 ? $0.2 < $1.2 : $0.1 > $1.1 }
            .map(\.0)
    }
}

/// A line to type, and what it is for.
public struct PromptModel: Sendable, Hashable {
    /// What the line is for.
    public enum Purpose: Sendable, Hashable {
        /// A value for a parameter of the focused pane.
        case value(parameter: String)
        /// A path to save under.
        case saveAs
        /// A path to open.
        case open
        /// A sentence to mark this moment with.
        case mark
        /// How many seeds run side by side, and what their bands show.
        case seeds
        /// A time to go to in a replay.
        case time
        /// A path to write the figure, its data or the session to.
        case export(ExportFormat)
    }

    /// What the line is for.
    public var purpose: Purpose
    /// What stands before it.
    public var label: String
    /// What is expected, faint behind it.
    public var hint: String
    /// The line.
    public var line: LineEditor
    /// Why the last try was refused.
    public var complaint: String?
}

/// How well a few typed letters match a longer text.
public enum FuzzyMatch {
    /// A score, higher is better; nil when the letters do not occur in order in the title or, for less, the detail.
    public static func score(_ typed: String, in title: String, detail: String = "") -> Int? {
        let words = typed.lowercased().split(separator: " ").map { Array($0) }
        let heading = Array(title.lowercased())
        let rest = Array(detail.lowercased())
        var total = 0
        for word in words {
            if let found = score(word, in: heading) {
                total += found + 100
            } else if let found = score(word, in: rest), isRun(word, in: rest) {
                total += found
            } else {
                return nil
            }
        }
        return total - heading.count / 8
    }

    /// Letters in order: more for those at the start of a word or next to the one before.
    ///
    /// The best of all beginnings counts.
    private static func score(_ word: [Character], in text: [Character]) -> Int? {
        guard let first = word.first else { return 0 }
        var best: Int?
        for start in text.indices where text[start] == first {
            var place = start
            var score = 0
            var isWhole = true
            for (index, letter) in word.enumerated() {
                guard let found = text[place...].firstIndex(of: letter) else {
                    isWhole = false
                    break
                }
                let isWordStart = found == 0 || !(text[found - 1].isLetter || text[found - 1].isNumber)
                if isWordStart { score += 8 }
                if index > 0, found == place { score += 5 }
                score += 1
                score -= min(found - place, 5)
                place = found + 1
            }
            // A whole word is more than the beginning of a longer one.
            if isWhole, place == text.count || !(text[place].isLetter || text[place].isNumber) { score += 6 }
            if isWhole { best = max(best ?? .min, score) }
        }
        return best
    }

    /// Whether the letters stand next to each other somewhere: scattered ones in a long help text mean nothing.
    private static func isRun(_ word: [Character], in text: [Character]) -> Bool {
        guard word.count <= text.count else { return false }
        return (0...(text.count - word.count)).contains { Array(text[$0..<($0 + word.count)]) == word }
    }
}
