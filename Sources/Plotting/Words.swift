/// Sentences about data, for readers who hear figures and scripts that grep them.
enum Words {
    /// A value with its axis' unit, or a category's name.
    static func quantity(_ value: Double, _ axis: Axis) -> String {
        if case .category(let names) = axis.scale, value == value.rounded(), value >= 0,
            value < Double(names.count)
        {
            return names[Int(value)]
        }
        return Numbers.short(value) + (axis.unit.isEmpty ? "" : " " + axis.unit)
    }

    /// The label, or a stand-in when there is none.
    static func short(_ label: String, _ otherwise: String) -> String {
        label.isEmpty ? otherwise : label
    }

    static func plural(_ count: Int, _ one: String, _ many: String? = nil) -> String {
        "\(Numbers.grouped(count)) \(count == 1 ? one : many ?? one + "s")"
    }

    static func curve(_ name: String, _ series: Series, x: Axis, y: Axis) -> String {
        guard series.count > 0 else { return "\(name): no points yet." }
        guard let range = series.y.finiteRange(), let xs = series.extent().x else {
            return "\(name): \(plural(series.count, "point")), none finite."
        }
        var text =
            "\(name): \(plural(series.count, "point")), \(short(x.label, "x")) from \(quantity(xs.lowerBound, x)) to \(quantity(xs.upperBound, x))"
        if range.lowerBound == range.upperBound {
            return text + ", constant at \(quantity(range.lowerBound, y))."
        }
        var first: Double?
        var last: Double?
        for index in 0..<min(series.count, 100_000) where series.y[index].isFinite {
            first = series.y[index]
            break
        }
        for index in stride(from: series.count - 1, through: max(0, series.count - 100_000), by: -1)
        where series.y[index].isFinite {
            last = series.y[index]
            break
        }
        if let first, let last {
            let change = (last - first) / (range.upperBound - range.lowerBound)
            let trend = abs(change) < 0.1 ? "ends near where it starts" : change > 0 ? "rises" : "falls"
            text += "; \(trend), from \(quantity(first, y)) to \(quantity(last, y))"
        }
        text +=
            "; least \(quantity(range.lowerBound, y))\(place(series, range.lowerBound, x)), greatest \(quantity(range.upperBound, y))\(place(series, range.upperBound, x))."
        let gaps =
            series.count <= 100_000 ? (0..<series.count).lazy.filter { series.y[$0].isNaN }.count : 0
        if gaps > 0 { text += " \(plural(gaps, "value")) missing." }
        return text
    }

    /// " at x" of the first point with a value, found by the pyramid.
    private static func place(_ series: Series, _ value: Double, _ x: Axis) -> String {
        var range = 0..<series.count
        while range.count > 1 {
            let middle = (range.lowerBound + range.upperBound) / 2
            let left = series.y.extremes(in: range.lowerBound..<middle)
            range =
                left.low == value || left.high == value
                ? range.lowerBound..<middle : middle..<range.upperBound
        }
        return " at \(short(x.label, "x")) \(quantity(series.xValue(range.lowerBound), x))"
    }

    static func cloud(_ name: String, _ points: [Point], x: Axis, y: Axis) -> String {
        let finite = points.filter(\.isFinite)
        guard let xs = Extent.range(finite.map(\.x)), let ys = Extent.range(finite.map(\.y)) else {
            return "\(name): no finite points."
        }
        var text =
            "\(name): \(plural(finite.count, "point")), \(short(x.label, "x")) from \(quantity(xs.lowerBound, x)) to \(quantity(xs.upperBound, x)), "
            + "\(short(y.label, "y")) from \(quantity(ys.lowerBound, y)) to \(quantity(ys.upperBound, y))"
        if finite.count > 2, let r = correlation(finite) {
            text += "; correlation \(Numbers.fixed(r, decimals: 2))"
        }
        return text + "."
    }

    private static func correlation(_ points: [Point]) -> Double? {
        let n = Double(points.count)
        let mx = points.reduce(0) { $0 + $1.x / n }
        let my = points.reduce(0) { $0 + $1.y / n }
        var (xx, yy, xy) = (0.0, 0.0, 0.0)
        for point in points {
            let (dx, dy) = (point.x - mx, point.y - my)
            (xx, yy, xy) = (xx + dx * dx, yy + dy * dy, xy + dx * dy)
        }
        let r = xy / (xx * yy).squareRoot()
        return r.isFinite ? r : nil
    }

    static func band(
        _ name: String, x: [Double], lower: [Double], upper: [Double], axis: Axis, y: Axis
    ) -> String {
        let widths = zip(lower, upper).map { $1 - $0 }.filter(\.isFinite)
        guard let range = Extent.range(widths), let xs = Extent.range(x) else {
            return "\(name): no finite interval."
        }
        return
            "\(name): over \(short(axis.label, "x")) from \(quantity(xs.lowerBound, axis)) to \(quantity(xs.upperBound, axis)), between "
            + "\(quantity(range.lowerBound, y)) and \(quantity(range.upperBound, y)) wide."
    }

    static func histogram(_ name: String, edges: [Double], heights: [Double], x: Axis) -> String {
        let count = min(heights.count, max(0, edges.count - 1))
        guard count > 0,
            let top = (0..<count).filter({ heights[$0].isFinite }).max(by: { heights[$0] < heights[$1] })
        else {
            return "\(name): no bins."
        }
        var (mass, moment, second) = (0.0, 0.0, 0.0)
        let isDensity = heights.prefix(count).contains { $0 != $0.rounded() }
        for bin in 0..<count where heights[bin].isFinite {
            let weight = heights[bin] * (isDensity ? edges[bin + 1] - edges[bin] : 1)
            let middle = (edges[bin] + edges[bin + 1]) / 2
            (mass, moment, second) = (
                mass + weight, moment + weight * middle, second + weight * middle * middle
            )
        }
        let mean = moment / mass
        let deviation = max(0, second / mass - mean * mean).squareRoot()
        return
            "\(name): \(plural(count, "bin")) from \(quantity(edges[0], x)) to \(quantity(edges[count], x)); highest (\(Numbers.short(heights[top]))) from "
            + "\(quantity(edges[top], x)) to \(quantity(edges[top + 1], x)); mean about \(quantity(mean, x)), standard deviation about \(quantity(deviation, x))."
    }

    static func bars(
        _ name: String, positions: [Double], heights: [Double],
        intervals: [(low: Double, high: Double)?], axis: Axis
    )
        -> String
    {
        let count = min(positions.count, heights.count)
        guard count > 0 else { return "\(name): no bars." }
        if count <= 12 {
            let parts = (0..<count).map { index in
                quantity(positions[index], axis) + " " + Numbers.short(heights[index])
                    + (intervals[index].map { " [\(Numbers.short($0.low)), \(Numbers.short($0.high))]" } ?? "")
            }
            return "\(name): \(parts.joined(separator: ", "))."
        }
        guard
            let top = (0..<count).filter({ heights[$0].isFinite }).max(by: { heights[$0] < heights[$1] }),
            let bottom = (0..<count).filter({ heights[$0].isFinite }).min(by: {
                heights[$0] < heights[$1]
            })
        else { return "\(name): \(plural(count, "bar")), none finite." }
        return
            "\(name): \(plural(count, "bar")); highest \(quantity(positions[top], axis)) at \(Numbers.short(heights[top])), "
            + "lowest \(quantity(positions[bottom], axis)) at \(Numbers.short(heights[bottom]))."
    }

    static func grid(_ name: String, _ grid: Grid, x: Axis, y: Axis) -> String {
        guard let range = grid.range, let top = grid.values.firstIndex(of: range.upperBound),
            let bottom = grid.values.firstIndex(of: range.lowerBound)
        else {
            return "\(name): \(grid.columns) by \(grid.rows) cells, none finite."
        }
        func place(_ index: Int) -> String {
            let centre = grid.centre(index % grid.columns, index / grid.columns)
            return "\(quantity(centre.x, x)), \(quantity(centre.y, y))"
        }
        return
            "\(name): \(grid.columns) by \(grid.rows) cells, from \(Numbers.short(range.lowerBound)) at (\(place(bottom))) to "
            + "\(Numbers.short(range.upperBound)) at (\(place(top)))."
    }
}
