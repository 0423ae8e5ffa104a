import Kernels

/// Evaluates a network's posterior, a block of data at a time.
///
/// Sums over units and over data are combinations of contiguous rows, one call a unit; each element's sum runs in the order of its
/// terms, so that no instruction set changes a bit.
struct NetworkEvaluator: TargetEvaluator {
    /// Data of a block.
    static let block = 64

    let x: UnsafeBufferPointer<Double>
    let y: UnsafeBufferPointer<Double>
    let layout: NetworkLayout
    let activation: NetworkTarget.Activation
    let prior: NetworkPrior
    let noise: Double
    /// A block's inputs, wanted outputs, and outputs or their slopes.
    private let inputs, wanted, outputs: UnsafeMutablePointer<Double>
    /// What each unit of the layers gives, unit by unit; that of the first also datum by datum.
    private let first, second, firstByDatum: UnsafeMutablePointer<Double>
    /// The log likelihood's slopes in what enters each unit.
    private let firstSlopes, secondSlopes: UnsafeMutablePointer<Double>
    /// W₂ᵀ.
    private let transposed: UnsafeMutablePointer<Double>
    /// A sum of gradients, and what the prior works on.
    private let part, priorScratch: UnsafeMutablePointer<Double>

    /// Numbers it works on.
    static func scratchSize(_ layout: NetworkLayout) -> Int {
        block * (3 + 5 * layout.hidden) + layout.hidden * layout.hidden + 3 * layout.dimension
    }

    /// - Parameter scratch: `scratchSize` numbers.
    init(_ target: NetworkTarget, x: UnsafeBufferPointer<Double>, y: UnsafeBufferPointer<Double>, scratch: UnsafeMutablePointer<Double>) {
        (self.x, self.y, activation, prior, noise) = (x, y, target.activation, target.prior, target.noise)
        layout = NetworkLayout(hidden: target.hidden)
        let (b, layer) = (Self.block, Self.block * target.hidden)
        (inputs, wanted, outputs) = (scratch, scratch + b, scratch + 2 * b)
        let layers = scratch + 3 * b
        (first, second, firstByDatum) = (layers, layers + layer, layers + 2 * layer)
        (firstSlopes, secondSlopes) = (layers + 3 * layer, layers + 4 * layer)
        transposed = layers + 5 * layer
        part = transposed + target.hidden * target.hidden
        priorScratch = part + layout.dimension
    }

    /// Applies φ in place.
    private func activate(_ values: UnsafeMutablePointer<Double>, _ count: Int) {
        switch activation {
        case .relu: for i in 0..<count { values[i] = values[i] > 0 ? values[i] : 0 }
        case .tanh:
            Vector.tanh(UnsafeBufferPointer(start: values, count: count), into: UnsafeMutableBufferPointer(start: values, count: count))
        }
    }

    /// Multiplies slopes in what units give into slopes in what enters them.
    private func multiplySlopes(_ slopes: UnsafeMutablePointer<Double>, _ given: UnsafePointer<Double>, _ count: Int) {
        switch activation {
        case .relu: for i in 0..<count { slopes[i] = given[i] > 0 ? slopes[i] : 0 }
        case .tanh: for i in 0..<count { slopes[i] *= 1 - given[i] * given[i] }
        }
    }

    /// Σ weights[j]·rows[j], for `terms` rows of `count` numbers, added to `target`.
    private func combine(
        _ rows: UnsafePointer<Double>, _ weights: UnsafePointer<Double>, terms: Int, into target: UnsafeMutablePointer<Double>, count: Int
    ) {
        Vector.combine(
            rows: UnsafeBufferPointer(start: rows, count: terms * count), weights: UnsafeBufferPointer(start: weights, count: terms),
            into: UnsafeMutableBufferPointer(start: target, count: count))
    }

    /// The outputs of a block whose `count` inputs are set.
    private func forward(_ w: UnsafePointer<Double>, _ count: Int) {
        let h = layout.hidden
        for j in 0..<h {
            let (weight, bias, row) = (w[j], w[layout.bias1 + j], first + j * count)
            for b in 0..<count { row[b] = weight * inputs[b] + bias }
        }
        activate(first, h * count)
        for k in 0..<h {
            let (bias, row) = (w[layout.bias2 + k], second + k * count)
            for b in 0..<count { row[b] = bias }
            combine(first, w + layout.weights2 + k * h, terms: h, into: row, count: count)
        }
        activate(second, h * count)
        for b in 0..<count { outputs[b] = w[layout.bias3] }
        combine(second, w + layout.weights3, terms: h, into: outputs, count: count)
    }

    /// f at places.
    func outputs(_ w: UnsafePointer<Double>, at places: [Double], into values: UnsafeMutablePointer<Double>) {
        for start in stride(from: 0, to: places.count, by: Self.block) {
            let count = min(Self.block, places.count - start)
            for b in 0..<count { inputs[b] = places[start + b] }
            forward(w, count)
            for b in 0..<count { values[start + b] = outputs[b] }
        }
    }

    /// Adds the gradient of the log likelihood of the block whose inputs and wanted outputs are set.
    ///
    /// - Returns: Σ(y - f(x))².
    private func backward(_ w: UnsafePointer<Double>, _ count: Int, into g: UnsafeMutablePointer<Double>) -> Double {
        let h = layout.hidden
        forward(w, count)
        var squares = 0.0
        let precision = 1 / (noise * noise)
        for b in 0..<count {
            let residual = wanted[b] - outputs[b]
            squares += residual * residual
            outputs[b] = residual * precision
        }
        let slopes = UnsafeBufferPointer(start: outputs, count: count)
        g[layout.bias3] += Vector.sum(slopes)
        for k in 0..<h {
            let (weight, row) = (w[layout.weights3 + k], secondSlopes + k * count)
            g[layout.weights3 + k] += Vector.dot(UnsafeBufferPointer(start: second + k * count, count: count), slopes)
            for b in 0..<count { row[b] = weight * outputs[b] }
        }
        multiplySlopes(secondSlopes, second, h * count)
        for j in 0..<h { for b in 0..<count { firstByDatum[b * h + j] = first[j * count + b] } }
        for k in 0..<h {
            let row = secondSlopes + k * count
            g[layout.bias2 + k] += Vector.sum(UnsafeBufferPointer(start: row, count: count))
            combine(firstByDatum, row, terms: count, into: g + layout.weights2 + k * h, count: h)
        }
        for j in 0..<h {
            let row = firstSlopes + j * count
            for b in 0..<count { row[b] = 0 }
            combine(secondSlopes, transposed + j * h, terms: h, into: row, count: count)
        }
        multiplySlopes(firstSlopes, first, h * count)
        let entering = UnsafeBufferPointer(start: UnsafePointer(inputs), count: count)
        for j in 0..<h {
            let row = UnsafeBufferPointer(start: UnsafePointer(firstSlopes + j * count), count: count)
            g[j] += Vector.dot(row, entering)
            g[layout.bias1 + j] += Vector.sum(row)
        }
        return squares
    }

    /// Sets W₂ᵀ and a gradient of zeros.
    private func begin(_ w: UnsafePointer<Double>, _ g: UnsafeMutablePointer<Double>) {
        let h = layout.hidden
        for k in 0..<h { for j in 0..<h { transposed[j * h + k] = w[layout.weights2 + k * h + j] } }
        for i in 0..<layout.dimension { g[i] = 0 }
    }

    mutating func logDensity(_ position: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>) -> Double {
        let d = layout.dimension
        begin(position, part)
        var squares = 0.0
        for start in stride(from: 0, to: x.count, by: Self.block) {
            let count = min(Self.block, x.count - start)
            for b in 0..<count { (inputs[b], wanted[b]) = (x[start + b], y[start + b]) }
            squares += backward(position, count, into: part)
        }
        let value = prior.logDensity(UnsafeBufferPointer(start: position, count: d), gradient: gradient, scratch: priorScratch)
        for i in 0..<d { gradient[i] += part[i] }
        return value - 0.5 * squares / (noise * noise) - Double(x.count) * (Kernels.log(noise) + 0.5 * Kernels.log(2 * Double.pi))
    }

    mutating func priorGradient(_ position: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>) {
        _ = prior.logDensity(
            UnsafeBufferPointer(start: position, count: layout.dimension), gradient: gradient, scratch: priorScratch)
    }

    mutating func likelihoodGradient(
        _ position: UnsafePointer<Double>, rows: UnsafePointer<Int32>, count: Int, into gradient: UnsafeMutablePointer<Double>
    ) {
        begin(position, gradient)
        for start in stride(from: 0, to: count, by: Self.block) {
            let taken = min(Self.block, count - start)
            for b in 0..<taken {
                let row = Int(rows[start + b])
                (inputs[b], wanted[b]) = (x[row], y[row])
            }
            _ = backward(position, taken, into: gradient)
        }
    }
}
