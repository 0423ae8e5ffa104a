import Kernels

/// The posterior of the weights of a regression network 1-h-h-1 with normal noise.
///
/// With φ the activation, a₁ = φ(w₁x + b₁), a₂ = φ(W₂a₁ + b₂), f(x) = w₃·a₂ + b₃ and y ~ N(f(x), s²). A position holds w₁, b₁, W₂ row
/// after row, b₂, w₃, b₃: h² + 4h + 1 numbers.
struct NetworkTarget: Target {
    /// φ.
    enum Activation: String, Sendable, Codable, CaseIterable {
        case relu, tanh
    }

    let x: [Double]
    let y: [Double]
    /// h, the units of each hidden layer.
    let hidden: Int
    let activation: Activation
    let prior: NetworkPrior
    /// s, the likelihood's standard deviation.
    let noise: Double
    /// Where f is a quantity: the data's ends and middle, half the data's width beyond, and its width beyond.
    let places: [Double]
    /// Where f is heard of for the band.
    let grid: [Double]

    /// Places along the data's range and what lies around it.
    static let gridSteps = 56

    init(x: [Double], y: [Double], hidden: Int, activation: Activation, prior: NetworkPrior, noise: Double) {
        let (low, high) = (x.min() ?? 0, x.max() ?? 0)
        self.init(x: x, y: y, hidden: hidden, activation: activation, prior: prior, noise: noise, range: low...high)
    }

    /// The same for data that were drawn from a known range.
    init(
        x: [Double], y: [Double], hidden: Int, activation: Activation, prior: NetworkPrior, noise: Double, range: ClosedRange<Double>
    ) {
        self.x = x
        self.y = y
        self.hidden = hidden
        self.activation = activation
        self.prior = prior
        self.noise = noise
        let (low, width) = (range.lowerBound, range.upperBound - range.lowerBound)
        places = [0, 0.5, 1, 1.5, 2].map { low + $0 * width }
        // From 0.4 widths before the data to 1.4 after them, in steps of a twentieth: [-0.2, 1.2] for data on [0, 0.5].
        grid = (0...Self.gridSteps).map { low + (Double($0) - 8) / 20 * width }
    }

    var dimension: Int { hidden * hidden + 4 * hidden + 1 }
    var dataCount: Int { x.count }
    var datumWork: Int { max(1, dimension / 8) }
    var quantities: [String] { places.map { "f(\(rounded($0)))" } }
    /// f on the grid, f at the data, and the log likelihood.
    var heardOnly: Int { grid.count + x.count + 1 }

    func withEvaluator<Result>(_ body: (inout NetworkEvaluator) throws -> Result) rethrows -> Result {
        try x.withUnsafeBufferPointer { x in
            try y.withUnsafeBufferPointer { y in
                try withUnsafeTemporaryAllocation(
                    of: Double.self, capacity: NetworkEvaluator.scratchSize(NetworkLayout(hidden: hidden))
                ) { scratch in
                    guard let base = scratch.baseAddress else { preconditionFailure("scratch space has an address") }
                    var evaluator = NetworkEvaluator(self, x: x, y: y, scratch: base)
                    return try body(&evaluator)
                }
            }
        }
    }

    func quantities(at position: UnsafePointer<Double>, into values: UnsafeMutablePointer<Double>) {
        let (first, second) = (places.count, grid.count)
        withEvaluator { evaluator in
            evaluator.outputs(position, at: places, into: values)
            evaluator.outputs(position, at: grid, into: values + first)
            evaluator.outputs(position, at: x, into: values + first + second)
        }
        var squares = 0.0
        for i in x.indices {
            let residual = y[i] - values[first + second + i]
            squares += residual * residual
        }
        values[first + second + x.count] =
            -0.5 * squares / (noise * noise) - Double(x.count) * (Kernels.log(noise) + 0.5 * Kernels.log(2 * Double.pi))
    }

    /// f at places for weights, for code that is not in a hurry.
    func outputs(_ weights: [Double], at places: [Double]) -> [Double] {
        var values = [Double](repeating: 0, count: places.count)
        withEvaluator { evaluator in
            weights.withUnsafeBufferPointer { weights in
                values.withUnsafeMutableBufferPointer { values in
                    if let w = weights.baseAddress, let v = values.baseAddress { evaluator.outputs(w, at: places, into: v) }
                }
            }
        }
        return values
    }

    /// Weights of variance 1 over the inputs of their unit, biases likewise: every layer's sums have about unit variance, and the kinks
    /// of a ReLU's first layer fall on and about the data.
    func randomStart(_ stream: inout RandomStream) -> [Double] {
        let (h, scale) = (hidden, 1 / Double(hidden).squareRoot())
        return (0..<2 * h).map { _ in stream.normal() } + (2 * h..<dimension).map { _ in scale * stream.normal() }
    }
}

/// Where the parts of a network's weights lie in a position.
struct NetworkLayout: Sendable {
    let hidden: Int
    var bias1: Int { hidden }
    var weights2: Int { 2 * hidden }
    var bias2: Int { 2 * hidden + hidden * hidden }
    var weights3: Int { bias2 + hidden }
    var bias3: Int { weights3 + hidden }
    var dimension: Int { bias3 + 1 }
}
