/// Chooses the scale and range of a plot's axes.
struct PlotRanges {
    let plot: Plot
    let view: PlotView

    /// The map of the x axis, and of the y axis, which for categories runs from the top down.
    func maps() -> (x: ScaleMap, y: ScaleMap) {
        let plain = plot.marks.map(\.extent)
        let xScale = scale(plot.x, flips: view.flipsLogX, data: plain.map(\.x))
        let yScale = scale(plot.y, flips: view.flipsLogY, data: plain.map(\.y))
        let (isLogX, isLogY) = (xScale == .log, yScale == .log)
        let extents =
            isLogX || isLogY
            ? plot.marks.map { $0.extent(isPositiveX: isLogX, isPositiveY: isLogY) } : plain
        let needs = plot.marks.map(\.needs)
        let x = map(
            plot.x, xScale, data: extents.reduce(nil) { Extent.union($0, $1.x) }, zoom: view.x,
            hasZero: needs.contains(where: \.zeroX),
            isTight: !needs.isEmpty && needs.contains(where: \.isTightX))
        let y = map(
            plot.y, yScale, data: extents.reduce(nil) { Extent.union($0, $1.y) }, zoom: view.y,
            hasZero: needs.contains(where: \.zeroY),
            isTight: !needs.isEmpty && needs.contains(where: \.isTightY))
        if case .category = plot.y.scale { return (x, ScaleMap(y.kind, y.upper, y.lower)) }
        return (x, y)
    }

    /// The scale as the axis says, or flipped between linear and logarithmic where the data have a place on it.
    private func scale(_ axis: Axis, flips: Bool, data: [ClosedRange<Double>?]) -> ScaleMap.Kind {
        switch axis.scale {
        case .category: return .linear
        case .log: return flips ? .linear : .log
        case .symlog(let threshold):
            return flips || !(threshold > 0 && threshold.isFinite) ? .linear : .symlog(threshold)
        case .linear:
            guard flips, let whole = data.reduce(nil, { Extent.union($0, $1) }), whole.upperBound > 0
            else { return .linear }
            if whole.lowerBound >= 0 { return .log }
            return .symlog(
                Numbers.powerOfTen(
                    Numbers.decimalExponent(max(abs(whole.lowerBound), whole.upperBound)) - 2))
        }
    }

    private func map(
        _ axis: Axis, _ kind: ScaleMap.Kind, data: ClosedRange<Double>?, zoom: ClosedRange<Double>?,
        hasZero: Bool, isTight: Bool
    ) -> ScaleMap {
        var (low, high) = (data?.lowerBound ?? 0, data?.upperBound ?? 1)
        var (padsLow, padsHigh) = (true, true)
        if case .category(let names) = axis.scale {
            (low, high) =
                names.isEmpty ? (min(low, -0.5), max(high, 0.5)) : (-0.5, Double(names.count) - 0.5)
            (padsLow, padsHigh) = (false, false)
        }
        let isLog = kind == .log
        if hasZero, !isLog {
            if low >= 0 { (low, padsLow) = (0, false) }
            if high <= 0 { (high, padsHigh) = (0, false) }
        }
        func usable(_ value: Double?) -> Double? {
            value.flatMap { $0.isFinite && (!isLog || $0 > 0) ? $0 : nil }
        }
        if let lower = usable(axis.lower) { (low, padsLow) = (lower, false) }
        if let upper = usable(axis.upper) { (high, padsHigh) = (upper, false) }
        if let zoom, let from = usable(zoom.lowerBound), let to = usable(zoom.upperBound), from < to {
            (low, high, padsLow, padsHigh) = (from, to, false, false)
        }
        if isLog, low <= 0 { (low, high) = high > 0 ? (high * 1e-3, high) : (0.1, 1) }
        if isTight { (padsLow, padsHigh) = (false, false) }
        return Self.widened(kind, low, high, padsLow: padsLow, padsHigh: padsHigh)
    }

    /// A range with margins, never empty, reversed or beyond what doubles can subtract.
    static func widened(
        _ kind: ScaleMap.Kind, _ low: Double, _ high: Double, padsLow: Bool, padsHigh: Bool
    ) -> ScaleMap {
        let limit = 8e307
        var (low, high) = (max(-limit, min(low, limit)), max(-limit, min(high, limit)))
        if low > high { (low, high) = (high, low) }
        if kind == .log {
            low = max(low, .leastNonzeroMagnitude)
            high = max(high, low)
            if high / low < 1.0001 {
                return ScaleMap(kind, max(low / 3, .leastNonzeroMagnitude), min(high * 3, limit))
            }
            let ratio = Numbers.log10(high) - Numbers.log10(low)
            let margin = Numbers.exp10(0.03 * ratio)
            return ScaleMap(
                kind, padsLow ? max(low / margin, .leastNonzeroMagnitude) : low,
                padsHigh ? min(high * margin, limit) : high)
        }
        // A constant, or less than the digits of a double tell apart: room on both sides.
        let size = max(abs(low), abs(high))
        if high - low <= size * 4e-16 || high == low {
            let room = size == 0 ? 1 : max(size * 0.1, .leastNonzeroMagnitude)
            return ScaleMap(kind, max(-limit, low - room), min(limit, high + room))
        }
        let margin = kind == .linear ? (high - low) * 0.04 : 0
        let (from, to) = (padsLow ? low - margin : low, padsHigh ? high + margin : high)
        // What never goes below zero does not need an axis that does.
        let lower = low >= 0 && from < 0 ? 0 : from
        let upper = high <= 0 && to > 0 ? 0 : to
        return ScaleMap(kind, max(-limit, lower), min(limit, upper))
    }
}
