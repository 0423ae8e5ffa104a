/// A colour by meaning or by number; which escape sequence it becomes is decided only where a terminal is known.
///
/// Views and marks name a `role`, so one theme change recolours everything and `NO_COLOR` loses nothing but hue.
public enum Ink: Hashable, Sendable {
    /// The terminal's own default colour.
    case standard
    /// A meaning the theme gives a colour to.
    case role(Role)
    /// Place `0...255` on the theme's perceptually ordered ramp, for heat maps.
    case ramp(UInt8)
    /// One of the 256 fixed palette colours, for content that brings its own.
    case indexed(UInt8)
}

/// The meanings a theme gives colours to.
public enum Role: UInt8, Hashable, Sendable, CaseIterable {
    /// Frames, rules and other furniture.
    case frame
    /// The focused frame, the chosen item.
    case focus
    /// Text of less importance: units, hints, old values.
    case faint
    /// Headings.
    case heading
    /// A key in the key bar.
    case key
    /// Good news: saved, converged, running.
    case good
    /// A caution: stale, truncated, weak diagnostics.
    case caution
    /// Bad news: errors, divergences.
    case bad
    /// A pinned or superseded curve.
    case ghost
    /// The exact answer or reference that an estimate is compared with.
    case reference
    /// The first of the data series colours; the eight cycle.
    case series0, series1, series2, series3, series4, series5, series6, series7

    /// The role of the series with that index; the eight series colours cycle.
    public static func series(_ index: Int) -> Role {
        let cycle: [Role] = [
            .series0, .series1, .series2, .series3, .series4, .series5, .series6, .series7,
        ]
        return cycle[((index % 8) + 8) % 8]
    }
}

/// How a cell looks, apart from its character.
public struct Style: Hashable, Sendable {
    /// Attributes every terminal can show, with or without colour.
    public struct Attributes: OptionSet, Hashable, Sendable {
        /// A bit each.
        public let rawValue: UInt8
        /// Attributes by their bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// Heavier strokes.
        public static let bold = Attributes(rawValue: 1)
        /// Fainter than normal.
        public static let dim = Attributes(rawValue: 2)
        /// Foreground and background exchanged.
        public static let reverse = Attributes(rawValue: 4)
        /// A line below.
        public static let underline = Attributes(rawValue: 8)
        /// Slanted, where the terminal can.
        public static let italic = Attributes(rawValue: 16)
    }

    /// The colour of the character.
    public var foreground: Ink
    /// The colour behind it.
    public var background: Ink
    /// Bold, reverse and the like.
    public var attributes: Attributes

    /// A style; by default the terminal's own colours.
    public init(
        _ foreground: Ink = .standard, on background: Ink = .standard, _ attributes: Attributes = []
    ) {
        self.foreground = foreground
        self.background = background
        self.attributes = attributes
    }

    /// A foreground by its meaning.
    public init(_ role: Role, _ attributes: Attributes = []) {
        self.init(.role(role), on: .standard, attributes)
    }

    /// The terminal's own colours, no attributes.
    public static let plain = Style()
}
