import Engine
import Kernels
import Plotting
import Statistics

/// One of the three regressions: its family and what it declares.
protocol RegressionKind: Sendable {
    static var family: RegressionFamily { get }
    static var card: Card { get }
    /// The built-in data, the first the default.
    static var builtins: [RegressionBuiltin] { get }
}

/// The part of a regression experiment that is not chains.
struct RegressionModel<Kind: RegressionKind>: Model {
    static var card: Card { Kind.card }

    /// The exact posterior, where there is one.
    enum Exact: Sendable {
        case linear(LinearPosterior)
        case grid(GridPosterior)
        case none
    }

    let test: RegressionRows
    private let rowsLeftOut: Int
    private let notes: [String]
    private(set) var score: HeldOutScore
    private var moments: MomentTally
    /// Follows from the target; made again.
    private(set) var exact = Exact.none
    private var curves: [[Point]] = []

    private enum CodingKeys: String, CodingKey { case test, rowsLeftOut, notes, score, moments }

    static func make(_ setup: Setup) throws -> (model: RegressionModel, target: RegressionTarget) {
        let (table, builtin) = try RegressionSource.table(setup, Kind.builtins)
        let formula = try RegressionSource.formula(setup, builtin, table)
        var options = RegressionData.Options(seed: setup.seed)
        options.response = Kind.family == .logistic ? .binary : Kind.family == .poisson ? .count : .number
        options.standardises =
            switch setup.choice("standardise") {
            case "on": true
            case "off": false
            default: builtin?.standardises ?? false
            }
        if Kind.family == .logistic {
            options.positive = setup.text("positive")
            if options.positive.isEmpty, let builtin, setup.text("formula").isEmpty { options.positive = builtin.positive }
        }
        let holdout = setup.real("holdout")
        guard holdout >= 0, holdout < 1 else {
            throw UserError("holdout: \(holdout) is refused; expected a share from 0 up to, but not including, 1", parameter: "holdout")
        }
        options.holdout = table.rowCount >= RegressionSource.fewRows ? holdout : 0
        let data = try RegressionData(table, formula, options)
        let target = RegressionTarget(
            Kind.family, names: data.names, groups: data.groups, rows: data.training,
            prior: try RegressionSource.prior(setup, builtin, data, Kind.family), knownNoise: try RegressionSource.noise(setup, Kind.family)
        )
        var notes = data.notes
        if data.rowsLeftOut > 0 { notes.append("\(data.rowsLeftOut) of \(table.rowCount) rows have missing cells and were left out") }
        if holdout > 0, options.holdout == 0 {
            notes.append("with fewer than \(RegressionSource.fewRows) rows none were held out")
        }
        let model = RegressionModel(test: data.test, rowsLeftOut: data.rowsLeftOut, notes: notes, target, setup)
        return (model, target)
    }

    private init(test: RegressionRows, rowsLeftOut: Int, notes: [String], _ target: RegressionTarget, _ setup: Setup) {
        self.test = test
        self.rowsLeftOut = rowsLeftOut
        self.notes = notes
        let draws = setup.integer("draws")
        let total = draws.multipliedReportingOverflow(by: max(1, setup.integer("chains")))
        score = HeldOutScore(rows: test.count, apart: (total.overflow ? 1_000_000 : total.partialValue) / 100)
        let isKnown = target.knownNoise != nil && target.groups.isEmpty && target.names.count <= LinearPosterior.mostCoefficients
        moments = MomentTally(dimension: isKnown ? target.names.count : 0)
    }

    mutating func prepare(_ target: RegressionTarget) {
        if let posterior = LinearPosterior(target) {
            exact = .linear(posterior)
            curves = (0..<min(4, posterior.means.count)).map { posterior.curve($0) }
        } else if target.dimension == 2, target.groups.isEmpty, target.rows.count <= RegressionSource.mostGridRows {
            let sds = target.prior.isLaplace ? [1, 1] : target.prior.sds
            let means = target.prior.isLaplace ? [0, 0] : target.prior.means
            if let place = laplace(target, means: means, sds: sds) {
                let reach = place.sds.map { 5 * $0 }
                let grid = GridPosterior(
                    target, x: place.mode[0] - reach[0]...place.mode[0] + reach[0], y: place.mode[1] - reach[1]...place.mode[1] + reach[1])
                exact = .grid(grid)
                curves = grid.marginals
            }
        }
    }

    /// The mode and the standard deviations of the curvature there, by Newton steps; nil when they do not settle.
    private func laplace(_ target: RegressionTarget, means: [Double], sds: [Double]) -> (mode: [Double], sds: [Double])? {
        var q = means
        var hessian = Matrix.identity(2)
        for _ in 0..<100 {
            let (value, g) = target.evaluate(q)
            for i in 0..<2 {
                let h = 1e-5 * max(1, abs(q[i]))
                var (up, down) = (q, q)
                up[i] += h
                down[i] -= h
                let (a, b) = (target.evaluate(up).gradient, target.evaluate(down).gradient)
                for k in 0..<2 { hessian[k, i] = -(a[k] - b[k]) / (2 * h) }
            }
            hessian[0, 1] = 0.5 * (hessian[0, 1] + hessian[1, 0])
            hessian[1, 0] = hessian[0, 1]
            guard let factor = Cholesky(hessian) else { return nil }
            var move = factor.solve(g)
            // Halve until the density rises, so that a far start cannot overshoot.
            var tries = 0
            while tries < 40, !(target.evaluate([q[0] + move[0], q[1] + move[1]]).logDensity >= value - 1e-12 * abs(value)) {
                move = move.map { $0 / 2 }
                tries += 1
            }
            q = [q[0] + move[0], q[1] + move[1]]
            if abs(move[0]) + abs(move[1]) < 1e-9 * (1 + abs(q[0]) + abs(q[1])) { break }
        }
        guard let inverse = Cholesky(hessian)?.inverse else { return nil }
        return (q, [inverse[0, 0].squareRoot(), inverse[1, 1].squareRoot()])
    }

    /// The exact moments of as many quantities as have them.
    var exactMoments: (means: [Double], sds: [Double])? {
        switch exact {
        case .linear(let posterior): (posterior.means, posterior.sds)
        case .grid(let grid): (grid.mean, grid.sd)
        case .none: nil
        }
    }

    // MARK: What is heard

    var listens: Bool { test.count > 0 || moments.dimension > 0 }

    mutating func heard(_ target: RegressionTarget, chain: Int, _ value: (Int) -> Double, weight: Double) {
        score.add(target, test, value, weight: weight)
        moments.add(value, weight: weight)
    }

    mutating func restarted(_ run: ChainRun<RegressionTarget>) {
        score = HeldOutScore(rows: test.count, apart: run.settings.draws * run.settings.chains / 100)
        moments = MomentTally(dimension: moments.dimension)
    }

    // MARK: What is seen

    func addHeadlines(to results: inout Results, _ run: ChainRun<RegressionTarget>) {
        results["testLogLikelihood"] = .optional(score.logLikelihood)
        if Kind.family == .logistic {
            results["testAccuracy"] = .optional(score.accuracy(test))
            results["testAuc"] = .optional(score.area(test))
        } else {
            results["testRmse"] = .optional(score.rmse(test))
        }
        if Kind.family == .linear {
            var divergence: Double?
            if case .linear(let posterior) = exact, let (mean, covariance) = moments.estimate {
                divergence = posterior.divergence(mean: mean, covariance: covariance)
            }
            results["klToExact"] = .optional(divergence)
        }
        let exact = exactMoments
        results.addExact(means: exact?.means ?? [], sds: exact?.sds ?? [], run)
        if exact == nil {
            results["exactMean"] = ResultValue.none
            results["exactSd"] = ResultValue.none
        }
    }

    func addResults(to results: inout Results, _ run: ChainRun<RegressionTarget>) {
        results["sd"] = .array(run.diagnosis.summaries.map { .optional($0.sd) })
        switch exact {
        case .linear(let posterior): results["logEvidence"] = .number(posterior.logEvidence)
        case .grid(let grid): results["logEvidence"] = .number(grid.logEvidence)
        case .none: results["logEvidence"] = ResultValue.none
        }
        results["names"] = .array(run.draws.names.map { .text($0) })
        results["rows"] = .integer(run.target.rows.count)
        results["rowsHeldOut"] = .integer(test.count)
        results["rowsLeftOut"] = .integer(rowsLeftOut)
        results.warnings += notes
    }

    func figure(_ id: String, _ run: ChainRun<RegressionTarget>) -> Figure? {
        switch id {
        case "coefficients": RegressionFigures.coefficients(run, exact: exactMoments)
        case "predictive": RegressionFigures.predictive(run)
        case "calibration": RegressionFigures.calibration(run, score: score, test: test)
        case "heldout": RegressionFigures.heldOut(run.target.family, score)
        default: nil
        }
    }

    func exactMarginal(_ quantity: Int, _ run: ChainRun<RegressionTarget>) -> [Point]? {
        quantity < curves.count ? curves[quantity] : nil
    }
}

/// The weighted mean and covariance of draws seen one at a time.
struct MomentTally: Sendable, Codable {
    let dimension: Int
    private var weight = 0.0
    private var count = 0
    private var mean: [Double]
    private var products: [Double]

    init(dimension: Int) {
        self.dimension = dimension
        mean = [Double](repeating: 0, count: dimension)
        products = [Double](repeating: 0, count: dimension * dimension)
    }

    mutating func add(_ value: (Int) -> Double, weight w: Double) {
        guard dimension > 0, w > 0 else { return }
        weight += w
        count += 1
        let before = (0..<dimension).map { value($0) - mean[$0] }
        for i in 0..<dimension { mean[i] += before[i] * (w / weight) }
        for i in 0..<dimension {
            let after = value(i) - mean[i]
            for j in 0..<dimension { products[i * dimension + j] += w * after * before[j] }
        }
    }

    /// Nil before there are more draws than coordinates.
    var estimate: (mean: [Double], covariance: Matrix)? {
        guard dimension > 0, count > dimension + 1 else { return nil }
        var covariance = Matrix(rows: dimension, columns: dimension)
        for i in 0..<dimension {
            for j in 0..<dimension { covariance[i, j] = 0.5 * (products[i * dimension + j] + products[j * dimension + i]) / weight }
        }
        return (mean, covariance)
    }
}
