/// Which characters pictures may be made of.
public enum GlyphSet: String, Hashable, Sendable, CaseIterable, Codable {
    /// Printable ASCII alone, each cell's 2x4 pattern matched by shape: for locales without UTF-8.
    case ascii
    /// Braille patterns, 2x4 dots a cell.
    case braille
    /// Block elements: quadrants for lines, eighths for bars.
    case block
}
