import Foundation
import Kernels
@testable import Plotting
import Surface
import Testing

@Suite struct `Columns` {
    @Test func `a column holds what was appended, in any portions`() {
        let values = Samples.noise(5000)
        var one = Column()
        for value in values { one.append(value) }
        var two = Column(values.prefix(1500))
        two.append(contentsOf: values[1500..<1501])
        two.append(contentsOf: values.dropFirst(1501))
        #expect(one == two && one.array == values && one.count == 5000)
        #expect([0, 1023, 1024, 2047, 4999].allSatisfy { one[$0] == values[$0] })
        #expect(one.last == values.last)
    }

    @Test func `copies share their chunks and part when appended to`() {
        let original = Column(Samples.noise(3000))
        var copy = original
        copy.append(7)
        #expect(zip(original.chunks, copy.chunks).allSatisfy { $0 === $1 })
        #expect(original.count == 3000 && copy.count == 3001 && original != copy)
    }

    @Test func `the pyramid knows the extremes of every stretch`() {
        var values = Samples.noise(70_000, seed: 11)
        for i in stride(from: 17, to: 70_000, by: 997) { values[i] = .nan }
        values[40_000] = 9
        values[50_001] = -9
        let column = Column(values)
        let ends = Samples.noise(400, seed: 12).map { Int($0 * 70_000) } + [0, 1024, 32_768, 65_536, 70_000]
        for (a, b) in zip(ends, ends.dropFirst()) {
            let range = min(a, b)..<max(a, b)
            let found = column.extremes(in: range)
            let numbers = values[range].filter { !$0.isNaN }
            #expect(found.low == numbers.min() ?? .infinity && found.high == numbers.max() ?? -.infinity)
            #expect(found.hasGap == (numbers.count < range.count))
        }
    }

    @Test func `the finite range leaves out infinities, NaN and, on request, what is not positive`() {
        var values = Samples.noise(4000).map { $0 - 0.5 }
        values[10] = .infinity
        values[2000] = -.infinity
        values[3000] = .nan
        let finite = values.filter(\.isFinite)
        let column = Column(values)
        #expect(column.finiteRange() == finite.min()!...finite.max()!)
        #expect(column.finiteRange(isPositive: true) == finite.filter { $0 > 0 }.min()!...finite.max()!)
        #expect(Column([.nan, .infinity]).finiteRange() == nil && Column([]).finiteRange() == nil)
        #expect(Column([-1, 0]).finiteRange(isPositive: true) == nil)
    }

    @Test func `columns and series come back from JSON with the same bits`() throws {
        for count in [0, 1, 2, 3, 1024, 2500] {
            let values = Samples.normal(count) + [.nan, -.infinity, -0.0, .leastNonzeroMagnitude]
            let series = Series(values, start: 3, spacing: 0.5)
            #expect(try JSONDecoder().decode(Series.self, from: JSONEncoder().encode(series)) == series)
            let explicit = Series(points: values.enumerated().map { Point(x: Double($0.offset), y: $0.element) })
            #expect(try JSONDecoder().decode(Series.self, from: JSONEncoder().encode(explicit)) == explicit)
        }
        let text = String(decoding: try JSONEncoder().encode(Column([1, -2.5])), as: UTF8.self)
        #expect(text == "\"AAAAAAAA8D8AAAAAAAAEwA\"")
    }

    @Test func `a place is found in a column with repeated values, from any start before it`() {
        // Each value stands up to 5000 times: over several chunks.
        var values: [Double] = []
        for (step, run) in [1, 3000, 1, 1, 5000, 700, 2, 1023, 1, 1024].enumerated() {
            values += [Double](repeating: Double(step), count: run)
        }
        let column = Column(values)
        for wanted in [-1, 0, 0.5, 1, 3, 3.5, 4, 5, 8, 9, 9.5] {
            let place = values.firstIndex { $0 >= wanted } ?? values.count
            for start in Set([0, place / 3, max(0, place - 1), place]).sorted() {
                #expect(column.lowerBound(wanted, from: start) == place, "\(wanted) from \(start)")
            }
        }
        #expect(Column().lowerBound(1) == 0)
    }

    @Test func `a damaged column is refused`() {
        for text in ["\"AAAA\"", "\"AAAAAAAA8D8*\"", "\"AAAAAAAA8D8AA\"", "3"] {
            #expect(throws: DecodingError.self) { try JSONDecoder().decode(Column.self, from: Data(text.utf8)) }
        }
    }
}

@Suite struct `Tracing a series` {
    /// The dots that a series inks on a small plot.
    static func canvas(_ series: Series, _ y: ClosedRange<Double>, columns: Int = 40, rows: Int = 10) -> Canvas {
        let last = max(1, series.xValue(max(0, series.count - 1)))
        var canvas = Canvas(
            x: ScaleMap(.linear, 0, last), y: ScaleMap(.linear, y.lowerBound, y.upperBound), columns: columns, rows: rows, glyphs: .braille,
            isMonochrome: false)
        let pen = canvas.pen(Look())
        canvas.trace(series, pen, isStairs: false)
        return canvas
    }

    static func isInked(_ canvas: Canvas, _ x: Int, _ y: Int) -> Bool {
        let bits: [UInt8] = [0x01, 0x02, 0x04, 0x40, 0x08, 0x10, 0x20, 0x80]
        return canvas.raster.places[(y / 4) * canvas.columns + x / 2].mask & bits[(x % 2) * 4 + y % 4] != 0
    }

    @Test(arguments: [100, 320, 1000, 7777, 50_000]) func `every point of a dense series is in the picture`(_ count: Int) {
        let values = Samples.normal(count, seed: UInt64(count))
        let canvas = Self.canvas(Series(values), -5...5)
        for (index, value) in values.enumerated() {
            let (x, y) = (Int(canvas.dotX(Double(index)).rounded()), Int(canvas.dotY(value).rounded()))
            #expect(Self.isInked(canvas, x, y), "point \(index)")
        }
    }

    @Test func `one spike in a million points shows`() {
        var values = [Double](repeating: 0, count: 1_000_000)
        values[654_321] = 4.9
        let canvas = Self.canvas(Series(values), -5...5)
        let x = Int(canvas.dotX(654_321).rounded())
        #expect((x - 1...x + 1).contains { Self.isInked(canvas, $0, 0) })
        let inked = canvas.raster.places.prefix(canvas.columns * 4).filter { $0.mask != 0 }.count
        #expect(inked >= 4 && inked <= 8)
    }

    @Test func `a gap leaves its columns empty, dense or sparse`() {
        for count in [80, 100_000] {
            var values = [Double](repeating: 1, count: count)
            for i in (count / 2)..<(count * 3 / 4) { values[i] = .nan }
            let canvas = Self.canvas(Series(values), 0...2)
            for x in 42..<58 { for y in 0..<40 { #expect(!Self.isInked(canvas, x, y)) } }
            #expect((0..<40).contains { Self.isInked(canvas, 10, $0) } && (0..<40).contains { Self.isInked(canvas, 70, $0) })
        }
    }

    @Test func `an infinity runs out of the plot and does not break the line`() {
        let canvas = Self.canvas(Series([0, 0, .infinity, 0, 0]), -1...1)
        #expect((0..<80).contains { Self.isInked(canvas, $0, 0) })
        #expect(Self.isInked(canvas, 0, 20) || Self.isInked(canvas, 0, 19))
        #expect(!(0..<80).contains { Self.isInked(canvas, $0, 39) })
    }

    @Test func `points out of order are still drawn, each of them`() {
        let series = Series(points: [Point(x: 5, y: 1), Point(x: 0, y: 0), Point(x: 10, y: -1), Point(x: .nan, y: 0)])
        #expect(!series.isOrdered)
        let canvas = Self.canvas(Series(points: [Point(x: 0, y: 0), Point(x: 9, y: 1), Point(x: 4, y: -1), Point(x: 10, y: 0)]), -1...1)
        #expect((0..<40).contains { Self.isInked(canvas, 32, $0) })
    }

    @Test func `a logarithmic x spreads the first decades and finds its points by bisection`() {
        let values = (1...100_000).map { Kernels.log(Double($0)) }
        var canvas = Canvas(
            x: ScaleMap(.log, 1, 100_000), y: ScaleMap(.linear, 0, 12), columns: 40, rows: 10, glyphs: .braille, isMonochrome: false)
        let pen = canvas.pen(Look())
        canvas.trace(Series(values, start: 1), pen, isStairs: false)
        // log x over a log axis is a straight line: every column of dots holds one.
        for x in 0..<80 { #expect((0..<40).contains { Self.isInked(canvas, x, $0) }, "column \(x)") }
    }
}
