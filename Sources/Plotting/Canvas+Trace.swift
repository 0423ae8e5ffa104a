import Surface

extension Canvas {
    /// Draws a series as segments or stairs at the cost of the plot's width.
    ///
    /// Where points are denser than dots, each column of dots shows the first, last, least and greatest of its points
    /// (M4: U. Jugel and others, 2014), taken from the series' pyramid: exactly the picture that all points would give.
    mutating func trace(_ series: Series, _ pen: Pen, isStairs: Bool) {
        guard columns > 0, rows > 0, series.count > 0 else { return }
        liftPen()
        guard series.isOrdered else {
            return traceEach(series, 0..<series.count, pen, isStairs: isStairs)
        }
        let width = Double(dotColumns - 1)
        let first = series.lowerBound(x: x.value(at: -0.5 / width))
        let end = series.lowerBound(x: x.value(at: (width + 0.5) / width))
        let reach = max(0, first - 1)..<min(series.count, end + 1)
        if end - first <= 4 * dotColumns || series.xValue(reach.lowerBound).isInfinite {
            return traceEach(series, reach, pen, isStairs: isStairs)
        }
        var last: (x: Double, y: Double)?
        if first > 0 { last = position(series, first - 1) }
        // Borders between columns are moved to multiples of a small power of two, by less than a hundredth of a column: the
        // pyramid then answers from few nodes, and the same points stay together from frame to frame.
        let share = (end - first) / dotColumns / 64
        let grain = share >= Chunk.block ? 1 << (Int.bitWidth - 1 - share.leadingZeroBitCount) : 1
        var start = first
        var border = first
        for column in 0..<dotColumns {
            border =
                column == dotColumns - 1
                ? end : series.lowerBound(x: x.value(at: (Double(column) + 0.5) / width), from: border)
            let stop =
                column == dotColumns - 1 ? end : max(start, min(end, (border + grain / 2) & ~(grain - 1)))
            guard start < stop else { continue }
            traceColumn(series, start..<stop, column, &last, pen, isStairs: isStairs)
            start = stop
        }
        if let last, end < series.count, let next = position(series, end) {
            join(last, next, pen, isStairs: isStairs)
        }
    }

    private func position(_ series: Series, _ index: Int) -> (x: Double, y: Double)? {
        let (px, py) = (dotX(series.xValue(index)), dotY(series.y[index]))
        return px.isFinite && py.isFinite ? (px, py) : nil
    }

    private mutating func join(
        _ a: (x: Double, y: Double), _ b: (x: Double, y: Double), _ pen: Pen, isStairs: Bool
    ) {
        if isStairs {
            line(a.x, a.y, b.x, a.y, pen)
            line(b.x, a.y, b.x, b.y, pen)
        } else {
            line(a.x, a.y, b.x, b.y, pen)
        }
    }

    /// One column of dots that holds several points.
    private mutating func traceColumn(
        _ series: Series, _ range: Range<Int>, _ column: Int, _ last: inout (x: Double, y: Double)?,
        _ pen: Pen, isStairs: Bool
    ) {
        let extremes = series.y.extremes(in: range)
        let at = Double(column)
        guard extremes.low <= extremes.high else {
            last = nil
            return
        }
        // Gaps break the line inside the column too; with very many points there the breaks could not be seen.
        if extremes.hasGap, range.count <= 4096 {
            var (low, high) = (Double.infinity, -Double.infinity)
            for index in range {
                let value = series.y[index]
                if value.isNaN {
                    if low <= high { upright(column, dotY(low), dotY(high), pen) }
                    (low, high, last) = (.infinity, -.infinity, nil)
                    continue
                }
                if let before = last, low > high {
                    join(before, (at, dotY(value)), pen, isStairs: isStairs)
                }
                (low, high, last) = (min(low, value), max(high, value), (at, dotY(value)))
            }
            if low <= high { upright(column, dotY(low), dotY(high), pen) }
            return
        }
        let (head, tail) = (series.y[range.lowerBound], series.y[range.upperBound - 1])
        if let last, !head.isNaN { join(last, (at, dotY(head)), pen, isStairs: isStairs) }
        upright(column, dotY(extremes.low), dotY(extremes.high), pen)
        last = tail.isNaN ? nil : (at, dotY(tail))
    }

    /// Draws each point: few of them, or out of order.
    private mutating func traceEach(_ series: Series, _ range: Range<Int>, _ pen: Pen, isStairs: Bool) {
        var last: (x: Double, y: Double)?
        for index in range {
            guard let here = position(series, index) else {
                last = nil
                liftPen()
                continue
            }
            if let last { join(last, here, pen, isStairs: isStairs) } else { dot(here.x, here.y, pen) }
            last = here
        }
    }
}
