import Kernels

/// A network's work on a batch: predictions, loss and gradient.
///
/// All sums run in the written order of `Vector.multiplyAdd`, rows of a batch one after the other.
struct NetworkPass {
    private let layout: NetworkLayout
    private let count: Int
    private var arena: [Double]

    /// Room for batches of at most `count` rows.
    init(_ shape: NetworkShape, count: Int) {
        self.count = count
        layout = NetworkLayout(shape, count: count)
        arena = [Double](repeating: 0, count: layout.places.end)
    }

    /// For each class the rows' logarithms of probabilities.
    mutating func logProbabilities(_ batch: Batch, _ parameters: [Double]) -> [Double] {
        precondition(batch.count <= count)
        let n = batch.count
        let layout = layout
        let classes = layout.shape.classes
        return parameters.withUnsafeBufferPointer { w -> [Double] in
            arena.withUnsafeMutableBufferPointer { arena -> [Double] in
                guard let w = w.baseAddress, let base = arena.baseAddress else { return [] }
                layout.forward(batch, w, base)
                let output = base + layout.places.output
                Self.normalise(output, classes, n)
                return Array(UnsafeBufferPointer(start: output, count: classes * n))
            }
        }
    }

    /// Mean loss over a batch and its gradient.
    ///
    /// The loss of a row is -Σ qₖ log pₖ with q = (1 - smoothing)·[k is the target] + smoothing/classes; rows are weighted by `weights`, and
    /// the mean is over their sum.
    mutating func gradient(_ batch: Batch, _ parameters: [Double], smoothing: Double, into gradient: inout [Double]) -> Double {
        precondition(gradient.count == parameters.count && batch.targets.count == batch.count && batch.count <= count)
        let n = batch.count
        let layout = layout
        let classes = layout.shape.classes
        return parameters.withUnsafeBufferPointer { w -> Double in
            gradient.withUnsafeMutableBufferPointer { g -> Double in
                arena.withUnsafeMutableBufferPointer { arena -> Double in
                    guard let w = w.baseAddress, let slopes = g.baseAddress, let base = arena.baseAddress else { return 0 }
                    slopes.update(repeating: 0, count: g.count)
                    layout.forward(batch, w, base)
                    let output = base + layout.places.output
                    Self.normalise(output, classes, n)
                    let total = batch.weights.isEmpty ? Double(n) : batch.weights.reduce(0, +)
                    var loss = 0.0
                    for row in 0..<n {
                        let weight = (batch.weights.isEmpty ? 1 : batch.weights[row]) / total
                        let target = Int(batch.targets[row])
                        for k in 0..<classes {
                            let q = smoothing / Double(classes) + (k == target ? 1 - smoothing : 0)
                            let place = k * n + row
                            loss -= weight * q * output[place]
                        }
                    }
                    let outputs = UnsafeMutableBufferPointer(start: output, count: classes * n)
                    Vector.exp(UnsafeBufferPointer(outputs), into: outputs)
                    for row in 0..<n {
                        let weight = (batch.weights.isEmpty ? 1 : batch.weights[row]) / total
                        let target = Int(batch.targets[row])
                        for k in 0..<classes {
                            let q = smoothing / Double(classes) + (k == target ? 1 - smoothing : 0)
                            output[k * n + row] = weight * (output[k * n + row] - q)
                        }
                    }
                    layout.backward(batch, w, slopes, base)
                    return loss
                }
            }
        }
    }

    /// Outputs become logarithms of probabilities.
    private static func normalise(_ output: UnsafeMutablePointer<Double>, _ classes: Int, _ n: Int) {
        for row in 0..<n {
            var top = output[row]
            for k in 1..<max(classes, 1) { top = max(top, output[k * n + row]) }
            var sum = 0.0
            for k in 0..<classes { sum += exp(output[k * n + row] - top) }
            let shift = top + log(sum)
            for k in 0..<classes { output[k * n + row] -= shift }
        }
    }
}
