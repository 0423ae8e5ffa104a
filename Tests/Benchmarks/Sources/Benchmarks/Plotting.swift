import Kernels
import PlainC
import Plotting
import Surface

/// A line of a million points in 200 x 50 cells: from nothing, and a frame while it grows.
func plottingBenchmarks() throws -> [Measurement] {
    var stream = RandomStream(seed: 1, purpose: "benchmark")
    let count = 1_000_000
    var level = 0.0
    let walk = stream.normals(count: count).map { step in
        level = 0.999 * level + step
        return level
    }
    let more = Array(walk.prefix(1000))
    func figure(_ series: Series) -> Figure {
        Figure("trace", title: "Trace", x: Axis("update"), y: Axis("θ"), [Line(series, Look("chain 1"))])
    }
    var cells = 0
    func draw(_ series: Series, _ glyphs: GlyphSet) { cells += figure(series).rendered(columns: 200, rows: 50, glyphs: glyphs).columns }
    var list: [Measurement] = []

    // What only has to look at every number once.
    var (low, high) = ([Double](repeating: 0, count: 400), [Double](repeating: 0, count: 400))
    list.append(.peer("plain C envelope of 1e6", time(rounds: 21) { plain_envelope(walk, count, 400, &low, &high) }))

    let whole = time(rounds: 21) { draw(Series(walk), .braille) }
    list.append(
        Measurement(
            name: "a line of 1e6 points in 200 x 50 cells, from nothing", seconds: whole, note: "braille; series, pyramid, axes, cells",
            aim: 5e-3, peers: ["plain C envelope of 1e6", "uniplot 1e6 points", "plotext 1e6 points"]))
    for glyphs in [GlyphSet.braille, .block, .ascii] {
        var series = Series(walk)
        let frame = time(rounds: 201) {
            series.append(contentsOf: more)
            draw(series, glyphs)
        }
        list.append(
            Measurement(
                name: "a frame after 1,000 more points, \(glyphs)", seconds: frame, aim: 2e-4,
                peers: glyphs == .braille ? ["plain C envelope of 1e6"] : []))
    }
    // Each with its own x, as a trace over another quantity has.
    let points = walk.indices.map { Point(x: Double($0) * 0.5, y: walk[$0]) }
    let explicit = time { draw(Series(points: points), .braille) }
    list.append(Measurement(name: "the same with an x for each point, from nothing", seconds: explicit))
    var series = Series(points: points)
    let frame = time(rounds: 201) {
        let from = series.count
        series.append(contentsOf: more.indices.map { Point(x: Double(from + $0) * 0.5, y: more[$0]) })
        draw(series, .braille)
    }
    list.append(Measurement(name: "a frame of it after 1,000 more points", seconds: frame, aim: 2e-4))
    precondition(cells > 0)
    return list
}
