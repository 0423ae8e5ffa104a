import Kernels
import Plotting

/// A density of two coordinates on a grid, and the levels of the smallest regions with 99%, 90% and 50% of its mass.
struct ExactDensity: Sendable {
    /// Cells along each axis.
    static let cells = 60

    let grid: Grid
    let levels: [Double]

    /// The density over a window that holds nearly all of it.
    init(x: ClosedRange<Double>, y: ClosedRange<Double>, _ density: (Double, Double) -> Double) {
        let n = Self.cells
        var values: [Double] = []
        values.reserveCapacity(n * n)
        for row in 0..<n {
            let v = y.lowerBound + (Double(row) + 0.5) / Double(n) * (y.upperBound - y.lowerBound)
            for column in 0..<n {
                values.append(density(x.lowerBound + (Double(column) + 0.5) / Double(n) * (x.upperBound - x.lowerBound), v))
            }
        }
        self.init(Grid(columns: n, rows: n, values: values, x: x, y: y))
    }

    /// A density that is known on a grid.
    init(_ grid: Grid) {
        self.grid = grid
        let values = grid.values
        let total = values.reduce(0, +)
        var (sum, levels) = (0.0, [Double]())
        var shares = [0.99, 0.9, 0.5]
        for value in values.sorted(by: >) {
            sum += value
            while let share = shares.last, sum >= share * total {
                levels.insert(value, at: 0)
                shares.removeLast()
            }
        }
        self.levels = levels
    }

    /// Its contours.
    var contours: Contour { Contour(grid, levels: levels, Look("exact 50, 90, 99%", .reference)) }
}

/// A curve of `count` points of a density over a range.
func densityCurve(_ range: ClosedRange<Double>, count: Int = 161, _ density: (Double) -> Double) -> [Point] {
    (0..<count).map { k in
        let x = range.lowerBound + Double(k) / Double(count - 1) * (range.upperBound - range.lowerBound)
        return Point(x: x, y: density(x))
    }
}

/// The standard normal density of a standardised number, over its scale.
func normalDensity(_ x: Double, mean: Double = 0, sd: Double = 1) -> Double {
    let z = (x - mean) / sd
    return Kernels.exp(-0.5 * z * z) / (sd * (2 * Double.pi).squareRoot())
}
