import Foundation
import Kernels
import Testing

/// Each draw against its distribution, at a fixed seed and the level of one in a thousand: a right generator with another seed would
/// fail one test in a thousand, a wrong one fails as soon as its error shows in 20,000 to 200,000 draws.
@Suite struct DistributionTests {
    static let level = 0.001

    func stream(_ purpose: String) -> RandomStream { RandomStream(seed: 2026, purpose: purpose) }

    /// Kolmogorov-Smirnov: √n D has the limit law P(> t) = 2 Σ (-1)ᵏ⁻¹ exp(-2k²t²), whose first term is an upper bound.
    func agrees(_ draws: [Double], _ distribution: (Double) -> Double, _ name: String, _ place: SourceLocation = #_sourceLocation) {
        let n = Double(draws.count)
        var worst = 0.0
        for (i, x) in draws.sorted().enumerated() {
            let f = distribution(x)
            worst = max(worst, f - Double(i) / n, Double(i + 1) / n - f)
        }
        let critical = (-Foundation.log(Self.level / 2) / 2).squareRoot()
        #expect(worst * n.squareRoot() < critical, "\(name): D√n = \(worst * n.squareRoot()), critical \(critical)", sourceLocation: place)
    }

    /// Pearson's chi-square; cells with fewer than 10 expected are joined to their neighbour.
    func agrees(_ counts: [Int], _ probabilities: [Double], _ name: String, _ place: SourceLocation = #_sourceLocation) {
        let total = Double(counts.reduce(0, +))
        var cells: [(Double, Double)] = []
        var open = (0.0, 0.0)
        for (count, p) in zip(counts, probabilities) {
            open = (open.0 + Double(count), open.1 + p * total)
            if open.1 >= 10 {
                cells.append(open)
                open = (0, 0)
            }
        }
        if let last = cells.popLast() { cells.append((last.0 + open.0, last.1 + open.1)) }
        let statistic = cells.reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) / $1.1 }
        let p = 1 - lowerGamma(Double(cells.count - 1) / 2, statistic / 2)
        #expect(
            cells.count > 1 && p > Self.level, "\(name): chi-square \(statistic) in \(cells.count) cells, p = \(p)", sourceLocation: place)
    }

    /// The regularised lower incomplete gamma function, by its series or Lentz's continued fraction (Numerical Recipes, 6.2).
    func lowerGamma(_ a: Double, _ x: Double) -> Double {
        if x <= 0 { return 0 }
        let front = Foundation.exp(a * Foundation.log(x) - x - Foundation.lgamma(a))
        if x < a + 1 {
            var term = 1 / a
            var sum = term
            var k = a
            while term > sum * 1e-16 {
                k += 1
                term *= x / k
                sum += term
            }
            return front * sum
        }
        var b = x + 1 - a
        var c = 1e300
        var d = 1 / b
        var h = d
        for i in 1..<10000 {
            let an = -Double(i) * (Double(i) - a)
            b += 2
            d = 1 / (an * d + b)
            c = b + an / c
            h *= d * c
            if abs(d * c - 1) < 1e-15 { break }
        }
        return 1 - front * h
    }

    /// The regularised incomplete beta function, by Lentz's continued fraction (Numerical Recipes, 6.4).
    func incompleteBeta(_ a: Double, _ b: Double, _ x: Double) -> Double {
        if x <= 0 || x >= 1 { return x <= 0 ? 0 : 1 }
        if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(b, a, 1 - x) }
        let beta = Foundation.lgamma(a) + Foundation.lgamma(b) - Foundation.lgamma(a + b)
        let front = Foundation.exp(a * Foundation.log(x) + b * Foundation.log1p(-x) - beta) / a
        var c = 1.0
        var d = 1 / (1 - (a + b) * x / (a + 1))
        var h = d
        for i in 1..<1000 {
            let m = Double(i)
            var step = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / (1 + step * d)
            c = 1 + step / c
            h *= d * c
            step = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / (1 + step * d)
            c = 1 + step / c
            h *= d * c
            if abs(d * c - 1) < 1e-15 { break }
        }
        return front * h
    }

    @Test func `uniform numbers are uniform`() {
        var s = stream("uniform")
        agrees(s.uniforms(count: 200_000), { $0 }, "uniform")
    }

    @Test func `normal numbers are normal in the middle and in the tails`() {
        var s = stream("normal")
        let z = s.normals(count: 200_000)
        agrees(z, { 0.5 * Foundation.erfc(-$0 / 2.0.squareRoot()) }, "normal")
        // Beyond 3: n p = 540 expected; four standard errors are one in 16,000.
        let beyond = Double(z.filter { abs($0) > 3 }.count)
        let expected = 200_000 * Foundation.erfc(3 / 2.0.squareRoot())
        #expect(abs(beyond - expected) < 4 * expected.squareRoot())
        let n = 200_000.0
        #expect(abs(Vector.sum(z) / n) < 4 / n.squareRoot())
        #expect(abs(Vector.sumOfSquares(z) / n - 1) < 4 * (2 / n).squareRoot())
        #expect(abs(Vector.sum(z.map { $0 * $0 * $0 * $0 }) / n - 3) < 4 * (96 / n).squareRoot())
    }

    @Test func `neighbours in a stream and neighbouring chains are uncorrelated`() {
        let n = 100_000
        var a = RandomStream(seed: 2026, purpose: "chains", chain: 0)
        var b = RandomStream(seed: 2026, purpose: "chains", chain: 1)
        let x = a.normals(count: n)
        let y = b.normals(count: n)
        for lag in 1...4 { #expect(abs(Vector.dot(Array(x.dropLast(lag)), Array(x.dropFirst(lag)))) < 4 * Double(n).squareRoot()) }
        #expect(abs(Vector.dot(x, y)) < 4 * Double(n).squareRoot())
    }

    @Test func `each of the 64 bits is set half of the time`() {
        var s = stream("bits")
        let n = 20_000
        var ones = [Int](repeating: 0, count: 64)
        for _ in 0..<n {
            let word = s.bits()
            for i in 0..<64 where word >> UInt64(i) & 1 == 1 { ones[i] += 1 }
        }
        let statistic = ones.reduce(0.0) { $0 + (Double($1) - Double(n) / 2) * (Double($1) - Double(n) / 2) / (Double(n) / 4) }
        #expect(1 - lowerGamma(32, statistic / 2) > Self.level)
    }

    @Test func `exponential numbers are exponential`() {
        var s = stream("exponential")
        agrees((0..<20_000).map { _ in s.exponential() }, { -Foundation.expm1(-$0) }, "exponential")
    }

    @Test(arguments: [0.05, 0.3, 1, 1.5, 2.5, 50, 1e5]) func `gamma numbers have the gamma distribution`(shape: Double) {
        var s = stream("gamma")
        agrees((0..<20_000).map { _ in s.gamma(shape: shape) }, { lowerGamma(shape, $0) }, "gamma \(shape)")
    }

    @Test(arguments: [(0.5, 0.5), (1, 1), (0.2, 0.9), (2, 5), (0.5, 3), (40, 60)]) func `beta numbers have the beta distribution`(
        a: Double, b: Double
    ) {
        var s = stream("beta")
        agrees((0..<20_000).map { _ in s.beta(a, b) }, { incompleteBeta(a, b, $0) }, "beta \(a), \(b)")
    }

    @Test(arguments: [0.5, 1, 3, 10, 200]) func `Student-t numbers have their distribution`(degrees: Double) {
        var s = stream("student")
        agrees(
            (0..<20_000).map { _ in s.studentT(degreesOfFreedom: degrees) },
            { t in
                let tail = 0.5 * incompleteBeta(degrees / 2, 0.5, degrees / (degrees + t * t))
                return t < 0 ? tail : 1 - tail
            }, "t \(degrees)")
    }

    @Test func `Dirichlet proportions add up to one and have their margins`() {
        var s = stream("dirichlet")
        let draws = (0..<20_000).map { _ in s.dirichlet([0.5, 2, 4]) }
        #expect(draws.allSatisfy { abs($0.reduce(0, +) - 1) < 1e-12 })
        agrees(draws.map { $0[1] }, { incompleteBeta(2, 4.5, $0) }, "Dirichlet margin")
    }

    @Test(arguments: [2, 7, 1000]) func `integers below a bound are equally frequent`(bound: Int) {
        var s = stream("integer")
        var counts = [Int](repeating: 0, count: bound)
        for _ in 0..<100_000 { counts[s.integer(below: bound)] += 1 }
        agrees(counts, [Double](repeating: 1 / Double(bound), count: bound), "below \(bound)")
    }

    @Test func `a bound just above 2⁶² leaves no bias in the halves`() {
        var s = stream("great")
        let bound = 3 << 61
        // Without rejection the low third would come twice as often as the rest.
        var counts = [0, 0, 0]
        for _ in 0..<30_000 { counts[s.integer(below: bound) / (bound / 3)] += 1 }
        agrees(counts, [1.0 / 3, 1.0 / 3, 1.0 / 3], "thirds")
    }

    func binomialLaw(_ n: Int, _ p: Double) -> [Double] {
        (0...n).map { k in
            let logChoose = Foundation.lgamma(Double(n) + 1) - Foundation.lgamma(Double(k) + 1) - Foundation.lgamma(Double(n - k) + 1)
            return Foundation.exp(logChoose + Double(k) * Foundation.log(p) + Double(n - k) * Foundation.log1p(-p))
        }
    }

    @Test(arguments: [(1, 0.3), (10, 0.5), (40, 0.1), (100, 0.099), (100, 0.101), (100, 0.9), (1000, 0.5), (5000, 0.02)])
    func `binomial counts have their distribution`(trials: Int, p: Double) {
        var s = stream("binomial")
        var counts = [Int](repeating: 0, count: trials + 1)
        for _ in 0..<50_000 { counts[s.binomial(trials: trials, probability: p)] += 1 }
        agrees(counts, binomialLaw(trials, p), "binomial \(trials), \(p)")
    }

    @Test func `a binomial count of a billion trials has its mean and variance`() {
        var s = stream("billion")
        let n = 20_000.0
        let trials = 1_000_000_000
        let z = (0..<Int(n)).map { _ in (Double(s.binomial(trials: trials, probability: 0.3)) - 3e8) / (1e9 * 0.21).squareRoot() }
        agrees(z, { 0.5 * Foundation.erfc(-$0 / 2.0.squareRoot()) }, "standardised binomial")
    }

    @Test(arguments: [0.1, 3, 9.9, 10.1, 50, 1000]) func `Poisson counts have their distribution`(mean: Double) {
        var s = stream("poisson")
        let top = Int(mean + 12 * mean.squareRoot() + 20)
        var counts = [Int](repeating: 0, count: top)
        for _ in 0..<50_000 { counts[min(s.poisson(mean: mean), top - 1)] += 1 }
        let law = (0..<top).map { Foundation.exp(Double($0) * Foundation.log(mean) - mean - Foundation.lgamma(Double($0) + 1)) }
        agrees(counts, law, "Poisson \(mean)")
    }

    @Test func `multinomial counts add up to the throws and follow the weights`() {
        var s = stream("multinomial")
        let weights = [0.1, 0, 0.4, 0.2, 0.3]
        var sums = [Int](repeating: 0, count: 5)
        var first = [Int](repeating: 0, count: 51)
        for _ in 0..<20_000 {
            let counts = s.multinomial(trials: 50, probabilities: weights)
            #expect(counts.reduce(0, +) == 50)
            #expect(counts[1] == 0)
            for k in 0..<5 { sums[k] += counts[k] }
            first[counts[3]] += 1
        }
        agrees([sums[0], sums[2], sums[3], sums[4]], [0.1, 0.4, 0.2, 0.3], "multinomial totals")
        agrees(first, binomialLaw(50, 0.2), "multinomial margin")
        #expect(s.multinomial(trials: 0, probabilities: [1, 2]) == [0, 0])
        #expect(s.multinomial(trials: 9, probabilities: [0, 5]) == [0, 9])
    }

    @Test func `categorical draws and the alias table follow the weights, zero among them`() {
        var s = stream("categorical")
        let weights = [3, 0, 1, 1e-3, 6, 0.5, 0]
        let total = weights.reduce(0, +)
        let table = AliasTable(weights)
        var scanned = [Int](repeating: 0, count: 7)
        var looked = scanned
        for _ in 0..<50_000 {
            scanned[s.categorical(weights)] += 1
            looked[table.draw(from: &s)] += 1
        }
        #expect(scanned[1] + scanned[6] + looked[1] + looked[6] == 0)
        agrees(scanned, weights.map { $0 / total }, "categorical")
        agrees(looked, weights.map { $0 / total }, "alias")
    }

    @Test func `all orders of four items are equally frequent`() {
        var s = stream("orders")
        var counts: [[Int]: Int] = [:]
        for _ in 0..<48_000 { counts[s.permutation(4), default: 0] += 1 }
        #expect(counts.count == 24)
        agrees(Array(counts.values), [Double](repeating: 1.0 / 24, count: 24), "orders")
    }
}
