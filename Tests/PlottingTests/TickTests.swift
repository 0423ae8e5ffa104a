@testable import Plotting
import Testing

/// Numbers that literals cannot say without a warning.
enum Extreme {
    /// 1e-320, where doubles have eleven bits left.
    static let tiny = Double.leastNonzeroMagnitude * 2024
}

/// The table of the published algorithm's labellings; computed with the authors' reference code (R package labeling 0.4.3).
@Suite struct `Extended Wilkinson` {
    static let table: [(Double, Double, Int, tight: [Double], loose: [Double])] = [
        (0, 1, 5, [0, 0.25, 0.5, 0.75, 1], [0, 0.25, 0.5, 0.75, 1]),
        (0, 9, 5, [0, 2.5, 5, 7.5, 10], [0, 2.5, 5, 7.5, 10]),
        (8.1, 14.1, 4, [8, 10, 12, 14], [7.5, 10, 12.5, 15]),
        (-1, 1, 5, [-1, -0.5, 0, 0.5, 1], [-1, -0.5, 0, 0.5, 1]),
        (-3.7, 12.4, 6, [-3, 0, 3, 6, 9, 12], [-5, -2.5, 0, 2.5, 5, 7.5, 10, 12.5]),
        (0.001, 0.0093, 5, [0, 0.0025, 0.005, 0.0075, 0.01], [0, 0.0025, 0.005, 0.0075, 0.01]),
        (123456, 987654, 5, [0, 250000, 500000, 750000, 1_000_000], [0, 250000, 500000, 750000, 1_000_000]),
        (0.123, 0.127, 4, [0.123, 0.124, 0.125, 0.126, 0.127], [0.123, 0.124, 0.125, 0.126, 0.127]),
        (99.97, 100.03, 5, [99.97, 99.98, 99.99, 100, 100.01, 100.02, 100.03], [99.97, 99.98, 99.99, 100, 100.01, 100.02, 100.03]),
        (-273.15, 0, 5, [-300, -200, -100, 0], [-300, -200, -100, 0]),
        (17, 43, 3, [20, 30, 40], [15, 25, 35, 45]),
        (0, 3.14159265358979, 5, [0, 1, 2, 3], [0, 0.8, 1.6, 2.4, 3.2]),
        (0, 7.3, 8, [0, 1, 2, 3, 4, 5, 6, 7], [0, 1, 2, 3, 4, 5, 6, 7, 8]),
        (1990, 2026, 6, [1990, 2000, 2010, 2020, 2030], [1990, 2000, 2010, 2020, 2030]),
    ]

    @Test(arguments: table.indices) func `labels are those of the published table, to the bit`(_ index: Int) {
        let (low, high, wished, tight, loose) = Self.table[index]
        #expect(ExtendedWilkinson.search(low, high, wished: wished)?.values == tight)
        #expect(ExtendedWilkinson.search(low, high, wished: wished, isLoose: true)?.values == loose)
    }

    @Test func `degenerate ranges end at once without a labelling`() {
        let ranges: [(Double, Double)] = [
            (0, 0), (1, 1), (2, 1), (0, Extreme.tiny), (.nan, 1), (0, .nan), (-.infinity, 0), (0, .infinity), (-1e308, 1e308),
            (1e15, 1e15 + 2), (.leastNonzeroMagnitude, 2 * .leastNonzeroMagnitude),
        ]
        for (low, high) in ranges {
            for wished in [-3, 0, 1, 2, 100] {
                let found = ExtendedWilkinson.search(low, high, wished: wished)
                if let found { #expect(Set(found.values).count == found.count) }
            }
        }
    }

    @Test func `zero is never negative and labels are whole multiples rounded once`() {
        for (low, high) in [(-0.3, 0.3), (-1e-9, 1e-9), (-7.0, 3.0)] {
            for value in ExtendedWilkinson.search(low, high, wished: 7)?.values ?? [] where value == 0 { #expect(value.sign == .plus) }
        }
        #expect(ExtendedWilkinson.search(0, 0.7, wished: 8)?.values == [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7])
    }
}

@Suite struct `Tick texts` {
    @Test func `decimals are the fewest that tell all labels exactly`() {
        #expect(TickText([0, 0.25, 0.5], step: 0.25).texts == ["0.00", "0.25", "0.50"])
        #expect(TickText([99.97, 99.98, 100], step: 0.01).texts == ["99.97", "99.98", "100.00"])
        #expect(TickText([-1, 0, 1], step: 1).texts == ["-1", "0", "1"])
    }

    @Test func `large and small labels share a power of ten`() {
        let large = TickText([0, 250_000, 500_000], step: 250_000)
        #expect(large.texts == ["0", "250", "500"] && large.exponent == 3 && large.note(isASCII: false) == "×10³")
        let small = TickText([0, 0.00025, 0.0005], step: 0.00025)
        #expect(small.texts == ["0", "250", "500"] && small.exponent == -6 && small.note(isASCII: true) == "1e-6")
        #expect(TickText([0, 4 * Extreme.tiny, 8 * Extreme.tiny], step: 4 * Extreme.tiny).texts == ["0", "4e-320", "8e-320"])
    }

    @Test func `labels with many digits in common share an offset`() {
        let text = TickText([1e15, 1e15 + 1, 1e15 + 2], step: 1)
        #expect(text.texts == ["+0", "+1", "+2"] && text.note(isASCII: true) == "+ 1e15")
    }

    @Test func `texts of any range differ and read back to their values`() {
        let ranges: [(Double, Double)] = [
            (0, 1), (1e15, 1e15 + 2), (0, Extreme.tiny), (-1e308, 1e308), (123456.789, 123456.79), (-1e-12, 3e-12), (1e300, 2e300),
            (0.1, 0.1000001), (-5, 1e9),
        ]
        for (low, high) in ranges {
            let map = PlotRanges.widened(.linear, low, high, padsLow: false, padsHigh: false)
            let ticks = Ticks.numeric(map, wished: 5, isASCII: true) { Set($0.map(\.text)).count == $0.count }
            #expect(ticks.major.count >= 1, "\(low) \(high)")
            #expect(Set(ticks.major.map(\.text)).count == ticks.major.count)
            for tick in ticks.major { #expect(tick.value >= map.lower && tick.value <= map.upper) }
        }
    }

    @Test func `logarithmic axes label decades, and more when few show`() {
        func texts(_ low: Double, _ high: Double, room: Int = 100) -> [String] {
            Ticks.numeric(ScaleMap(.log, low, high), wished: 5, isASCII: false) { $0.count <= room }.major.map(\.text)
        }
        #expect(texts(1, 1000) == ["1", "10", "100", "1000"])
        #expect(texts(1e-6, 1e-3) == ["10⁻⁶", "10⁻⁵", "10⁻⁴", "10⁻³"])
        #expect(texts(1, 50) == ["1", "2", "5", "10", "20", "50"])
        #expect(texts(1e-300, 1e300, room: 6).count <= 6)
        #expect(texts(.leastNonzeroMagnitude, 1e308, room: 8).count >= 1)
    }

    @Test func `a symmetric logarithmic axis labels zero and both sides`() {
        let map = ScaleMap(.symlog(1), -1000, 1000)
        let texts = Ticks.numeric(map, wished: 5, isASCII: false) { _ in true }.major.map(\.text)
        #expect(texts == ["-1000", "-100", "-10", "-1", "0", "1", "10", "100", "1000"])
        #expect(abs(map.value(at: map.fraction(-37)) + 37) < 1e-9)
    }
}

@Suite struct `Numbers as text` {
    @Test func `fixed decimals round and never show a negative zero`() {
        #expect(Numbers.fixed(-0.0004, decimals: 2) == "0.00")
        #expect(Numbers.fixed(2.675, decimals: 1) == "2.7" && Numbers.fixed(-1.25, decimals: 0) == "-1")
        #expect(Numbers.fixed(0.05, decimals: 3) == "0.050")
        #expect(Numbers.fixed(.nan, decimals: 1) == "nan" && Numbers.fixed(-.infinity, decimals: 1) == "-inf")
    }

    @Test func `short numbers keep their leading digits`() {
        #expect(Numbers.short(0.001234567) == "0.001235" && Numbers.short(48_200) == "48200" && Numbers.short(6.02214e23) == "6.022e23")
        #expect(Numbers.short(9.99996e-7) == "1e-6" && Numbers.short(Extreme.tiny) == "1e-320" && Numbers.short(-0.5) == "-0.5")
    }

    @Test func `decimal exponents are exact at powers of ten`() {
        for e in -320...308 { #expect(Numbers.decimalExponent(Numbers.powerOfTen(e)) == e) }
        #expect(Numbers.decimalExponent(999.9999999999999) == 2)
    }
}
