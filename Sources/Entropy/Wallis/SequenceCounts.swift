import BigInt
import Kernels
import Plotting

/// How many of the mᴺ sequences of N quanta have a mean that is kept, and what they look like, without a throw.
///
/// The number with sum S is the coefficient of z^S in (z^x₁ + … + z^xₘ)ᴺ.
struct SequenceCounts: Sendable, Codable {
    /// The sequences kept, as a decimal integer; nil beyond the limit and off the grid.
    private(set) var accepted: String?
    /// All mᴺ sequences, as a decimal integer.
    private(set) var total: String?
    /// log of accepted/total.
    private(set) var logAcceptance: Double?
    /// The expectation of n_i/N over the sequences kept.
    private(set) var expected: [Double]?
    /// The counts that the most sequences kept have.
    private(set) var mostLikely: [Int]?
    /// What is missing, and why.
    private(set) var warnings: [String] = []

    /// The most word operations spent on whole numbers: about 0.1 s.
    static let limit = 10_000_000

    /// Counts the sequences of a problem.
    init(_ problem: WallisProblem, _ tables: CountTables) {
        guard let lattice = problem.lattice, let sums = problem.sums else {
            warnings = ["the values stand on no even grid: sequences cannot be counted, only thrown"]
            return
        }
        let words = Int(Double(problem.quanta) * log2(Double(problem.values.count)) / 64) + 20
        let reach = min(sums.upperBound, problem.quanta * lattice.top - sums.lowerBound)
        let (terms, isHuge) = (reach + 1).multipliedReportingOverflow(by: lattice.distinct.count * words)
        if !isHuge, terms <= Self.limit {
            accepted = Self.count(lattice, problem.quanta, sums).description
            total = BigUInt(problem.values.count).power(problem.quanta).description
        } else {
            warnings.append("acceptedExact and totalExact are left out: whole numbers that long would take too long")
        }
        if let moments = Self.moments(problem, lattice, sums) {
            (logAcceptance, expected) = moments
        } else {
            warnings.append("acceptanceExact and expectedAssignment are left out: so many outcomes and quanta would take too long")
        }
        mostLikely = GreatestMultiplicity.search(problem, tables)
        if mostLikely == nil { warnings.append("mostLikelyCounts is left out: too many assignments come near the greatest multiplicity") }
    }

    /// The number of sequences whose levels add up to a sum in the window.
    ///
    /// With P = Σ g_k z^k and A = Pᴺ, P·A' = N·P'·A gives each coefficient from the `top` before it:
    /// n·g₀·a_n = Σ_k (k(N + 1) - n)·g_k·a_{n-k}.
    static func count(_ lattice: Lattice, _ quanta: Int, _ window: ClosedRange<Int>) -> BigUInt {
        let greatest = quanta * lattice.top
        // The ladder is climbed from the nearer end.
        let isReversed = greatest - window.lowerBound < window.upperBound
        let sums = isReversed ? greatest - window.upperBound...greatest - window.lowerBound : window
        var weights = [Int](repeating: 0, count: lattice.top + 1)
        for level in lattice.levels { weights[isReversed ? lattice.top - level : level] += 1 }
        let places = weights.indices.dropFirst().filter { weights[$0] > 0 }
        var coefficients = [BigUInt(weights[0]).power(quanta)]
        coefficients.reserveCapacity(sums.upperBound + 1)
        for n in 1..<max(1, sums.upperBound + 1) {
            var (gain, loss) = (BigUInt(), BigUInt())
            for k in places where k <= n {
                let factor = (k * (quanta + 1) - n) * weights[k]
                if factor > 0 {
                    gain.multiplyAndAdd(coefficients[n - k], UInt(factor))
                } else if factor < 0 {
                    loss.multiplyAndAdd(coefficients[n - k], UInt(-factor))
                }
            }
            coefficients.append((gain - loss) / BigUInt(n * weights[0]))
        }
        return sums.reduce(BigUInt()) { $0 + coefficients[$1] }
    }

    /// log of the share of sequences kept, and the expected assignment among them, in double precision for any N.
    ///
    /// Under the distribution p ∝ e^(-λk) of greatest entropy the number with sum S is Z^N e^(λS) P(sum = S), and P is the mean of φ^N e^(-iθS) over
    /// equally spaced angles, φ the characteristic function of p: exact but for what lies a whole turn away, which is less than e^-100.
    /// The same with N-1 quanta and sum S-k gives the expectation.
    static func moments(_ problem: WallisProblem, _ lattice: Lattice, _ sums: ClosedRange<Int>) -> (logShare: Double, expected: [Double])? {
        let m = problem.values.count
        let p = problem.probabilities
        let support = p.indices.filter { p[$0] > 0 }
        let held = Set(support.map { lattice.levels[$0] }).sorted()
        guard held.count > 1 else {
            return (Double(problem.quanta) * (log(Double(support.count)) - log(Double(m))), p)
        }
        let n = Double(problem.quanta)
        let centre = Int(problem.centre.rounded())
        let far = Int(10 * Double(lattice.top) * n.squareRoot()) + 1
        let (low, high) = (max(sums.lowerBound, centre - far), min(sums.upperBound, centre + far))
        let turn = min(problem.quanta * lattice.top + 1, (high - low) + 2 * far) | 1
        guard (turn / 2 + 1).multipliedReportingOverflow(by: held.count).partialValue <= 4_000_000, turn < 100_000_000 else { return nil }
        var mass = [Double](repeating: 0, count: held.count)
        let place = Dictionary(uniqueKeysWithValues: held.enumerated().map { ($1, $0) })
        for i in support { mass[place[lattice.levels[i]] ?? 0] += p[i] }
        let kernel = WindowKernel(multiplier: problem.multiplier, low: low - centre, high: high - centre)
        let mean = Double(centre) / n
        var share = 0.0
        var parts = [Double](repeating: 0, count: held.count)
        var turns = [Complex](repeating: Complex(1, 0), count: held.count)
        for j in 0...turn / 2 {
            let angle = 2 * Double.pi * Double(j) / Double(turn)
            var phi = Complex(0, 0)
            for (k, level) in held.enumerated() {
                turns[k] = Complex(angle: angle * (Double(level) - mean))
                phi.add(turns[k], times: mass[k])
            }
            let weight = phi.power(problem.quanta - 1).times(kernel.value(angle))
            let twice = j == 0 ? 1.0 : 2
            share += twice * weight.times(phi).real
            for k in held.indices { parts[k] += twice * weight.times(turns[k]).real }
        }
        guard share > 0 else { return nil }
        let logShare =
            log(share / Double(turn)) + n * (problem.logPartition - log(Double(m))) + problem.multiplier * Double(centre)
        var expected = [Double](repeating: 0, count: m)
        for i in support { expected[i] = max(0, p[i] * parts[place[lattice.levels[i]] ?? 0] / share) }
        return (logShare, expected)
    }
}

/// Σ e^((λ - iθ)u) over the whole numbers u of a window whose greatest term is that of u = 0.
private struct WindowKernel {
    let multiplier: Double
    let low: Int
    let high: Int

    func value(_ angle: Double) -> Complex {
        guard low < high else { return Complex(1, 0) }
        let count = Double(high - low + 1)
        // Summed away from 0, so that no term overflows.
        let isDown = multiplier > 0
        let rate = isDown ? -multiplier : multiplier
        let turn = isDown ? angle : -angle
        let start = Complex(angle: -angle * Double(isDown ? high : low))
        guard rate != 0 || angle != 0 else { return Complex(count, 0) }
        let sum = Complex(expm1: rate * count, turn * count).over(Complex(expm1: rate, turn))
        return sum.times(start)
    }
}

/// A complex number, with the few operations that a characteristic function needs.
private struct Complex {
    var real: Double
    var imaginary: Double

    init(_ real: Double, _ imaginary: Double) { (self.real, self.imaginary) = (real, imaginary) }
    /// e^(iθ).
    init(angle: Double) { self.init(cos(angle), sin(angle)) }
    /// e^(a + ib) - 1, accurate near 0.
    init(expm1 a: Double, _ b: Double) {
        let half = sin(b / 2)
        self.init(expm1(a) * cos(b) - 2 * half * half, exp(a) * sin(b))
    }

    mutating func add(_ other: Complex, times factor: Double) {
        real += factor * other.real
        imaginary += factor * other.imaginary
    }
    func times(_ other: Complex) -> Complex {
        Complex(real * other.real - imaginary * other.imaginary, real * other.imaginary + imaginary * other.real)
    }
    func over(_ other: Complex) -> Complex {
        let square = other.real * other.real + other.imaginary * other.imaginary
        return Complex(
            (real * other.real + imaginary * other.imaginary) / square, (imaginary * other.real - real * other.imaginary) / square)
    }
    func power(_ exponent: Int) -> Complex {
        var (result, square, rest) = (Complex(1, 0), self, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result = result.times(square) }
            square = square.times(square)
            rest >>= 1
        }
        return result
    }
}
