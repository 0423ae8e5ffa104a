import Foundation
import Plotting

/// How a session is looked at, as the journal keeps it, so that a replay shows the same figures the same way.
struct ViewState: Codable, Hashable {
    struct PaneView: Codable, Hashable {
        var figure: String?
        var views: [String: PlotView]?
        var showsTable: Bool?
    }

    var focus: Int
    var isZoomed: Bool
    var panes: [PaneView]

    /// The state in one line; empty if it cannot be encoded, as no value of it can fail to be.
    var words: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // A zoomed range is finite, so this cannot fail; if it did, nothing but the view would be missing.
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// Reads what `words` wrote; nil for anything else, such as the words of a later version.
    init?(words: String) {
        guard let state = try? JSONDecoder().decode(ViewState.self, from: Data(words.utf8)) else { return nil }
        self = state
    }

    init(focus: Int, isZoomed: Bool, panes: [PaneView]) {
        self.focus = focus
        self.isZoomed = isZoomed
        self.panes = panes
    }
}

extension Model {
    /// How the session is looked at, but for what moves with every key: cross-hair and scrolling.
    var viewState: ViewState {
        ViewState(
            focus: focus, isZoomed: isZoomed,
            panes: panes.map { pane in
                var views: [String: PlotView] = [:]
                for (id, view) in pane.views {
                    var kept = view
                    kept.crosshair = nil
                    kept.scroll = 0
                    if kept != PlotView() { views[id] = kept }
                }
                return ViewState.PaneView(
                    figure: pane.figureOverride, views: views.isEmpty ? nil : views, showsTable: pane.showsTable ? true : nil)
            })
    }

    /// Looks at the session as it was looked at.
    mutating func adopt(_ state: ViewState) {
        if panes.indices.contains(state.focus) { focus = state.focus }
        isZoomed = state.isZoomed
        for (index, view) in state.panes.enumerated() where panes.indices.contains(index) {
            panes[index].views = view.views ?? [:]
            panes[index].showsTable = view.showsTable ?? false
        }
    }
}
