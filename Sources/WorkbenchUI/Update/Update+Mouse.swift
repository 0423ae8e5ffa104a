import Plotting
import Surface
import Terminal

/// What a block of the screen stands for, so that the mouse can be used on it.
public struct Region: Sendable, Hashable {
    /// The kinds of things on the screen.
    public enum Target: Sendable, Hashable {
        /// A pane, anywhere in it.
        case pane(Int)
        /// A pane's tab.
        case tab(Int)
        /// A parameter's line.
        case parameter(pane: Int, place: Int)
        /// A pane's figure.
        case figure(Int)
        /// The cells inside a figure's axes.
        case plotArea(Int)
        /// The replay's time line.
        case timeline
        /// An item of the list.
        case item(Int)
        /// Whatever lies over the panes.
        case overlay
    }

    /// Where it is.
    public var block: Rectangle
    /// What it is.
    public var target: Target
}

/// A figure held by the mouse.
public struct Drag: Hashable, Sendable {
    /// The pane.
    public var pane: Int
    /// Its figure.
    public var figure: String
    /// The column where it was taken.
    public var column: Int
    /// How many columns its axes span.
    public var columns: Int
    /// How it was looked at then.
    public var view: PlotView
}

extension Model {
    /// What the mouse does: a click focuses and chooses, the wheel tweaks a parameter or zooms a figure.
    mutating func use(_ mouse: Mouse, on regions: [Region]) -> [Effect] {
        // Later regions lie on earlier ones.
        let hits = regions.reversed().filter { $0.block.contains(column: mouse.column, row: mouse.row) }
        guard let top = hits.first else { return [] }
        if overlay != nil { return useOverlay(mouse, on: top) }
        switch mouse.action {
        case .dragged(0) where drag != nil: return pull(mouse)
        case .released: drag = nil
        case .pressed(0), .dragged(0): return click(mouse, on: top, among: regions)
        case .wheelUp, .wheelDown: return wheel(mouse.action == .wheelUp ? 1 : -1, on: top)
        default: break
        }
        return []
    }

    /// Moves the figure along with the mouse that holds it.
    private mutating func pull(_ mouse: Mouse) -> [Effect] {
        guard let drag, panes.indices.contains(drag.pane), let figure = panes[drag.pane].figure, figure.id == drag.figure else { return [] }
        let shift = Double(drag.column - mouse.column) / Double(max(1, drag.columns))
        let panned = figure.panned(drag.view, by: shift)
        panes[drag.pane].view.x = shift == 0 ? drag.view.x : panned.x
        return []
    }

    private mutating func useOverlay(_ mouse: Mouse, on region: Region) -> [Effect] {
        switch (mouse.action, overlay) {
        case (.pressed(0), .list(var list)):
            guard case .item(let place) = region.target else {
                if region.target != .overlay { overlay = nil }
                return []
            }
            if list.selected == place, list.matches.indices.contains(place) { return pick(list.matches[place]) }
            list.selected = place
            overlay = .list(list)
        case (.pressed(0), .help), (.pressed(0), .description): if region.target != .overlay { overlay = nil }
        case (.wheelUp, _): return pressInOverlay("Up")
        case (.wheelDown, _): return pressInOverlay("Down")
        default: break
        }
        return []
    }

    private mutating func click(_ mouse: Mouse, on region: Region, among regions: [Region]) -> [Effect] {
        switch region.target {
        case .tab(let index), .pane(let index): if mouse.action == .pressed(0) { focus = index }
        case .parameter(let index, let place):
            guard mouse.action == .pressed(0) else { return [] }
            focus = index
            if panes.indices.contains(index) { panes[index].chosen = place }
        case .figure(let index):
            guard panes.indices.contains(index) else { return [] }
            focus = index
            // Beside the axes the cross-hair goes to their end.
            if panes[index].isInspecting, let area = regions.last(where: { $0.target == .plotArea(index) }) {
                return click(mouse, on: area, among: regions)
            }
        case .plotArea(let index):
            guard panes.indices.contains(index), let shown = panes[index].figure?.shownRanges(view: panes[index].view) else { return [] }
            focus = index
            if panes[index].isInspecting {
                let place = Double(mouse.column - region.block.column) / Double(max(1, region.block.columns - 1))
                panes[index].placeHair(shown.x(at: min(max(place, 0), 1)))
            } else if mouse.action == .pressed(0) {
                drag = Drag(
                    pane: index, figure: panes[index].figureID, column: mouse.column, columns: region.block.columns,
                    view: panes[index].view)
            }
        case .timeline:
            guard let replay else { return [] }
            let place = Double(mouse.column - region.block.column) / Double(max(1, region.block.columns - 1))
            return [.seek(place * replay.duration)]
        case .item, .overlay: break
        }
        return []
    }

    private mutating func wheel(_ direction: Int, on region: Region) -> [Effect] {
        switch region.target {
        case .parameter(let index, let place):
            focus = index
            if panes.indices.contains(index) { panes[index].chosen = place }
            return call(direction > 0 ? .increase : .decrease)
        case .figure(let index), .plotArea(let index):
            focus = index
            if pane?.figure?.xAxisName != nil, pane?.showsTable == false { return call(direction > 0 ? .zoomIn : .zoomOut) }
            scroll(by: -3 * direction)
        case .timeline: return call(direction > 0 ? .eventForward : .eventBack)
        default: break
        }
        return []
    }
}
