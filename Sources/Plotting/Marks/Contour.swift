import Surface

/// Lines of equal value over a grid, by marching squares.
public struct Contour: Mark {
    /// Its legend entry and colour.
    public var look: Look
    /// The values, at the cells' centres.
    public var grid: Grid
    /// The values at which lines run.
    public var levels: [Double]
    /// Contours.
    public init(_ grid: Grid, levels: [Double], _ look: Look = Look()) {
        self.grid = grid
        self.levels = levels
        self.look = look
    }

    /// The ranges of its finite data.
    public var extent: Extent {
        grid.columns > 0 && grid.rows > 0 ? Extent(x: grid.x, y: grid.y) : Extent()
    }
    /// What automatic axes must mind.
    public var needs: AxisNeeds { AxisNeeds(isTightX: true, isTightY: true) }

    /// Draws it.
    public func draw(on canvas: inout Canvas) {
        var pen = canvas.pen(look)
        pen.dashes = []
        for level in levels where level.isFinite {
            segments(at: level) { from, to in
                canvas.line(canvas.dotX(from.x), canvas.dotY(from.y), canvas.dotX(to.x), canvas.dotY(to.y), pen)
            }
        }
    }

    /// The pieces of the line at a level, in the axes' units, square by square.
    func segments(at level: Double, _ draw: (Point, Point) -> Void) {
        guard grid.columns > 1, grid.rows > 1 else { return }
        let xs = (0..<grid.columns).map { grid.centre($0, 0).x }
        let ys = (0..<grid.rows).map { grid.centre(0, $0).y }
        for row in 0..<(grid.rows - 1) {
            for column in 0..<(grid.columns - 1) { march(column, row, level, xs, ys, draw) }
        }
    }

    /// One square of four neighbouring centres: the level crosses none, two or four of its sides.
    private func march(
        _ column: Int, _ row: Int, _ level: Double, _ xs: [Double], _ ys: [Double], _ draw: (Point, Point) -> Void
    ) {
        let base = row * grid.columns + column
        let (a, b) = (grid.values[base], grid.values[base + 1])
        let (d, c) = (grid.values[base + grid.columns], grid.values[base + grid.columns + 1])
        let index =
            (a >= level ? 1 : 0) | (b >= level ? 2 : 0) | (c >= level ? 4 : 0) | (d >= level ? 8 : 0)
        guard index != 0, index != 15, a.isFinite, b.isFinite, c.isFinite, d.isFinite else { return }
        func part(_ from: Double, _ to: Double) -> Double { (level - from) / (to - from) }
        func mix(_ from: Double, _ to: Double, _ part: Double) -> Double { from + part * (to - from) }
        let (x0, x1, y0, y1) = (xs[column], xs[column + 1], ys[row], ys[row + 1])
        let bottom = { Point(x: mix(x0, x1, part(a, b)), y: y0) }
        let right = { Point(x: x1, y: mix(y0, y1, part(b, c))) }
        let top = { Point(x: mix(x0, x1, part(d, c)), y: y1) }
        let left = { Point(x: x0, y: mix(y0, y1, part(a, d))) }
        switch index {
        case 1, 14: draw(left(), bottom())
        case 2, 13: draw(bottom(), right())
        case 3, 12: draw(left(), right())
        case 4, 11: draw(right(), top())
        case 6, 9: draw(bottom(), top())
        case 7, 8: draw(left(), top())
        default:
            // A saddle: the mean of the corners says which two belong together.
            let isHigh = (a + b + c + d) / 4 >= level
            if (index == 5) == isHigh {
                draw(left(), top())
                draw(bottom(), right())
            } else {
                draw(left(), bottom())
                draw(right(), top())
            }
        }
    }

    /// Its data as columns.
    public var table: Table { grid.table(look.label ?? "contour") }
    /// What it shows, in words.
    public func words(x: Axis, y: Axis) -> String {
        "\(look.label ?? "Contours"): lines at \(levels.map { Numbers.short($0) }.joined(separator: ", ")). "
            + Words.grid("The grid", grid, x: x, y: y)
    }
}
