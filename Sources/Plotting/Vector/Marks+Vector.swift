import Surface

extension Line {
    /// Its pieces between gaps.
    public func shapes(in frame: VectorFrame) -> [VectorShape] { series.strokes(in: frame, look, isStairs: false) }
}

extension Stairs {
    /// Its pieces between gaps.
    public func shapes(in frame: VectorFrame) -> [VectorShape] { series.strokes(in: frame, look, isStairs: true) }
}

extension Series {
    /// More points than this on a line are thinned to the extremes of each half unit of width, which shows every spike.
    private static let most = 4000

    /// The series as lines between its gaps.
    func strokes(in frame: VectorFrame, _ look: Look, isStairs: Bool) -> [VectorShape] {
        var pieces: [[Point]] = [[]]
        func add(_ point: Point) {
            if point.x.isNaN || point.y.isNaN {
                if pieces[pieces.count - 1].isEmpty == false { pieces.append([]) }
                return
            }
            if isStairs, let last = pieces[pieces.count - 1].last { pieces[pieces.count - 1].append(Point(x: point.x, y: last.y)) }
            pieces[pieces.count - 1].append(point)
        }
        if count <= Self.most || !isOrdered {
            for index in 0..<count { add(frame.place(self[index])) }
        } else {
            // The first, least, greatest and last point of each stretch, in their order.
            let stretches = Int(frame.width * 2)
            for stretch in 0..<stretches {
                let (start, end) = (count * stretch / stretches, count * (stretch + 1) / stretches)
                guard start < end else { continue }
                let least = (start..<end).min { y[$0] < y[$1] } ?? start
                let greatest = (start..<end).max { y[$0] < y[$1] } ?? start
                var last = -1
                for index in [start, min(least, greatest), max(least, greatest), end - 1] where index > last {
                    add(frame.place(self[index]))
                    last = index
                }
            }
        }
        return pieces.compactMap { points in
            switch points.count {
            case 0: nil
            case 1: .dot(points[0], radius: 1.5, look.ink, opacity: look.opacity)
            default: .line(points, look.ink, width: 1.5, dashes: [], opacity: look.opacity)
            }
        }
    }
}

extension Scatter {
    /// A dot a point.
    public func shapes(in frame: VectorFrame) -> [VectorShape] {
        let radius = points.count > 2000 ? 1.0 : points.count > 200 ? 1.5 : 3
        let opacity = points.count > 200 ? look.opacity * 0.6 : look.opacity
        return points.filter(\.isFinite).map { .dot(frame.place($0), radius: radius, look.ink, opacity: opacity) }
    }
}

extension Band {
    /// The area between its edges, in pieces between gaps.
    public func shapes(in frame: VectorFrame) -> [VectorShape] {
        var shapes: [VectorShape] = []
        var above: [Point] = []
        var below: [Point] = []
        func finish() {
            if above.count > 1 { shapes.append(.area(above + below.reversed(), look.ink, opacity: 0.2)) }
            (above, below) = ([], [])
        }
        for index in 0..<min(x.count, lower.count, upper.count) {
            guard !x[index].isNaN, !lower[index].isNaN, !upper[index].isNaN else {
                finish()
                continue
            }
            above.append(frame.place(Point(x: x[index], y: upper[index])))
            below.append(frame.place(Point(x: x[index], y: lower[index])))
        }
        finish()
        return shapes
    }
}

extension Histogram {
    /// A box a bin, or the outline.
    public func shapes(in frame: VectorFrame) -> [VectorShape] {
        let ground = frame.placeY(frame.groundY)
        let bins = (0..<min(heights.count, max(0, edges.count - 1))).filter { !heights[$0].isNaN }
        guard isOutline else {
            return bins.map { bin in
                .box(
                    Point(x: frame.placeX(edges[bin]), y: ground),
                    Point(x: frame.placeX(edges[bin + 1]), y: frame.placeY(heights[bin])), look.ink, opacity: look.isDim ? 0.3 : 0.8)
            }
        }
        guard let first = bins.first, let last = bins.last else { return [] }
        var points = [Point(x: frame.placeX(edges[first]), y: ground)]
        for bin in bins {
            let top = frame.placeY(heights[bin])
            points += [Point(x: frame.placeX(edges[bin]), y: top), Point(x: frame.placeX(edges[bin + 1]), y: top)]
        }
        points.append(Point(x: frame.placeX(edges[last + 1]), y: ground))
        return [.line(points, look.ink, width: 1.5, dashes: [], opacity: look.opacity)]
    }
}

extension Bars {
    /// A box a bar, and its error bar.
    public func shapes(in frame: VectorFrame) -> [VectorShape] {
        let spacing = spacing
        let thickness = spacing * 0.8 / Double(max(1, slots))
        return (0..<count).filter { positions[$0].isFinite && !heights[$0].isNaN }.flatMap { index -> [VectorShape] in
            let from = positions[index] - spacing * 0.4 + Double(slot) * thickness
            let (near, far) = (from + thickness * 0.04, from + thickness * 0.96)
            func place(across: Double, along: Double) -> Point {
                isHorizontal
                    ? Point(x: frame.placeX(along), y: frame.placeY(across)) : Point(x: frame.placeX(across), y: frame.placeY(along))
            }
            let ground = isHorizontal ? frame.groundX : frame.groundY
            var shapes: [VectorShape] = [
                .box(
                    place(across: near, along: ground), place(across: far, along: heights[index]), look.ink,
                    opacity: look.isDim ? 0.3 : 0.85)
            ]
            guard let ends = interval(index) else { return shapes }
            let middle = from + thickness / 2
            func stroke(_ points: [Point]) -> VectorShape { .line(points, .standard, width: 1.25, dashes: [], opacity: 1) }
            shapes.append(stroke([place(across: middle, along: ends.low), place(across: middle, along: ends.high)]))
            for end in [ends.low, ends.high] {
                shapes.append(
                    stroke([
                        place(across: middle - thickness * 0.12, along: end), place(across: middle + thickness * 0.12, along: end),
                    ]))
            }
            return shapes
        }
    }
}

extension HeatMap {
    /// A box a cell that is not blank.
    public func shapes(in frame: VectorFrame) -> [VectorShape] {
        guard let range, grid.columns > 0, grid.rows > 0 else { return [] }
        let (dx, dy) = (
            (grid.x.upperBound - grid.x.lowerBound) / Double(grid.columns), (grid.y.upperBound - grid.y.lowerBound) / Double(grid.rows)
        )
        var shapes: [VectorShape] = []
        for row in 0..<grid.rows {
            for column in 0..<grid.columns {
                let value = grid.values[row * grid.columns + column]
                guard let level = Self.level(value, range), level > 0 || showsNumbers else { continue }
                let corner = Point(x: grid.x.lowerBound + Double(column) * dx, y: grid.y.lowerBound + Double(row) * dy)
                let other = Point(x: corner.x + dx, y: corner.y + dy)
                shapes.append(.box(frame.place(corner), frame.place(other), .ramp(UInt8(level)), opacity: 1))
                guard showsNumbers, value.isFinite else { continue }
                let centre = frame.place(grid.centre(column, row))
                // Dark words on the ramp's light half, light ones on its dark half; the ramp runs the other way on paper.
                let text = numberDecimals.map { Numbers.fixed(value, decimals: $0) } ?? Numbers.short(value, digits: 3)
                shapes.append(
                    .words(text, Point(x: centre.x, y: centre.y + 4), .indexed(level >= 120 ? 231 : 16), anchor: .middle))
            }
        }
        return shapes
    }
}

extension Contour {
    /// The crossings of every square, as short lines.
    public func shapes(in frame: VectorFrame) -> [VectorShape] {
        var shapes: [VectorShape] = []
        for level in levels where level.isFinite {
            segments(at: level) { from, to in
                shapes.append(.line([frame.place(from), frame.place(to)], look.ink, width: 1.25, dashes: [], opacity: look.opacity))
            }
        }
        return shapes
    }
}

extension Rule {
    /// A dashed line and its words.
    public func shapes(in frame: VectorFrame) -> [VectorShape] {
        let (right, bottom) = (frame.left + frame.width, frame.top + frame.height)
        func stroke(_ from: Point, _ to: Point) -> VectorShape {
            .line([from, to], look.ink, width: 1, dashes: [4, 3], opacity: look.opacity)
        }
        switch place {
        case .x(let value):
            let x = frame.placeX(value)
            guard x.isFinite, x >= frame.left - 0.5, x <= right + 0.5 else { return [] }
            let isRight = x > frame.left + frame.width * 0.7
            let words = VectorShape.words(
                text, Point(x: isRight ? x - 4 : x + 4, y: frame.top + 12), look.ink, anchor: isRight ? .end : .start)
            return [stroke(Point(x: x, y: frame.top), Point(x: x, y: bottom))] + (text.isEmpty ? [] : [words])
        case .y(let value):
            let y = frame.placeY(value)
            guard y.isFinite, y >= frame.top - 0.5, y <= bottom + 0.5 else { return [] }
            let words = VectorShape.words(text, Point(x: right - 4, y: y - 4), look.ink, anchor: .end)
            return [stroke(Point(x: frame.left, y: y), Point(x: right, y: y))] + (text.isEmpty ? [] : [words])
        case .sloped(let intercept, let slope):
            // In pieces, since it bends on a logarithmic axis.
            let points = (0...100).map { step -> Point in
                let x = frame.x.value(at: Double(step) / 100)
                return frame.place(Point(x: x, y: intercept + slope * x))
            }
            return [.line(points.filter(\.isFinite), look.ink, width: 1, dashes: [4, 3], opacity: look.opacity)]
        }
    }
}

extension Label {
    /// The marker as a dot, and the words beside it.
    public func shapes(in frame: VectorFrame) -> [VectorShape] {
        guard point.isFinite else { return [] }
        let place = frame.place(point)
        let isRight = place.x > frame.left + frame.width * 0.75
        let words = VectorShape.words(
            text, Point(x: isRight ? place.x - 6 : place.x + 6, y: place.y - 6), look.ink, anchor: isRight ? .end : .start)
        return (marker == nil ? [] : [.dot(place, radius: 3.5, look.ink, opacity: 1)]) + (text.isEmpty ? [] : [words])
    }
}
