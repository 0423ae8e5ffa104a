/// A grid of styled cells: what a view draws on, a test reads, and a terminal shows.
///
/// Writes outside the grid are clipped. A write onto half of a wide character blanks the other half, so that a
/// terminal never sees halves. Knows no terminal.
public struct Surface: Hashable, Sendable {
    /// Width in cells.
    public let columns: Int
    /// Height in cells.
    public let rows: Int
    /// Whether everything written is put into printable ASCII first, for locales without UTF-8.
    public var isASCII: Bool
    /// The cells row by row.
    var storage: [PackedCell]
    /// The combining marks, by the index of their cell; nearly always empty.
    var marks: [Int: [Unicode.Scalar]] = [:]

    /// A blank grid; negative sizes become 0.
    public init(columns: Int, rows: Int, isASCII: Bool = false) {
        self.columns = max(0, columns)
        self.rows = max(0, rows)
        self.isASCII = isASCII
        storage = Array(repeating: .blank, count: self.columns * self.rows)
    }

    /// The whole grid as a block.
    public var bounds: Rectangle { Rectangle(columns: columns, rows: rows) }

    /// The cells row by row, `columns * rows` of them.
    public var cells: [Cell] { storage.indices.map(cell(at:)) }

    func cell(at index: Int) -> Cell {
        let packed = storage[index]
        return Cell(
            packed.scalar, marks: packed.hasMarks ? marks[index] : nil, isTrailing: packed.isTrailing,
            style: packed.style)
    }

    /// The cell at a place; a blank outside the grid, where writing does nothing.
    ///
    /// Setting a wide character takes the next cell too. At the last column there is no room for one: a blank is set.
    public subscript(column: Int, row: Int) -> Cell {
        get {
            guard column >= 0, column < columns, row >= 0, row < rows else { return Cell() }
            return cell(at: row * columns + column)
        }
        set {
            guard column >= 0, column < columns, row >= 0, row < rows else { return }
            let index = row * columns + column
            if newValue.isTrailing {
                // The wide character's own write has made this cell; alone, a right half is a blank.
                if !storage[index].isTrailing {
                    set(" ", PackedCell.bits(of: newValue.style), column: column, row: row)
                }
                return
            }
            put(newValue.scalar, PackedCell.bits(of: newValue.style), column: column, row: row)
            for mark in newValue.marks ?? [] { join(mark, toCellAt: index) }
        }
    }

    /// Draws one character, as `write` would: clipped, controls as pictures, wide ones over two cells.
    public mutating func put(_ scalar: Unicode.Scalar, column: Int, row: Int, style: Style = .plain) {
        put(scalar, PackedCell.bits(of: style), column: column, row: row)
    }

    mutating func put(_ scalar: Unicode.Scalar, _ styleBits: UInt64, column: Int, row: Int) {
        guard row >= 0, row < rows else { return }
        // Pictures are mostly braille and printable ASCII, which need no second look.
        let value = scalar.value
        if value >= 0x20 && value < 0x7F || value >= 0x2800 && value < 0x2900 && !isASCII {
            return set(scalar, styleBits, column: column, row: row)
        }
        let shown = TextMeasure.shown(scalar, isASCII: isASCII)
        if CharacterWidth.of(shown) == 2 {
            guard column >= 0, column + 1 < columns else {
                set(" ", styleBits, column: column < 0 ? column + 1 : column, row: row)
                return
            }
            set(shown, styleBits, column: column, row: row)
            // Clears what the right half hits without undoing the left half just set.
            let right = row * columns + column + 1
            if column + 2 < columns, storage[right + 1].isTrailing {
                storage[right + 1] = storage[right + 1].blanked
            }
            if storage[right].hasMarks { marks[right] = nil }
            storage[right] = PackedCell(bits: 0x20 | styleBits | PackedCell.trailingBit)
        } else {
            set(shown, styleBits, column: column, row: row)
        }
    }

    /// Sets a cell one wide, mending what it breaks.
    @inline(__always) mutating func set(
        _ scalar: Unicode.Scalar, _ styleBits: UInt64, column: Int, row: Int
    ) {
        guard column >= 0, column < columns, row >= 0, row < rows else { return }
        let index = row * columns + column
        breakWide(at: index, column: column)
        storage[index] = PackedCell(scalar, styleBits: styleBits)
    }

    /// Blanks the other half of a wide character of which one half is about to be overwritten, and drops its marks.
    @inline(__always) mutating func breakWide(at index: Int, column: Int) {
        if storage[index].isTrailing {
            if column > 0 { blank(index - 1) }
        } else if column + 1 < columns, storage[index + 1].isTrailing {
            storage[index + 1] = storage[index + 1].blanked
        }
        if storage[index].hasMarks { marks[index] = nil }
    }

    private mutating func blank(_ index: Int) {
        if storage[index].hasMarks { marks[index] = nil }
        storage[index] = storage[index].blanked
    }

    /// Adds a combining mark to a cell (the left half when it is a right one); a fifth is dropped.
    mutating func join(_ mark: Unicode.Scalar, toCellAt index: Int) {
        guard !isASCII, CharacterWidth.isMark(mark) else { return }
        let base = storage[index].isTrailing && index > 0 ? index - 1 : index
        guard (marks[base]?.count ?? 0) < 4 else { return }
        marks[base, default: []].append(mark)
        storage[base].bits |= PackedCell.marksBit
    }

    /// Fills a block with one cell.
    public mutating func fill(_ block: Rectangle, with cell: Cell = Cell()) {
        let left = max(0, block.column)
        let right = min(columns, block.column + block.columns)
        guard left < right else { return }
        let bits = PackedCell.bits(of: cell.style)
        let isSimple =
            CharacterWidth.of(TextMeasure.shown(cell.scalar, isASCII: isASCII)) == 1 && cell.marks == nil
        for row in max(0, block.row)..<max(max(0, block.row), min(rows, block.row + block.rows)) {
            guard isSimple else {
                var column = left
                while column < right {
                    self[column, row] = cell
                    column += max(1, CharacterWidth.of(cell.scalar))
                }
                continue
            }
            breakWide(at: row * columns + left, column: left)
            breakWide(at: row * columns + right - 1, column: right - 1)
            let packed = PackedCell(TextMeasure.shown(cell.scalar, isASCII: isASCII), styleBits: bits)
            for index in (row * columns + left)..<(row * columns + right) {
                if storage[index].hasMarks { marks[index] = nil }
                storage[index] = packed
            }
        }
    }

    /// Draws a picture: for each cell of a block, row by row, a character one cell wide in a style; 0 leaves the cell as it is.
    ///
    /// What is wide, a control or (on an ASCII surface) not ASCII is drawn as `put` would, but takes one cell.
    public mutating func put(_ block: Rectangle, scalars: [UInt32], styles: [PackedStyle]) {
        guard scalars.count == block.columns * block.rows, styles.count == scalars.count else { return }
        let isWhole =
            block.column >= 0 && block.row >= 0 && block.column + block.columns <= columns
            && block.row + block.rows <= rows
        for y in 0..<block.rows {
            for x in 0..<block.columns {
                let place = y * block.columns + x
                let value = scalars[place]
                if value == 0 { continue }
                let index = (block.row + y) * columns + block.column + x
                let isPlain =
                    value >= 0x20 && value < 0x7F || value >= 0x2500 && value < 0x25FD && !isASCII
                    || value >= 0x2800 && value < 0x2900 && !isASCII
                if isPlain, isWhole, storage[index].bits == PackedCell.blank.bits {
                    storage[index] = PackedCell(bits: UInt64(value) | styles[place].bits)
                } else if let scalar = Unicode.Scalar(value) {
                    let shown = TextMeasure.shown(scalar, isASCII: isASCII)
                    set(
                        CharacterWidth.of(shown) == 1 ? shown : "?", styles[place].bits,
                        column: block.column + x, row: block.row + y)
                }
            }
        }
    }

    /// Changes the style of every cell in a block, leaving the characters.
    public mutating func restyle(_ block: Rectangle, _ change: (Style) -> Style) {
        for row in max(0, block.row)..<max(max(0, block.row), min(rows, block.row + block.rows)) {
            for column in max(
                0, block.column)..<max(max(0, block.column), min(columns, block.column + block.columns))
            {
                let index = row * columns + column
                let bits = PackedCell.bits(of: change(storage[index].style))
                storage[index].bits = storage[index].bits & ~PackedCell.styleMask | bits
            }
        }
    }

    /// Copies another grid onto this one with its top left corner at the place given.
    public mutating func place(_ other: Surface, column: Int, row: Int) {
        let left = max(0, column)
        let right = min(columns, column + other.columns)
        guard left < right else { return }
        for y in max(0, row)..<max(max(0, row), min(rows, row + other.rows)) {
            breakWide(at: y * columns + left, column: left)
            breakWide(at: y * columns + right - 1, column: right - 1)
            let source = (y - row) * other.columns - column
            for x in left..<right {
                let index = y * columns + x
                if storage[index].hasMarks { marks[index] = nil }
                let cell = other.storage[source + x]
                storage[index] = cell
                if cell.hasMarks { marks[index] = other.marks[source + x] }
            }
            // A wide character cut by either edge leaves a blank, never a half.
            let first = y * columns + left
            if storage[first].isTrailing { storage[first] = storage[first].blanked }
            let cut = column + other.columns > columns
            if cut, other.storage[source + right].isTrailing { blank(y * columns + right - 1) }
        }
    }

    /// The part of the grid inside a block, which may reach outside: those cells are blank.
    public func part(_ block: Rectangle) -> Surface {
        var result = Surface(columns: block.columns, rows: block.rows, isASCII: isASCII)
        result.place(self, column: -block.column, row: -block.row)
        return result
    }

    /// The rows in which this grid differs from an earlier one; all rows when the sizes differ.
    public func changedRows(from earlier: Surface) -> [Int] {
        guard earlier.columns == columns, earlier.rows == rows else { return Array(0..<rows) }
        guard columns > 0 else { return [] }
        var changed: [Int] = []
        storage.withUnsafeBufferPointer { new in
            earlier.storage.withUnsafeBufferPointer { old in
                for row in 0..<rows {
                    for index in (row * columns)..<((row + 1) * columns)
                    where new[index].bits != old[index].bits
                        || (new[index].hasMarks && marks[index] != earlier.marks[index])
                    {
                        changed.append(row)
                        break
                    }
                }
            }
        }
        return changed
    }

    /// The characters alone, a line a row, trailing spaces kept.
    public var text: String {
        var result = String.UnicodeScalarView()
        for row in 0..<rows {
            if row > 0 { result.append("\n") }
            for column in 0..<columns {
                let index = row * columns + column
                guard !storage[index].isTrailing else { continue }
                result.append(storage[index].scalar)
                if storage[index].hasMarks { result.append(contentsOf: marks[index] ?? []) }
            }
        }
        return String(result)
    }

    /// The characters alone, a line a row, without trailing spaces.
    public var trimmedText: String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            var line = line
            while line.last == " " { line.removeLast() }
            return String(line)
        }.joined(separator: "\n")
    }
}
