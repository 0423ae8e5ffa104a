import Engine
import Kernels
import Plotting

/// What averaging over orientations and folds is worth: every fold's model is asked about every symmetry of a picture.
///
/// Probabilities are averaged over orientations, then over folds. A step is one choice of folds and orientations: the area of their
/// average joins the mean for that many folds and that many orientations. All choices are taken, in an order drawn from the seed, when
/// there are no more than `subsets`; else as many are drawn, the sizes in turn.
///
/// Source: Q. Ha, B. Liu, F. Liu, "Identifying melanoma images using EfficientNet ensemble" (2020), test-time augmentation.
public struct ClassifierPredict: Experiment {
    struct Settings: Sendable, Codable {
        var seed: UInt64
        var orientations: Int
        var subsets: Int
    }

    /// What was seen of the averages over so many folds and so many orientations.
    struct Cell: Sendable, Codable, Hashable {
        var count = 0
        var sum = 0.0
        var low = 0.0
        var high = 0.0

        var mean: Double? { count > 0 ? sum / Double(count) : nil }

        mutating func add(_ area: Double) {
            low = count == 0 ? area : min(low, area)
            high = count == 0 ? area : max(high, area)
            sum += area
            count += 1
        }
    }

    let settings: Settings
    let grid: FoldGrid
    /// The orientation that the picture of the symmetries marks.
    private(set) var shown: Int
    /// For each number of folds and of orientations less one, fold by fold.
    private(set) var cells: [Cell]
    private(set) var taken = 0
    private let order: [Int]
    let total: Int

    /// Reads and checks the predictions.
    public init(_ setup: Setup) throws {
        let settings = Settings(seed: setup.seed, orientations: setup.integer("orientations"), subsets: setup.integer("subsets"))
        let predictions = try Predictions(setup, subset: nil)
        let grid = try FoldGrid(predictions, orientationCount: settings.orientations)
        guard grid.columns.count <= 40 else {
            throw UserError("\(predictions.source) has \(grid.columns.count) folds; expected at most 40", parameter: "scores")
        }
        self.init(settings, grid, shown: setup.integer("orientation"), cells: [], taken: 0)
    }

    private init(_ settings: Settings, _ grid: FoldGrid, shown: Int, cells: [Cell], taken: Int) {
        self.settings = settings
        self.grid = grid
        self.shown = shown
        self.taken = taken
        let size = grid.columns.count * grid.orientations.count
        self.cells = cells.count == size ? cells : [Cell](repeating: Cell(), count: size)
        let choices = ((1 << grid.columns.count) - 1) * ((1 << grid.orientations.count) - 1)
        if choices <= settings.subsets {
            var stream = RandomStream(seed: settings.seed, purpose: "subset order")
            order = stream.permutation(choices)
            total = choices
        } else {
            order = []
            total = settings.subsets
        }
    }

    private enum Key: CodingKey { case settings, predictions, shown, cells, taken }

    /// Takes up an encoded state; what follows from the predictions is computed anew.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let settings = try container.decode(Settings.self, forKey: .settings)
        let predictions = try container.decode(Predictions.self, forKey: .predictions)
        self.init(
            settings, try FoldGrid(predictions, orientationCount: settings.orientations),
            shown: try container.decode(Int.self, forKey: .shown),
            cells: try container.decode([Cell].self, forKey: .cells), taken: try container.decode(Int.self, forKey: .taken))
    }

    /// Encodes predictions, settings and what was seen.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(settings, forKey: .settings)
        try container.encode(grid.predictions, forKey: .predictions)
        try container.encode(shown, forKey: .shown)
        try container.encode(cells, forKey: .cells)
        try container.encode(taken, forKey: .taken)
    }

    /// Averages over further choices of folds and orientations.
    public mutating func step(_ count: Int) throws -> Progress {
        let todo = max(0, min(count, total - taken))
        for _ in 0..<todo {
            let (folds, orientations) = choice(taken)
            let place = (folds.nonzeroBitCount - 1) * grid.orientations.count + orientations.nonzeroBitCount - 1
            cells[place].add(grid.area(folds: folds, orientations: orientations))
            taken += 1
        }
        if taken >= total {
            return Progress(todo, .finished(order.isEmpty ? "\(total) choices of folds and orientations" : "all \(total) choices"))
        }
        return .ran(todo)
    }

    /// The folds and orientations of a step, as bits.
    private func choice(_ step: Int) -> (folds: Int, orientations: Int) {
        let wide = (1 << grid.orientations.count) - 1
        if !order.isEmpty { return (order[step] / wide + 1, order[step] % wide + 1) }
        var stream = RandomStream(seed: settings.seed, purpose: "subsets", chain: step)
        func drawn(_ size: Int, of count: Int) -> Int { stream.permutation(count).prefix(size).reduce(0) { $0 | 1 << $1 } }
        let cell = step % cells.count
        return (
            drawn(cell / grid.orientations.count + 1, of: grid.columns.count),
            drawn(cell % grid.orientations.count + 1, of: grid.orientations.count)
        )
    }

    /// Marks another symmetry.
    public mutating func apply(_ change: Change) throws {
        guard change.name == "orientation", case .integer(let value) = change.value else {
            throw UserError("\(Self.card.id) has no live parameter “\(change.name)”", parameter: change.name)
        }
        shown = value
    }

    /// What was seen with so many folds and orientations.
    func cell(folds: Int, orientations: Int) -> Cell { cells[(folds - 1) * grid.orientations.count + orientations - 1] }
}
