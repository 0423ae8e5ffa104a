/// One place on a grid: a spacing character with the combining marks on it, and its style.
public struct Cell: Hashable, Sendable {
    /// The spacing character.
    ///
    /// In the right half of a wide character it is a space and `isTrailing` holds.
    public var scalar: Unicode.Scalar
    /// Up to four combining marks on the character; `nil` for nearly every cell.
    public var marks: [Unicode.Scalar]?
    /// Whether this is the right half of the wide character to its left.
    public var isTrailing: Bool
    /// Colours and attributes.
    public var style: Style

    /// A cell.
    public init(
        _ scalar: Unicode.Scalar = " ", marks: [Unicode.Scalar]? = nil, isTrailing: Bool = false,
        style: Style = .plain
    ) {
        self.scalar = scalar
        self.marks = marks
        self.isTrailing = isTrailing
        self.style = style
    }
}
