import Kernels
import Testing

/// The special cases of IEEE 754 and C's Annex F, before any accuracy.
@Suite struct SpecialValueTests {
    let inf = Double.infinity
    let nan = Double.nan
    let tiny = Double.leastNonzeroMagnitude

    func same(_ a: Double, _ b: Double) -> Bool { a.isNaN ? b.isNaN : a.bitPattern == b.bitPattern }

    func check(_ f: (Double) -> Double, _ cases: [(Double, Double)], _ name: String) {
        for (x, want) in cases { #expect(same(f(x), want), "\(name)(\(x)) = \(f(x)), expected \(want)") }
    }

    @Test func `exponentials`() {
        check(
            exp,
            [
                (0, 1), (-0.0, 1), (inf, inf), (-inf, 0), (nan, nan), (710, inf), (709.782712893384, 0x1.fffffffffff2ap1023), (-745.2, 0),
                (-745.1332191019411, tiny), (1e300, inf), (-1e300, 0), (tiny, 1),
            ], "exp")
        check(
            expm1,
            [
                (0, 0), (-0.0, -0.0), (inf, inf), (-inf, -1), (nan, nan), (710, inf), (-100, -1), (tiny, tiny), (-tiny, -tiny),
                (1e-300, 1e-300),
            ], "expm1")
        check(logistic, [(0, 0.5), (inf, 1), (-inf, 0), (nan, nan), (1e300, 1), (-1e300, 0)], "logistic")
        check(tanh, [(0, 0), (-0.0, -0.0), (inf, 1), (-inf, -1), (nan, nan), (1e300, 1), (tiny, tiny), (-tiny, -tiny)], "tanh")
        check(log1pExp, [(inf, inf), (-inf, 0), (nan, nan), (1e300, 1e300), (-1e300, 0)], "log1pExp")
    }

    @Test func `logarithms`() {
        check(
            log,
            [(1, 0), (0, -inf), (-0.0, -inf), (inf, inf), (-1, nan), (-inf, nan), (nan, nan), (-tiny, nan), (tiny, -744.4400719213812)],
            "log")
        check(
            log1p, [(0, 0), (-0.0, -0.0), (-1, -inf), (-2, nan), (inf, inf), (-inf, nan), (nan, nan), (tiny, tiny), (-tiny, -tiny)], "log1p"
        )
        check(log2, [(1, 0), (0, -inf), (inf, inf), (-1, nan), (nan, nan), (8, 3), (tiny, -1074), (0x1p1023, 1023)], "log2")
        check(log10, [(1, 0), (0, -inf), (inf, inf), (-1, nan), (nan, nan)], "log10")
        for k in 0...22 { #expect(log10(pow(10, Double(k))) == Double(k)) }
    }

    @Test func `trigonometry`() {
        check(sin, [(0, 0), (-0.0, -0.0), (inf, nan), (-inf, nan), (nan, nan), (tiny, tiny)], "sin")
        check(cos, [(0, 1), (-0.0, 1), (inf, nan), (-inf, nan), (nan, nan), (tiny, 1)], "cos")
        let pi = Double.pi
        for (y, x, want) in [
            (0, 1, 0), (-0.0, 1, -0.0), (0, -1, pi), (-0.0, -1, -pi), (0, 0, 0), (-0.0, 0, -0.0), (0, -0.0, pi), (-0.0, -0.0, -pi),
            (1, 0, pi / 2), (-1, 0, -pi / 2), (1, -0.0, pi / 2), (1, inf, 0), (-1, inf, -0.0), (1, -inf, pi), (-1, -inf, -pi),
            (inf, 1, pi / 2), (-inf, 1, -pi / 2), (inf, inf, pi / 4), (inf, -inf, 3 * (pi / 4)), (-inf, inf, -pi / 4),
            (-inf, -inf, -3 * (pi / 4)),
            (nan, 1, nan), (1, nan, nan), (nan, inf, nan), (1e308, 1.5e308, 0.5880026035475675), (tiny, tiny, pi / 4), (tiny, 1e308, 0),
        ] as [(Double, Double, Double)] { #expect(same(atan2(y, x), want), "atan2(\(y), \(x)) = \(atan2(y, x)), expected \(want)") }
    }

    @Test func `powers`() {
        let greatest = Double.greatestFiniteMagnitude
        for (x, y, want) in [
            (nan, 0, 1), (nan, -0.0, 1), (1, nan, 1), (nan, 1, nan), (2, nan, nan), (-1, inf, 1), (-1, -inf, 1), (0.5, inf, 0),
            (0.5, -inf, inf), (-0.5, inf, 0),
            (2, inf, inf), (2, -inf, 0), (-2, inf, inf), (0, 3, 0), (-0.0, 3, -0.0), (-0.0, 2, 0), (0, -3, inf), (-0.0, -3, -inf),
            (-0.0, -2, inf), (0, 0.5, 0), (-0.0, 0.5, 0), (-0.0, -0.5, inf),
            (inf, 1, inf), (inf, -1, 0), (-inf, 3, -inf), (-inf, 2, inf), (-inf, -3, -0.0), (-inf, -2, 0), (-inf, 0.5, inf),
            (-8, 1.0 / 3, nan), (-2, 3, -8), (-2, 2, 4), (-2, -1, -0.5),
            (2, 1024, inf), (-2, 1025, -inf), (2, -1074, tiny), (2, -1080, 0), (-2, -1081, -0.0), (greatest, 1, greatest), (tiny, 1, tiny),
            (1 + 0x1p-52, 1e300, inf), (1 - 0x1p-53, 1e300, 0), (-1, greatest, 1), (-1, 0x1p53 - 1, -1), (10, 22, 1e22),
            (-3, 0x1p52 + 1, -inf),
        ] as [(Double, Double, Double)] { #expect(same(pow(x, y), want), "pow(\(x), \(y)) = \(pow(x, y)), expected \(want)") }
    }

    @Test func `gamma functions`() {
        check(
            lgamma,
            [
                (1, 0), (2, 0), (0, inf), (-0.0, inf), (-1, inf), (-1e300, inf), (inf, inf), (-inf, inf), (nan, nan), (1e306, inf),
                (tiny, 744.4400719213812), (-tiny, 744.4400719213812),
            ], "lgamma")
        check(digamma, [(0, -inf), (-0.0, inf), (-1, nan), (-1e300, nan), (inf, inf), (-inf, nan), (nan, nan), (tiny, -inf)], "digamma")
        check(trigamma, [(0, inf), (-3, inf), (inf, 0), (nan, nan), (tiny, inf)], "trigamma")
    }

    @Test func `error functions`() {
        check(erf, [(0, 0), (-0.0, -0.0), (inf, 1), (-inf, -1), (nan, nan), (30, 1), (-30, -1), (tiny, tiny)], "erf")
        check(erfc, [(0, 1), (-0.0, 1), (inf, 0), (-inf, 2), (nan, nan), (30, 0), (-30, 2), (1e300, 0)], "erfc")
        check(
            normalQuantile,
            [
                (0.5, 0), (0, -inf), (-0.0, -inf), (1, inf), (-0.1, nan), (1.1, nan), (nan, nan), (inf, nan), (-inf, nan),
                (tiny, -38.467405617144344),
            ], "normalQuantile")
    }
}
