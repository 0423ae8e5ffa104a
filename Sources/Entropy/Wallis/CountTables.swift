import Kernels

/// log n, log n! and n·log n for counts up to N, so that an assignment's multiplicity and entropy are sums of looked-up terms.
struct CountTables: Sendable {
    /// N.
    let quanta: Int
    /// log n; 0 for n = 0.
    let logarithm: [Double]
    /// log n!.
    let logFactorial: [Double]
    /// n·log n.
    let weighted: [Double]

    /// The tables of counts 0…N.
    init(quanta: Int) {
        self.quanta = quanta
        logarithm = [0] + Vector.log((1...max(1, quanta)).map(Double.init))
        logFactorial = (0...max(1, quanta)).map { lgamma(Double($0) + 1) }
        weighted = logarithm.enumerated().map { Double($0.offset) * $0.element }
    }

    /// log W = log N!/Π n_i!.
    func logMultiplicity(_ counts: [Int]) -> Double {
        var sum = logFactorial[quanta]
        for count in counts { sum -= logFactorial[count] }
        return max(0, sum)
    }

    /// H(n/N) in nats.
    func entropy(_ counts: [Int]) -> Double {
        var sum = 0.0
        for count in counts { sum += weighted[count] }
        return max(0, logarithm[quanta] - sum / Double(quanta))
    }
}
