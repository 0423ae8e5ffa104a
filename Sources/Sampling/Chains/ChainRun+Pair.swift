import Engine
import Plotting

extension ChainRun {
    /// At most this many draws are drawn as dots.
    private static var dotsShown: Int { 4000 }

    /// The draws since the last change of two quantities against each other, those of divergent transitions marked.
    ///
    /// - Parameter transform: what is drawn of a draw's two numbers.
    func pairFigure(
        _ id: String, title: String, caption: String = "", _ first: Int, _ second: Int, names: (String, String)? = nil,
        exact: ExactDensity? = nil, transform: (Double, Double) -> Point = { Point(x: $0, y: $1) }
    ) -> Figure {
        let (start, count) = (draws.segmentStart, draws.segmentCount)
        guard count > 0 else { return Figure(id, title: title, body: .empty("no draws yet")) }
        let apart = max(1, count * settings.chains / Self.dotsShown)
        var (dots, divergent): ([Point], [Point]) = ([], [])
        for chain in 0..<settings.chains {
            let (x, y) = (draws.series[first][chain].y, draws.series[second][chain].y)
            for place in stride(from: start, to: start + count, by: apart) { dots.append(transform(x[place], y[place])) }
            guard !countsUpdates else { continue }
            for step in transitions.divergent[chain] where step % settings.thin == 0 {
                let place = step / settings.thin - 1
                if place >= start, place < start + count { divergent.append(transform(x[place], y[place])) }
            }
        }
        var marks: [any Mark] = [Scatter(dots, Look("draws", .series0, isDim: true))]
        if let exact { marks.append(exact.contours) }
        if !divergent.isEmpty { marks.append(Scatter(divergent, Look("\(divergent.count) divergent", .bad), symbol: "x")) }
        let x = Axis(names?.0 ?? draws.names[first], from: exact?.grid.x.lowerBound, to: exact?.grid.x.upperBound)
        let y = Axis(names?.1 ?? draws.names[second], from: exact?.grid.y.lowerBound, to: exact?.grid.y.upperBound)
        return Figure(id, title: title, caption: caption, x: x, y: y, marks)
    }

    /// How far the means are from exact ones: the largest distance in exact standard deviations, and in Monte Carlo errors.
    ///
    /// - Parameter means: of the quantities in their order; NaN where none is known.
    func distances(means: [Double], sds: [Double]) -> (inSd: Double?, inErrors: Double?) {
        var (inSd, inErrors): (Double?, Double?)
        for (q, summary) in diagnosis.summaries.enumerated() where q < means.count && means[q].isFinite {
            guard let mean = summary.mean else { continue }
            let gap = abs(mean - means[q])
            if sds[q].isFinite, sds[q] > 0 { inSd = max(inSd ?? 0, gap / sds[q]) }
            if let error = summary.mcseMean, error > 0 { inErrors = max(inErrors ?? 0, gap / error) }
        }
        return (inSd, inErrors)
    }
}

extension CommonParameters {
    /// What models with exact moments add.
    static let exactResults: [ResultCard] = [
        ResultCard("exactMean", "Exact mean of each quantity; null where none exists"),
        ResultCard("exactSd", "Exact standard deviation of each quantity; null where none exists"),
        ResultCard("meanErrorSd", "Largest distance of a mean from the exact one, in exact standard deviations", headline: true),
        ResultCard("meanErrorMcse", "The same in Monte Carlo standard errors: beyond 4 is wrong, not chance", headline: true),
    ]
}
