import Engine
import Plotting
import Surface

extension PaneSnapshot {
    /// The pane as the session shows it when it fills the screen: title, state, figure, parameters, results and sentences.
    ///
    /// - Parameters:
    ///   - columns: width in cells.
    ///   - rows: height in cells.
    ///   - glyphs: the characters pictures are made of.
    ///   - isMonochrome: whether series must differ without colour.
    public func picture(columns: Int, rows: Int, glyphs: GlyphSet, isMonochrome: Bool = true) -> Surface {
        var model = Model(columns: columns, rows: rows, glyphs: glyphs, isMonochrome: isMonochrome, cards: [card])
        var pane = PaneModel(card: card)
        pane.snapshot = self
        pane.figureOverride = figures.first?.id
        model.panes = [pane]
        var painter = Painter(model)
        painter.drawZoomed(0, in: painter.surface.bounds)
        return painter.surface
    }
}
