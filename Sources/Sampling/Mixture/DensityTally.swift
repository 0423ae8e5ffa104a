import Kernels
import Plotting

/// Where the draws since the last change lie on the cells of the exact posterior, weighted by step, and how often chains changed modes.
struct DensityTally: Sendable, Codable {
    private let x: ClosedRange<Double>
    private let y: ClosedRange<Double>
    /// A chain is in a mode when θ₂ is beyond half of that mode's: below the first, above the second.
    private let thresholds: [Double]
    /// The weight in each cell; draws off the grid count in the nearest.
    private var weights: [Double]
    /// Their sum.
    private(set) var total = 0.0
    private var above = 0.0
    private var draws = 0
    private var drawsAbove = 0
    /// The mode each chain was last in: -1, 1, or 0 for neither yet.
    private var sides: [Int]
    /// How often each chain went from one mode to another.
    private(set) var crossings: [Int]

    init(_ exact: GridPosterior, chains: Int) {
        x = exact.x
        y = exact.y
        weights = [Double](repeating: 0, count: GridPosterior.cells * GridPosterior.cells)
        sides = [Int](repeating: 0, count: chains)
        crossings = sides
        let heights = exact.modes.prefix(2).map(\.y).sorted()
        thresholds = heights.count == 2 && heights[0] < 0 && heights[1] > 0 ? heights.map { $0 / 2 } : [0, 0]
    }

    mutating func add(chain: Int, _ theta1: Double, _ theta2: Double, weight: Double) {
        func cell(_ value: Double, _ range: ClosedRange<Double>) -> Int {
            let place = (value - range.lowerBound) / (range.upperBound - range.lowerBound) * Double(GridPosterior.cells)
            return Int(min(Double(GridPosterior.cells - 1), max(0, place)))
        }
        weights[cell(theta2, y) * GridPosterior.cells + cell(theta1, x)] += weight
        total += weight
        draws += 1
        if theta2 > 0 {
            above += weight
            drawsAbove += 1
        }
        let side = theta2 > thresholds[1] ? 1 : theta2 < thresholds[0] ? -1 : 0
        if side != 0 {
            if sides[chain] == -side { crossings[chain] += 1 }
            sides[chain] = side
        }
    }

    /// The share of draws with θ₂ > 0; nil before the first.
    var modeMass: Double? { draws > 0 ? Double(drawsAbove) / Double(draws) : nil }
    /// The same, weighted by step.
    var modeMassWeighted: Double? { total > 0 ? above / total : nil }

    /// The weighted density within the exact posterior's window.
    func densityGrid(_ exact: GridPosterior) -> Grid {
        let scale = total > 0 ? 1 / (total * exact.cellArea) : 0
        return exact.cropped { weights[$0] * scale }
    }

    /// KL(draws ‖ exact) in nats, plug-in on the coarse cells; nil before the first draw.
    func divergence(from exact: GridPosterior) -> Double? {
        guard total > 0 else { return nil }
        let (n, blocks) = (GridPosterior.cells, GridPosterior.blocks)
        let size = n / blocks
        var shares = [Double](repeating: 0, count: blocks * blocks)
        for place in weights.indices where weights[place] > 0 { shares[place / n / size * blocks + place % n / size] += weights[place] }
        var sum = 0.0
        for (place, share) in shares.enumerated() where share > 0 {
            let p = share / total
            sum += p * (Kernels.log(p) - exact.logBlockMass[place])
        }
        return sum
    }
}
