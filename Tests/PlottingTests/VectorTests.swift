import Foundation
import Kernels
import Surface
import Testing

@testable import Plotting

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Figures as vector pictures.
@Suite struct `Figures as SVG` {
    /// The elements of a picture, or why it is none.
    private final class Reader: NSObject, XMLParserDelegate {
        var elements: [(name: String, attributes: [String: String])] = []
        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?, attributes: [String: String]
        ) { elements.append((name, attributes)) }
    }

    private func elements(_ svg: String, _ location: SourceLocation = #_sourceLocation) throws -> [(
        name: String, attributes: [String: String]
    )] {
        let reader = Reader()
        let parser = XMLParser(data: Data(svg.utf8))
        parser.delegate = reader
        #expect(parser.parse(), "not well-formed: \(String(describing: parser.parserError))", sourceLocation: location)
        return reader.elements
    }

    private func plot(_ marks: [any Mark], x: Axis = Axis("x"), y: Axis = Axis("y")) -> Figure {
        Figure("f", title: "a < b & \"c\"", caption: "it's", x: x, y: y, marks)
    }

    @Test func `a line through the corners of fixed axes runs through the corners of the frame`() throws {
        let frame = VectorFrame(
            x: ScaleMap(.linear, 0, 10), y: ScaleMap(.linear, -1, 1), left: 50, top: 20, width: 200, height: 100)
        let line = Line([Point(x: 0, y: -1), Point(x: 5, y: 0), Point(x: 10, y: 1)])
        #expect(
            line.shapes(in: frame) == [
                .line(
                    [Point(x: 50, y: 120), Point(x: 150, y: 70), Point(x: 250, y: 20)], line.look.ink, width: 1.5, dashes: [], opacity: 1)
            ])
        // A logarithmic axis: 10 lies half-way from 1 to 100.
        let log = VectorFrame(x: ScaleMap(.log, 1, 100), y: ScaleMap(.linear, 0, 1), left: 0, top: 0, width: 100, height: 100)
        #expect(abs(log.placeX(10) - 50) < 1e-9)
    }

    @Test func `a gap breaks a line and a lone point is a dot`() {
        let frame = VectorFrame(x: ScaleMap(.linear, 0, 4), y: ScaleMap(.linear, 0, 1), left: 0, top: 0, width: 40, height: 10)
        let points = [Point(x: 0, y: 0), Point(x: 1, y: 1), Point(x: 2, y: .nan), Point(x: 3, y: 0.5)]
        let shapes = Line(points).shapes(in: frame)
        #expect(shapes.count == 2)
        if case .dot(let place, _, _, _)? = shapes.last { #expect(place == Point(x: 30, y: 5)) } else { Issue.record("no dot") }
        // Stairs hold a value until the next x: one corner more a step.
        if case .line(let corners, _, _, _, _)? = Stairs(Array(points.prefix(2))).shapes(in: frame).first {
            #expect(corners == [Point(x: 0, y: 10), Point(x: 10, y: 10), Point(x: 10, y: 0)])
        } else {
            Issue.record("no stairs")
        }
    }

    @Test func `a million points are thinned, and the one spike among them stays`() throws {
        var series = Series(start: 0, spacing: 1)
        for index in 0..<1_000_000 { series.append(index == 654_321 ? 50 : Kernels.sin(Double(index) / 1000)) }
        let svg = plot([Line(series)]).svg()
        #expect(svg.utf8.count < 200_000)
        let frame = VectorFrame(x: ScaleMap(.linear, 0, 1e6), y: ScaleMap(.linear, -1, 50), left: 0, top: 0, width: 600, height: 300)
        guard case .line(let points, _, _, _, _)? = Line(series).shapes(in: frame).first else {
            Issue.record("no line")
            return
        }
        #expect(points.contains { $0.y == 0 })
    }

    @Test func `bars stand on zero with their error bars, histograms on their edges, heat maps on their cells`() {
        let frame = VectorFrame(x: ScaleMap(.linear, -0.5, 1.5), y: ScaleMap(.linear, 0, 10), left: 0, top: 0, width: 200, height: 100)
        let bars = Bars([5, 10], low: [4, 9], high: [6, 11]).shapes(in: frame)
        #expect(bars.count == 8, "two boxes, and three strokes for each error bar")
        if case .box(let a, let b, _, _) = bars[0] {
            #expect(a.y == 100 && b.y == 50)
            #expect(abs((a.x + b.x) / 2 - 50) < 1e-9, "centred on its place")
        } else {
            Issue.record("no box")
        }
        let histogram = Histogram(edges: [-0.5, 0.5, 1.5], heights: [2, 4]).shapes(in: frame)
        #expect(histogram.count == 2)
        if case .box(let a, let b, _, _) = histogram[1] { #expect(a == Point(x: 100, y: 100) && b == Point(x: 200, y: 60)) }
        let grid = Grid(columns: 2, rows: 1, values: [0, 1], x: -0.5...1.5, y: 0...10)
        #expect(HeatMap(grid).shapes(in: frame).count == 1, "the lowest value is blank")
        let contour = Contour(
            Grid(columns: 2, rows: 2, values: [0, 1, 0, 1], x: 0...2, y: 0...2), levels: [0.5]
        ).shapes(in: VectorFrame(x: ScaleMap(.linear, 0, 2), y: ScaleMap(.linear, 0, 2), left: 0, top: 0, width: 20, height: 20))
        #expect(contour.count == 1)
        if case .line(let points, _, _, _, _)? = contour.first { #expect(points.allSatisfy { abs($0.x - 10) < 1e-9 }) }
    }

    @Test(arguments: [0, 1, 2, 3, 4, 5]) func `whatever the data, the picture is well-formed and holds finite numbers alone`(kind: Int)
        throws
    {
        let strange: [Double] = [.nan, .infinity, -.infinity, 0, -0.0, 1e308, -1e308, .leastNonzeroMagnitude]
        let points = zip(strange, strange.reversed()).map { Point(x: $0, y: $1) }
        let marks: [any Mark] =
            switch kind {
            case 0: [Line(points, Look("line")), Stairs(points, Look("stairs")), Scatter(points, Look("points"))]
            case 1: [Bars(strange, low: strange, high: strange, Look("bars")), Bars([], Look("none"))]
            case 2: [Histogram(edges: [0, 1, 2], heights: [.nan, .infinity], Look("bins")), Histogram(edges: [], heights: [])]
            case 3:
                [
                    Band(x: strange, lower: strange, upper: strange, Look("band")), Rule(.x(.nan)), Rule(.y(.infinity)),
                    Rule(.sloped(intercept: .nan, slope: 1)),
                ]
            case 4: [HeatMap(Grid(columns: 4, rows: 2, values: strange, x: 0...1, y: 0...1), showsNumbers: true, Look("heat"))]
            default: [Label("a\u{7}<b>", at: Point(x: .nan, y: 0)), Label("c\u{1B}]0;x", at: Point(x: 1, y: 1), marker: "o")]
            }
        for scale in [Axis.Scale.linear, .log, .symlog(threshold: 1), .category(["one", "<two>"])] {
            let svg = plot(marks, x: Axis("x", scale), y: Axis("y & z", scale)).svg()
            let elements = try elements(svg)
            #expect(elements.first?.name == "svg")
            for (name, attributes) in elements {
                for (key, value) in attributes where ["x", "y", "x1", "y1", "cx", "cy", "r", "width", "height", "d"].contains(key) {
                    #expect(!value.contains("nan") && !value.contains("inf"), "\(name) \(key)=\(value)")
                }
            }
        }
    }

    @Test func `grids, tables, documents and empty figures are pictures too`() throws {
        let part = plot([Line([Point(x: 0, y: 0), Point(x: 1, y: 1)], Look("a"))])
        let table = Table("t", columns: ["name", "value"], rows: [[.text("<x>"), .number(1)]])
        let bodies: [Figure.Body] = [
            .grid([part, part, part], columns: 2), .table(table), .document(Document([StyledRun("one two\nthree & four")])),
            .empty("nothing"),
        ]
        for body in bodies { #expect(try elements(Figure("g", title: "all", body: body).svg()).count > 3) }
        let ids = try elements(Figure("g", title: "", body: .grid([part, part], columns: 2)).svg()).filter { $0.name == "clipPath" }
        #expect(Set(ids.compactMap { $0.attributes["id"] }).count == 2, "each part clips by its own frame")
    }
}
