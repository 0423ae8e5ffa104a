import Surface

/// How near to the eye a drawing is: what is nearer clears the dots of what is farther from the cells it touches.
public enum Layer: UInt8, Comparable, Sendable {
    /// Shading of areas.
    case band = 1
    /// Rules and other lines that guide the eye.
    case guide
    /// Pinned runs, priors.
    case ghost
    /// The data.
    case data
    /// What is read or chosen.
    case emphasis

    /// Whether the first is farther from the eye.
    public static func < (a: Layer, b: Layer) -> Bool { a.rawValue < b.rawValue }
}

/// A picture in dots, 2 across and 4 down in each cell, with filled cells and characters over and under them.
///
/// A cell shows the nearest of: a character, dots, a filling, a heat. Dots keep the colour behind them.
struct Raster {
    /// What is in one cell.
    struct Place {
        /// Dots, in the order of braille's bits.
        var mask: UInt8 = 0
        /// Of the dots.
        var layer: UInt8 = 0
        /// Of the dots: an index into `styles`.
        var ink: UInt8 = 0
        /// Of the character.
        var glyphInk: UInt8 = 0
        /// A character on top; 0 for none.
        var glyph: UInt32 = 0
        /// The character of a filling; 0 for none.
        var fill: UInt32 = 0
        /// Of the filling.
        var fillInk: UInt8 = 0
        /// How many eighths of the cell the filling covers.
        var fillCover: UInt8 = 0
        /// Places on the ramp, plus one, of the upper and lower half; 0 for none.
        var upper: UInt16 = 0
        var lower: UInt16 = 0

        var isEmpty: Bool { mask == 0 && glyph == 0 && fill == 0 && upper == 0 && lower == 0 }
    }

    /// Width and height in cells.
    let columns: Int
    let rows: Int
    var places: [Place]
    /// The styles that cells refer to.
    var styles: [Style] = [.plain]

    init(columns: Int, rows: Int) {
        self.columns = max(0, columns)
        self.rows = max(0, rows)
        places = Array(repeating: Place(), count: self.columns * self.rows)
    }

    var dotColumns: Int { columns * 2 }
    var dotRows: Int { rows * 4 }

    /// The number of a style, which is kept from then on; at most 255, then the last stands for all.
    mutating func ink(_ style: Style) -> UInt8 {
        if let known = styles.firstIndex(of: style) { return UInt8(known) }
        guard styles.count < 255 else { return 254 }
        styles.append(style)
        return UInt8(styles.count - 1)
    }

    /// The bit of a dot: column of two times four plus row of four.
    private static let bits: [UInt8] = [0x01, 0x02, 0x04, 0x40, 0x08, 0x10, 0x20, 0x80]

    /// Sets a dot; outside nothing happens.
    @inline(__always) mutating func dot(_ x: Int, _ y: Int, ink: UInt8, layer: UInt8) {
        guard x >= 0, y >= 0, x < dotColumns, y < dotRows else { return }
        let index = (y >> 2) * columns + x >> 1
        guard places[index].layer <= layer else { return }
        if places[index].layer < layer {
            places[index].mask = 0
            places[index].layer = layer
        }
        places[index].mask |= Self.bits[(x & 1) * 4 + y & 3]
        places[index].ink = ink
    }

    /// The bits of the dots from one row of a cell to another, by column of two, first row, last row.
    private static let spans: [UInt8] = {
        var table = [UInt8](repeating: 0, count: 32)
        for column in 0..<2 {
            for first in 0..<4 {
                for last in first..<4 {
                    table[column * 16 + first * 4 + last] = (first...last).reduce(0) {
                        $0 | bits[column * 4 + $1]
                    }
                }
            }
        }
        return table
    }()

    /// Sets the dots of a column from one row to another, inclusive, in either order.
    mutating func vertical(_ x: Int, _ from: Int, _ to: Int, ink: UInt8, layer: UInt8) {
        guard x >= 0, x < dotColumns else { return }
        let start = max(0, min(from, to))
        let end = min(dotRows - 1, max(from, to))
        guard start <= end else { return }
        let columns = columns
        Self.spans.withUnsafeBufferPointer { spans in
            places.withUnsafeMutableBufferPointer { places in
                for row in (start >> 2)...(end >> 2) {
                    let index = row * columns + x >> 1
                    guard places[index].layer <= layer else { continue }
                    if places[index].layer < layer {
                        places[index].mask = 0
                        places[index].layer = layer
                    }
                    let (first, last) = (max(start - row * 4, 0), min(end - row * 4, 3))
                    places[index].mask |= spans[(x & 1) * 16 + first * 4 + last]
                    places[index].ink = ink
                }
            }
        }
    }

    /// Writes words into a row of cells; characters that are not one cell wide are left out.
    mutating func write(_ text: String, at block: Rectangle, _ style: Style) {
        let ink = ink(style)
        var column = block.column
        for scalar in text.unicodeScalars {
            let width = CharacterWidth.of(scalar)
            if width == 1, column >= 0, column < columns, block.row >= 0, block.row < rows {
                places[block.row * columns + column].glyph = scalar.value
                places[block.row * columns + column].glyphInk = ink
            }
            column += width
        }
    }

    /// Whether nothing lies in a block of cells; cells outside count as full.
    func isFree(column: Int, row: Int, columns width: Int, rows height: Int) -> Bool {
        covered(column: column, row: row, columns: width, rows: height) == 0
    }

    /// How many cells of a block hold something; cells outside count.
    func covered(column: Int, row: Int, columns width: Int, rows height: Int) -> Int {
        var count = 0
        for y in row..<(row + max(0, height)) {
            for x in column..<(column + max(0, width)) {
                if x < 0 || y < 0 || x >= columns || y >= rows || !places[y * columns + x].isEmpty {
                    count += 1
                }
            }
        }
        return count
    }

    /// Writes the picture onto a surface.
    func compose(
        onto surface: inout Surface, column: Int, row: Int, glyphs: GlyphSet, isMonochrome: Bool
    ) {
        let packed = styles.map { PackedStyle($0) }
        var scalars = [UInt32](repeating: 0, count: places.count)
        var looks = [PackedStyle](repeating: packed[0], count: places.count)
        for index in places.indices {
            let place = places[index]
            if place.isEmpty { continue }
            if place.mask != 0, place.glyph == 0, place.fill == 0, place.upper == 0, place.lower == 0 {
                // Nearly always: dots alone.
                scalars[index] = Self.character(place.mask, glyphs).value
                looks[index] = packed[Int(place.ink)]
                continue
            }
            let (scalar, style) = shown(place, glyphs: glyphs, isMonochrome: isMonochrome)
            scalars[index] = scalar.value
            looks[index] = PackedStyle(style)
        }
        surface.put(
            Rectangle(column: column, row: row, columns: columns, rows: rows), scalars: scalars,
            styles: looks)
    }

    private func shown(_ place: Place, glyphs: GlyphSet, isMonochrome: Bool) -> (
        Unicode.Scalar, Style
    ) {
        var background = Ink.standard
        if place.upper != 0 || place.lower != 0 {
            let level = (Int(max(1, place.upper)) + Int(max(1, place.lower))) / 2 - 1
            background = level > 0 ? .ramp(UInt8(level)) : .standard
        } else if place.fillCover >= 4, !styles[Int(place.fillInk)].attributes.contains(.dim) {
            // A dim filling is a shade, which no background colour can be: dots stand without it.
            background = styles[Int(place.fillInk)].foreground
        }
        if place.glyph != 0, let scalar = Unicode.Scalar(place.glyph) {
            var style = styles[Int(place.glyphInk)]
            if style.background == .standard { style.background = background }
            return (scalar, style)
        }
        if place.mask != 0 {
            var style = styles[Int(place.ink)]
            if !isMonochrome { style.background = background }
            return (Self.character(place.mask, glyphs), style)
        }
        if place.fill != 0, let scalar = Unicode.Scalar(place.fill) {
            return (scalar, styles[Int(place.fillInk)])
        }
        return Self.heat(
            upper: place.upper, lower: place.lower, glyphs: glyphs, isMonochrome: isMonochrome)
    }

    /// The character for a pattern of dots.
    static func character(_ mask: UInt8, _ glyphs: GlyphSet) -> Unicode.Scalar {
        switch glyphs {
        case .braille: return Unicode.Scalar(0x2800 + UInt32(mask)) ?? " "
        case .ascii: return Unicode.Scalar(ASCIIShapes.table[Int(mask)])
        case .block:
            // Quadrants: upper left, upper right, lower left, lower right.
            let index =
                (mask & 0x03 != 0 ? 1 : 0) | (mask & 0x18 != 0 ? 2 : 0) | (mask & 0x44 != 0 ? 4 : 0)
                | (mask & 0xA0 != 0 ? 8 : 0)
            return quadrants[index]
        }
    }

    private static let quadrants: [Unicode.Scalar] = [
        " ", "▘", "▝", "▀", "▖", "▌", "▞", "▛", "▗", "▚", "▐", "▜", "▄", "▙", "▟", "█",
    ]
    /// Shades from nothing to full.
    static let blockShades: [Unicode.Scalar] = [" ", "░", "▒", "▓", "█"]
    static let asciiShades: [Unicode.Scalar] = [" ", ".", ":", "-", "=", "+", "*", "#", "%", "@"]

    /// The shade for a place on the ramp, 0...255.
    static func shade(_ level: Int, _ glyphs: GlyphSet) -> Unicode.Scalar {
        let shades = glyphs == .ascii ? asciiShades : blockShades
        return shades[min(shades.count - 1, max(0, level) * shades.count / 256)]
    }

    /// A cell of two halves on the ramp (plus one; 0 for none).
    ///
    /// Equal halves are a shade in its own colour on the same colour: a plain colour where there are colours, a shade
    /// where there are none.
    static func heat(upper: UInt16, lower: UInt16, glyphs: GlyphSet, isMonochrome: Bool) -> (
        Unicode.Scalar, Style
    ) {
        let (top, bottom) = (Int(upper) - 1, Int(lower) - 1)
        if isMonochrome || glyphs == .ascii || max(0, top) == max(0, bottom) {
            let level = (max(0, top) + max(0, bottom)) / 2
            let ink: Ink = level > 0 ? .ramp(UInt8(level)) : .standard
            return (shade(level, glyphs), isMonochrome ? .plain : Style(ink, on: ink))
        }
        if top <= 0 { return ("▄", Style(.ramp(UInt8(bottom)))) }
        if bottom <= 0 { return ("▀", Style(.ramp(UInt8(top)))) }
        return ("▀", Style(.ramp(UInt8(top)), on: .ramp(UInt8(bottom))))
    }
}
