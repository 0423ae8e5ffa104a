import Kernels
import Plotting
import Statistics

/// The exact posterior of a target in two dimensions, by quadrature on a grid of equal cells.
///
/// The midpoint rule is exact to rounding for a smooth density that vanishes at the edges and is not narrow against a cell.
struct GridPosterior: Sendable {
    /// Cells along each axis.
    static let cells = 200
    /// Cells of the coarser grid on which distances to samples are measured, along each axis.
    static let blocks = 40
    /// How far below its top the log density must lie all along the edge.
    static let drop = 23.0

    /// A local maximum and the mass of the cells that lead uphill to it.
    struct Mode: Sendable, Hashable {
        var x: Double
        var y: Double
        var mass: Double
    }

    let x: ClosedRange<Double>
    let y: ClosedRange<Double>
    /// The probability of each cell, row by row, the lowest y first.
    let mass: [Double]
    /// The log probability of each coarse cell.
    let logBlockMass: [Double]
    /// log ∫ density.
    let logEvidence: Double
    let mean: [Double]
    let sd: [Double]
    let correlation: Double
    /// Local maxima, the heaviest first.
    let modes: [Mode]
    /// The marginal densities of x and y at the cells' centres.
    let marginals: [[Point]]
    /// The densities at the edges of the smallest regions with 99%, 90% and 50% of the mass.
    let levels: [Double]
    /// The cells (columns, rows) that hold all but a millionth of each marginal: what is worth drawing.
    let window: (columns: Range<Int>, rows: Range<Int>)

    /// Integrates over the ranges, widened about their middles while mass touches an edge.
    init<T: Target>(_ target: T, x startX: ClosedRange<Double>, y startY: ClosedRange<Double>) {
        precondition(target.dimension == 2, "a grid is for two dimensions")
        let (x, y) = Self.widened(target, startX, startY)
        let logDensity = Self.evaluate(target, x, y, cells: Self.cells)
        self.x = x
        self.y = y

        let n = Self.cells
        let (width, height) = ((x.upperBound - x.lowerBound) / Double(n), (y.upperBound - y.lowerBound) / Double(n))
        let total = Vector.logSumExp(logDensity)
        logEvidence = total + Kernels.log(width * height)
        mass = Vector.exp(logDensity.map { $0 - total })

        func centre(_ place: Int) -> (x: Double, y: Double) {
            (x.lowerBound + (Double(place % n) + 0.5) * width, y.lowerBound + (Double(place / n) + 0.5) * height)
        }
        var (mx, my) = (0.0, 0.0)
        for (place, p) in mass.enumerated() {
            let c = centre(place)
            mx += p * c.x
            my += p * c.y
        }
        var (vx, vy, vxy) = (0.0, 0.0, 0.0)
        for (place, p) in mass.enumerated() {
            let c = centre(place)
            vx += p * (c.x - mx) * (c.x - mx)
            vy += p * (c.y - my) * (c.y - my)
            vxy += p * (c.x - mx) * (c.y - my)
        }
        mean = [mx, my]
        sd = [vx.squareRoot(), vy.squareRoot()]
        correlation = vxy / (vx * vy).squareRoot()

        marginals = [Self.marginal(mass, along: 0, x), Self.marginal(mass, along: 1, y)]
        levels = Self.levels(mass, area: width * height, [0.99, 0.9, 0.5])
        window = (Self.window(marginals[0]), Self.window(marginals[1]))

        let size = n / Self.blocks
        var blocks = [[Double]](repeating: [], count: Self.blocks * Self.blocks)
        for place in logDensity.indices {
            blocks[place / n / size * Self.blocks + place % n / size].append(logDensity[place] - total)
        }
        logBlockMass = blocks.map { Vector.logSumExp($0) }
        modes = Self.modes(target, Self.basins(logDensity, mass).map { (centre($0.place), $0.mass) }, cell: (width, height))
    }

    /// The maxima that basins lead to.
    ///
    /// On a ridge across the cells the grid has false summits; those that climb to one place are one.
    private static func modes<T: Target>(
        _ target: T, _ basins: [(centre: (x: Double, y: Double), mass: Double)], cell: (width: Double, height: Double)
    ) -> [Mode] {
        var modes: [Mode] = []
        for basin in basins {
            let top = climbed(target, from: [basin.centre.x, basin.centre.y], reach: max(cell.width, cell.height))
            let known = modes.firstIndex { abs($0.x - top[0]) < cell.width && abs($0.y - top[1]) < cell.height }
            if let known {
                modes[known].mass += basin.mass
            } else {
                modes.append(Mode(x: top[0], y: top[1], mass: basin.mass))
            }
        }
        return modes.filter { $0.mass > 1e-6 }.sorted { ($0.mass, $0.y) > ($1.mass, $1.y) }
    }

    /// The ranges widened by a quarter about their middles until the log density is low all along the edge, as a coarse grid sees it.
    private static func widened<T: Target>(
        _ target: T, _ startX: ClosedRange<Double>, _ startY: ClosedRange<Double>
    ) -> (ClosedRange<Double>, ClosedRange<Double>) {
        func wider(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
            let eighth = (range.upperBound - range.lowerBound) / 8
            return range.lowerBound - eighth...range.upperBound + eighth
        }
        var (x, y, top) = (startX, startY, -Double.infinity)
        let n = 50
        for _ in 0..<120 {
            let values = evaluate(target, x, y, cells: n)
            top = max(top, values.max() ?? top)
            func touches(_ places: some Sequence<Int>) -> Bool { places.contains { values[$0] > top - drop } }
            let sides = touches(stride(from: 0, to: n * n, by: n)) || touches(stride(from: n - 1, to: n * n, by: n))
            let ends = touches(0..<n) || touches(n * (n - 1)..<n * n)
            guard sides || ends, top.isFinite else { break }
            if sides { x = wider(x) }
            if ends { y = wider(y) }
        }
        return (x, y)
    }

    /// The log density at the cells' centres.
    private static func evaluate<T: Target>(_ target: T, _ x: ClosedRange<Double>, _ y: ClosedRange<Double>, cells n: Int) -> [Double] {
        let (width, height) = ((x.upperBound - x.lowerBound) / Double(n), (y.upperBound - y.lowerBound) / Double(n))
        var rows = [[Double]](repeating: [], count: n)
        Parallel.forEach(&rows) { row, values in
            values = target.withEvaluator { evaluator in
                withUnsafeTemporaryAllocation(of: Double.self, capacity: 4) { space in
                    guard let position = space.baseAddress else { return [] }
                    position[1] = y.lowerBound + (Double(row) + 0.5) * height
                    return (0..<n).map { column in
                        position[0] = x.lowerBound + (Double(column) + 0.5) * width
                        let value = evaluator.logDensity(position, gradient: position + 2)
                        return value.isNaN ? -.infinity : value
                    }
                }
            }
        }
        return rows.flatMap { $0 }
    }

    /// The local maxima and the masses of the cells from which steepest ascent leads to them, the heaviest first.
    private static func basins(_ logDensity: [Double], _ mass: [Double]) -> [(place: Int, mass: Double)] {
        let n = cells
        var summit = [Int](repeating: -1, count: n * n)
        func uphill(_ place: Int) -> Int {
            let (row, column) = (place / n, place % n)
            var best = place
            for r in max(0, row - 1)...min(n - 1, row + 1) {
                for c in max(0, column - 1)...min(n - 1, column + 1) where logDensity[r * n + c] > logDensity[best] { best = r * n + c }
            }
            return best
        }
        var masses = [Int: Double]()
        for start in mass.indices where mass[start] > 1e-12 {
            var path: [Int] = []
            var place = start
            while summit[place] < 0 {
                path.append(place)
                let next = uphill(place)
                if next == place { summit[place] = place }
                place = next
            }
            for step in path { summit[step] = summit[place] }
            masses[summit[place], default: 0] += mass[start]
        }
        return masses.map { (place: $0.key, mass: $0.value) }
            .sorted { ($0.mass, $1.place) > ($1.mass, $0.place) }
    }

    /// The maximum near a place, by Newton's method with the Hessian from differences of gradients, in steps of at most `reach`.
    private static func climbed<T: Target>(_ target: T, from start: [Double], reach: Double) -> [Double] {
        var q = start
        let h = 1e-4 * reach
        for _ in 0..<500 {
            let g = target.evaluate(q).gradient
            func slope(_ dx: Double, _ dy: Double) -> [Double] {
                let (up, down) = (target.evaluate([q[0] + dx, q[1] + dy]).gradient, target.evaluate([q[0] - dx, q[1] - dy]).gradient)
                return [(up[0] - down[0]) / (2 * h), (up[1] - down[1]) / (2 * h)]
            }
            let (a, b) = (slope(h, 0), slope(0, h))
            let off = (a[1] + b[0]) / 2
            let determinant = a[0] * b[1] - off * off
            // Where the surface is not a dome, up the slope.
            let isDome = determinant > 0 && a[0] < 0
            let steepness = reach / max(1e-300, (g[0] * g[0] + g[1] * g[1]).squareRoot())
            var move =
                isDome
                ? [-(b[1] * g[0] - off * g[1]) / determinant, -(a[0] * g[1] - off * g[0]) / determinant]
                : [steepness * g[0], steepness * g[1]]
            let length = (move[0] * move[0] + move[1] * move[1]).squareRoot()
            if length > reach { move = move.map { $0 * reach / length } }
            q = [q[0] + move[0], q[1] + move[1]]
            if length < 1e-12 { break }
        }
        return q
    }

    /// The probability that y > 0.
    var massAbove: Double {
        let n = Self.cells
        let height = (y.upperBound - y.lowerBound) / Double(n)
        return mass.enumerated().reduce(0) { sum, cell in
            let lower = y.lowerBound + Double(cell.offset / n) * height
            // The share of the cell above 0; whole but in the row that 0 runs through.
            return sum + cell.element * min(1, max(0, (lower + height) / height))
        }
    }

    /// The largest cell's mass: how coarse the grid is for this density.
    var largestCell: Double { mass.max() ?? 0 }

    /// The area of a cell.
    var cellArea: Double { (x.upperBound - x.lowerBound) * (y.upperBound - y.lowerBound) / Double(Self.cells * Self.cells) }

    /// The density within the window, for contours.
    var densityGrid: Grid {
        let area = cellArea
        return cropped { mass[$0] / area }
    }

    /// A part of a grid on the posterior's cells: those within the window.
    func cropped(_ values: (Int) -> Double) -> Grid {
        let n = Self.cells
        let (width, height) = ((x.upperBound - x.lowerBound) / Double(n), (y.upperBound - y.lowerBound) / Double(n))
        var cells: [Double] = []
        cells.reserveCapacity(window.columns.count * window.rows.count)
        for row in window.rows { for column in window.columns { cells.append(values(row * n + column)) } }
        return Grid(
            columns: window.columns.count, rows: window.rows.count, values: cells,
            x: x.lowerBound + Double(window.columns.lowerBound) * width...x.lowerBound + Double(window.columns.upperBound) * width,
            y: y.lowerBound + Double(window.rows.lowerBound) * height...y.lowerBound + Double(window.rows.upperBound) * height)
    }

    private static func marginal(_ mass: [Double], along axis: Int, _ range: ClosedRange<Double>) -> [Point] {
        let width = (range.upperBound - range.lowerBound) / Double(cells)
        var sums = [Double](repeating: 0, count: cells)
        for (place, p) in mass.enumerated() { sums[axis == 0 ? place % cells : place / cells] += p }
        return sums.enumerated().map { Point(x: range.lowerBound + (Double($0.offset) + 0.5) * width, y: $0.element / width) }
    }

    /// The densities at the edges of the smallest regions that hold given shares of the mass, descending.
    private static func levels(_ mass: [Double], area: Double, _ shares: [Double]) -> [Double] {
        var (sum, levels) = (0.0, [Double]())
        var left = shares[...]
        for p in mass.sorted(by: >) {
            sum += p
            while let share = left.last, sum >= share {
                levels.insert(p / area, at: 0)
                left.removeLast()
            }
        }
        return levels
    }

    /// The places that hold all but a millionth at each end of a marginal, with a margin.
    private static func window(_ marginal: [Point]) -> Range<Int> {
        let total = marginal.reduce(0) { $0 + $1.y }
        var (low, high, sum) = (0, marginal.count, 0.0)
        while low < high - 1, (sum + marginal[low].y) < 1e-6 * total {
            sum += marginal[low].y
            low += 1
        }
        sum = 0
        while high > low + 1, (sum + marginal[high - 1].y) < 1e-6 * total {
            sum += marginal[high - 1].y
            high -= 1
        }
        let margin = (high - low) / 20 + 1
        return max(0, low - margin)..<min(marginal.count, high + margin)
    }
}
