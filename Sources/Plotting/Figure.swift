import Surface

/// What to show, without saying how: data that a renderer turns into cells, a writer into SVG or CSV, a reader into words.
public struct Figure: Sendable {
    /// The name it is chosen and exported by, as in the experiment's card.
    public var id: String
    /// One line above it.
    public var title: String
    /// What it consists of.
    public var body: Body
    /// One sentence below it: the number that matters, a caveat; empty for none.
    public var caption: String

    /// The kinds of picture.
    public indirect enum Body: Sendable {
        /// Marks over two axes.
        case plot(Plot)
        /// Several figures in a grid of `columns` columns, row by row.
        case grid([Figure], columns: Int)
        /// Rows and columns of values.
        case table(Table)
        /// Styled, wrapping, scrollable text.
        case document(Document)
        /// Nothing yet, and why: "press Space to start".
        case empty(String)
    }

    /// A figure.
    public init(_ id: String, title: String, caption: String = "", body: Body) {
        self.id = id
        self.title = title
        self.caption = caption
        self.body = body
    }

    /// A figure of marks over two axes.
    public init(
        _ id: String, title: String, caption: String = "", x: Axis, y: Axis, _ marks: [any Mark]
    ) {
        self.init(id, title: title, caption: caption, body: .plot(Plot(x: x, y: y, marks: marks)))
    }
}

/// Marks over two axes; later marks cover earlier ones.
public struct Plot: Sendable {
    /// The horizontal axis.
    public var x: Axis
    /// The vertical axis.
    public var y: Axis
    /// What is drawn, first to last.
    public var marks: [any Mark]
    /// Where the legend goes; automatic means the corner that covers least data, none when no mark has a label.
    public var showsLegend: Bool

    /// A plot.
    public init(x: Axis, y: Axis, marks: [any Mark], showsLegend: Bool = true) {
        self.x = x
        self.y = y
        self.marks = marks
        self.showsLegend = showsLegend
    }
}

/// One axis: its label, unit, scale and range.
public struct Axis: Hashable, Sendable {
    /// How values become positions.
    public enum Scale: Hashable, Sendable {
        /// Proportional.
        case linear
        /// By logarithm; values <= 0 are outside.
        case log
        /// Linear within ±threshold, by logarithm beyond.
        case symlog(threshold: Double)
        /// Names at the places 0, 1, 2, …
        case category([String])
    }

    /// What is measured.
    public var label: String
    /// Its unit; empty when it has none.
    public var unit: String
    /// Linear, log, symlog or category.
    public var scale: Scale
    /// A fixed lower end; automatic when nil.
    public var lower: Double?
    /// A fixed upper end; automatic when nil.
    public var upper: Double?
    /// Whether it counts the experiment's steps, so that parameter changes can be ruled on it where they took effect.
    public var countsSteps: Bool

    /// An axis; automatic ends unless given.
    public init(
        _ label: String = "", unit: String = "", _ scale: Scale = .linear, from lower: Double? = nil,
        to upper: Double? = nil,
        countsSteps: Bool = false
    ) {
        self.label = label
        self.unit = unit
        self.scale = scale
        self.lower = lower
        self.upper = upper
        self.countsSteps = countsSteps
    }
}

/// A place in the data's own units.
///
/// A coordinate that is not finite breaks a line.
public struct Point: Hashable, Sendable, Codable {
    /// Horizontal, in the x axis' units.
    public var x: Double
    /// Vertical, in the y axis' units.
    public var y: Double

    /// A place.
    public init(x: Double, y: Double) {
        self.x = x
        self.y = y
    }

    /// Whether both coordinates are finite.
    public var isFinite: Bool { x.isFinite && y.isFinite }
}

/// Text in runs of one style; a renderer wraps it at word boundaries and breaks at newlines.
public struct Document: Sendable, Hashable {
    /// A stretch of text in one style.
    public typealias Run = StyledRun

    /// The runs in order.
    public var runs: [Run]
    /// The first line shown, counted after wrapping.
    public var scroll: Int

    /// A document.
    public init(_ runs: [Run], scroll: Int = 0) {
        self.runs = runs
        self.scroll = scroll
    }
}

/// Named columns of equal length: an experiment's result table, or a figure's data.
public struct Table: Sendable, Hashable {
    /// One value in a table.
    public enum Value: Sendable, Hashable {
        /// A real number; not finite prints as null in JSON.
        case number(Double)
        /// A whole number.
        case integer(Int)
        /// Text.
        case text(String)
        /// Nothing known.
        case none
    }

    /// The name it goes by, as in the experiment's card.
    public var name: String
    /// The columns' names.
    public var columns: [String]
    /// The rows, each with one value a column.
    public var rows: [[Value]]

    /// A table.
    public init(_ name: String, columns: [String], rows: [[Value]] = []) {
        self.name = name
        self.columns = columns
        self.rows = rows
    }
}
