/// What a plot shows of its axes under a view.
public struct ShownRanges: Hashable, Sendable {
    /// The x axis from its left end to its right.
    public var x: ClosedRange<Double>
    /// The y axis from its lower end to its upper.
    public var y: ClosedRange<Double>
    let xMap: ScaleMap
    let yMap: ScaleMap

    /// The value a fraction of the way along the x axis, by its scale.
    public func x(at fraction: Double) -> Double { xMap.value(at: fraction) }
    /// How far along the x axis a value lies, by its scale: 0 at the left end, 1 at the right.
    public func fraction(ofX value: Double) -> Double { xMap.fraction(value) }
}

extension Axis {
    /// What is measured, in what unit and on what kind of scale.
    var name: String {
        let kind =
            switch scale {
            case .linear, .log, .symlog: "number"
            case .category(let names): names.joined(separator: ",")
            }
        return "\(label)|\(unit)|\(kind)"
    }
}

extension Figure {
    /// The plot that keys look at: the figure's own, or of a grid the first there is.
    var leadingPlot: Plot? {
        switch body {
        case .plot(let plot): plot
        case .grid(let parts, _): parts.lazy.compactMap(\.leadingPlot).first
        case .table, .document, .empty: nil
        }
    }

    /// What the x axis that keys look at measures; nil for what has no axes.
    ///
    /// Figures that agree in it share a cross-hair.
    public var xAxisName: String? { leadingPlot.map(\.x.name) }

    /// The ranges a plot shows under a view, of a grid those of its first plot; nil for what has no axes.
    public func shownRanges(view: PlotView) -> ShownRanges? {
        guard let plot = leadingPlot else { return nil }
        let (x, y) = PlotRanges(plot: plot, view: view).maps()
        func range(_ map: ScaleMap) -> ClosedRange<Double> {
            let (from, to) = (map.value(at: 0), map.value(at: 1))
            return min(from, to)...max(from, to)
        }
        return ShownRanges(x: range(x), y: range(y), xMap: x, yMap: y)
    }

    /// The view with the x axis drawn out (`factor` below 1) or together around a fraction of its length, along its scale.
    public func zoomed(_ view: PlotView, by factor: Double, around place: Double = 0.5) -> PlotView {
        guard let shown = shownRanges(view: view) else { return view }
        return showing(view, shown, from: place - place * factor, to: place + (1 - place) * factor)
    }

    /// The view moved along the x axis by a fraction of what is shown.
    public func panned(_ view: PlotView, by fraction: Double) -> PlotView {
        guard let shown = shownRanges(view: view) else { return view }
        return showing(view, shown, from: fraction, to: 1 + fraction)
    }

    private func showing(_ view: PlotView, _ shown: ShownRanges, from: Double, to: Double) -> PlotView {
        let (low, high) = (shown.x(at: from), shown.x(at: to))
        // Less than this and doubles no longer tell the ends apart.
        guard low.isFinite, high.isFinite, high - low > max(abs(low), abs(high)) * 1e-13, high > low else { return view }
        var next = view
        next.x = low...high
        return next
    }
}
