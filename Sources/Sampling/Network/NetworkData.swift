import Engine
import Kernels

/// The data of a regression network: the paper's noisy curve, or two columns of a CSV file.
struct NetworkData: Sendable {
    var x: [Double]
    var y: [Double]
    /// What x was drawn from, or reaches over.
    var range: ClosedRange<Double>
    /// Whether the curve is known.
    var isCurve: Bool

    static let builtins = ["curve"]
    /// The range of the curve's x.
    static let curveRange = 0.0...0.5
    /// Its noise, which enters within the sines and beside them.
    static let curveNoise = 0.02

    /// Reads what a setup names.
    ///
    /// - Throws: `UserError` with file, line and column.
    init(_ setup: Setup) throws {
        if let input = setup.inputs["data"] {
            let table = try DelimitedText.parse(input.bytes, name: input.name)
            (x, y) = (try table.numbers("x"), try table.numbers("y"))
            for (name, values) in [("x", x), ("y", y)] {
                guard let row = values.firstIndex(where: { !($0.isFinite && abs($0) < 1e100) }) else { continue }
                throw UserError("\(table.place(row: row, column: name)): \(values[row]); expected a finite number", parameter: "data")
            }
            guard let low = x.min(), let high = x.max(), low < high else {
                throw UserError("\(table.name): column x has one value only; expected at least two", parameter: "data")
            }
            guard x.count <= 10_000 else {
                throw UserError("\(table.name): \(x.count) rows; at most 10,000 are taken", parameter: "data")
            }
            (range, isCurve) = (low...high, false)
            return
        }
        let name = setup.text("data")
        guard name.isEmpty || name == "curve" else { throw UserError("data: the file “\(name)” has not been read", parameter: "data") }
        (x, y) = Self.drawn(setup.integer("points"), seed: UInt64(setup.integer("dataSeed")), purpose: "sampling.network.data")
        (range, isCurve) = (Self.curveRange, true)
    }

    /// x + 0.3 sin 2π(x+e) + 0.3 sin 4π(x+e) + e.
    static func curve(_ x: Double, _ e: Double = 0) -> Double {
        let angle = 2 * Double.pi * (x + e)
        return x + 0.3 * Kernels.sin(angle) + 0.3 * Kernels.sin(2 * angle) + e
    }

    /// Points of the curve with noise.
    static func drawn(_ count: Int, seed: UInt64, purpose: String) -> (x: [Double], y: [Double]) {
        var stream = RandomStream(seed: seed, purpose: purpose)
        var (x, y): ([Double], [Double]) = ([], [])
        for _ in 0..<count {
            let place = stream.uniform(in: curveRange)
            x.append(place)
            y.append(curve(place, curveNoise * stream.normal()))
        }
        return (x, y)
    }
}
