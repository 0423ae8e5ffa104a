import Engine
import Foundation
import Kernels
import Plotting
import Testing

@testable import Classification

/// Values made by `Tests/References/classification/training.py` with JAX 0.10, optax 0.2 and SciPy 1.17.
private struct TrainingReferences: Decodable {
    struct Network: Decodable {
        var shape: NetworkShape
        var parameters: [Double]
        var inputs: [Double]
        var metadata: [Double]
        var mask: [Double]
        var targets: [Int32]
        var weights: [Double]
        var smoothing: Double
        var logs: [Double]
        var loss: Double
        var gradient: [Double]
        var afterAdam: [Double]

        var batch: Batch {
            Batch(count: targets.count, inputs: inputs, metadata: metadata, targets: targets, weights: weights, mask: mask)
        }
    }
    struct Schedule: Decodable {
        var peak: Double
        var warmup: Int
        var total: Int
        var cosine: Bool
        var rates: [Double]
    }
    struct Turned: Decodable {
        var side: Int
        var angle: Double
        var down: Double
        var right: Double
        var image: [Double]
        var result: [Double]
    }
    struct Resized: Decodable {
        var side: Int
        var size: Int
        var image: [Double]
        var result: [Double]
    }
    var networks: [Network]
    var schedules: [Schedule]
    var turned: [Turned]
    var resized: [Resized]

    static func read() throws -> TrainingReferences {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "training.json")
        return try JSONDecoder().decode(TrainingReferences.self, from: try Data(contentsOf: path))
    }
}

extension Table {
    /// The numbers of a column that are there.
    func known(_ column: String) -> [Double] { numbers(column).compactMap { $0 } }
}

private func distance(_ a: [Double], _ b: [Double]) -> Double {
    a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 0 : .infinity
}

/// Three classes of points in a plane, one at each corner of a triangle, with a column of noise.
private func points(_ count: Int, spread: Double, group: Bool = false) -> String {
    var stream = RandomStream(seed: 3, purpose: "points")
    let corners = [(0.0, 0.0), (2, 0), (1, 2)]
    let rows = (0..<count).map { row -> String in
        let (x, y) = corners[row % 3]
        let numbers = [x + spread * stream.normal(), y + spread * stream.normal(), stream.normal()]
        return "r\(row),\(["red", "green", "blue"][row % 3]),\(numbers.map(\.description).joined(separator: ","))"
            + (group ? ",g\(row / 4)" : "")
    }
    return "id,label,x,y,z\(group ? ",group" : "")\n" + rows.joined(separator: "\n") + "\n"
}

private func trained(_ text: String, _ values: [String: Value] = [:], steps: Int = .max, seed: UInt64 = 42) throws -> ClassifierAblation {
    var values = values
    values["data"] = .text("points.csv")
    return try drive(
        ClassifierAblation.self, values, seed: seed, steps: steps, inputs: ["data": Input(name: "points.csv", bytes: Array(text.utf8))])
}

private func sentence(_ body: () throws -> Void) -> String {
    do {
        try body()
        return "no error"
    } catch { return "\(error)" }
}

private let quick: [String: Value] = [
    "epochs": .integer(4), "hidden": .integer(6), "batch": .integer(16), "pretraining": .integer(2), "folds": .integer(3),
    "repeats": .integer(1),
    "positive": .text("red"), "arms": .text("no-cosine, no-pretraining"),
]

@Suite struct TrainingTests {
    @Test func `predictions, loss and gradient are JAX's, for every kind of network`() throws {
        for network in try TrainingReferences.read().networks {
            #expect(network.shape.parameterCount == network.parameters.count)
            var pass = NetworkPass(network.shape, count: 8)
            var gradient = [Double](repeating: 7, count: network.parameters.count)
            let loss = pass.gradient(network.batch, network.parameters, smoothing: network.smoothing, into: &gradient)
            #expect(close(loss, network.loss, 1e-13), "\(network.shape.kind)")
            #expect(distance(gradient, network.gradient) < 1e-13, "\(network.shape.kind)")
            #expect(distance(pass.logProbabilities(network.batch, network.parameters), network.logs) < 1e-13)
        }
    }

    @Test func `the gradient is the slope of the loss, by central differences`() throws {
        for network in try TrainingReferences.read().networks {
            var pass = NetworkPass(network.shape, count: network.targets.count)
            var gradient = network.parameters
            _ = pass.gradient(network.batch, network.parameters, smoothing: 0.2, into: &gradient)
            var scratch = gradient
            for place in stride(from: 0, to: network.parameters.count, by: 7) {
                var moved = network.parameters
                let step = 1e-6
                moved[place] += step
                let above = pass.gradient(network.batch, moved, smoothing: 0.2, into: &scratch)
                moved[place] -= 2 * step
                let below = pass.gradient(network.batch, moved, smoothing: 0.2, into: &scratch)
                // The error of the difference is of order step² and rounding over step.
                #expect(abs((above - below) / (2 * step) - gradient[place]) < 1e-8, "\(network.shape.kind) parameter \(place)")
            }
        }
    }

    @Test func `Adam goes where optax goes`() throws {
        for network in try TrainingReferences.read().networks {
            var pass = NetworkPass(network.shape, count: network.targets.count)
            var (w, first) = (network.parameters, [Double](repeating: 0, count: network.parameters.count))
            var (second, gradient) = (first, first)
            for step in 1...4 {
                _ = pass.gradient(network.batch, w, smoothing: network.smoothing, into: &gradient)
                let scales = (1 / (1 - Kernels.pow(0.9, Double(step))), 1 / (1 - Kernels.pow(0.999, Double(step))))
                Vector.adam(
                    &w, first: &first, second: &second, gradient: gradient, rate: 0.01, decays: (0.9, 0.999), scales: scales, epsilon: 1e-8)
            }
            // optax adds its epsilon after mending the bias, as we do; a gradient near zero makes the quotient sensitive.
            #expect(distance(w, network.afterAdam) < 1e-10, "\(network.shape.kind)")
        }
    }

    @Test func `rates climb and fall as optax's schedules do`() throws {
        for wanted in try TrainingReferences.read().schedules {
            let schedule = LearningSchedule(
                peak: wanted.peak, warmup: Double(wanted.warmup), epochs: wanted.total, perEpoch: 1, isCosine: wanted.cosine)
            #expect(distance((0..<wanted.total).map { schedule.rate(at: $0) }, wanted.rates) < 1e-9, "\(wanted.warmup)")
        }
    }

    @Test func `images are turned, shifted and resized as SciPy does it`() throws {
        let references = try TrainingReferences.read()
        for wanted in references.turned {
            let shift = max(abs(wanted.down), abs(wanted.right), 1)
            // Uniform numbers that give this very angle and these shifts.
            let u = [wanted.angle < 0 ? 0 : 1, 0.5 + wanted.down / shift / 2, 0.5 + wanted.right / shift / 2, 0, 0]
            let result = Augmentation.changed(
                wanted.image[...], side: wanted.side, rotation: abs(wanted.angle), shift: shift, cutout: 0, u[...])
            #expect(distance(result, wanted.result) < 1e-12, "\(wanted.angle) \(wanted.down) \(wanted.right)")
        }
        for wanted in references.resized {
            #expect(distance(Augmentation.resized(wanted.image[...], from: wanted.side, to: wanted.size), wanted.result) < 1e-15)
        }
    }

    @Test func `a square cut out is clipped at the borders and zero inside`() {
        let ones = [Double](repeating: 1, count: 64)
        for (u, wanted) in [(0.0, 1.0), (0.5, 4), (0.999, 4)] {
            let cut = Augmentation.changed(ones[...], side: 8, rotation: 0, shift: 0, cutout: 2, [0, 0, 0, u, u])
            #expect(64 - cut.reduce(0, +) == wanted)
        }
    }

    @Test func `training separates what can be separated, and its parts add up`() throws {
        let experiment = try trained(points(240, spread: 0.35), quick.merging(["epochs": .integer(8), "hidden": .integer(24)]) { $1 })
        let results = experiment.results()
        #expect(try #require(results.number("baselineMean")) > 0.97)
        #expect(results.number("stepsLeft") == 0 && results.number("trained") == 3)
        let parts = ["home", "external", "pretraining", "test"].map { Int(results.number("\($0)Rows") ?? -1) }
        #expect(parts == [120, 48, 48, 24])
        let training = try #require(experiment.training)
        // Every home row is predicted once, from a network that never saw it.
        for unit in 0..<3 {
            let context = UnitContext(
                training.arms[0].plan, base: training.arms[0].plan, training.data, images: training.data.features.values, seed: 42,
                unit: unit)
            #expect(Set(context.training).isDisjoint(with: context.validation))
            #expect(Set(context.training).isDisjoint(with: context.test) && Set(context.training).isDisjoint(with: context.pretraining))
            #expect(context.training.count + context.validation.count == 168)
        }
        let curves = try experiment.table("curves")
        #expect(curves.rows.count == 3 * 3 * 8)
        // The loss falls: the last epoch's is below the first's in every network.
        for start in stride(from: 0, to: curves.rows.count, by: 8) {
            #expect(curves.known("trainingLoss")[start + 7] < curves.known("trainingLoss")[start])
        }
        // The last rate of the cosine is small, that without it the peak.
        #expect(curves.known("rate")[7] < 0.0005 && curves.known("rate")[3 * 8 + 7] == 0.005)
    }

    @Test(arguments: ["auc", "aucLast"]) func `predictions opened in metrics give the fold means compared here`(metric: String) throws {
        let experiment = try trained(points(240, spread: 1.2), quick.merging(["metric": .text(metric)]) { $1 })
        let predictions = try experiment.table("predictions")
        let csv = ([predictions.columns] + predictions.rows.map { $0.map(cell) }).map { $0.joined(separator: ",") }.joined(separator: "\n")
        let ablation = try experiment.table("ablation")
        for (place, arm) in ["baseline", "no-cosine", "no-pretraining"].enumerated() {
            let metrics = try drive(
                ClassifierMetrics.self, ["data": .text("p.csv"), "model": .text(arm), "bootstrap": .integer(0)],
                inputs: ["data": Input(name: "p.csv", bytes: Array(csv.utf8))])
            #expect(close(metrics.results().number("foldMean"), ablation.known("aucMean")[place], 1e-13), "\(arm)")
            #expect(close(metrics.results().number("foldSd"), ablation.known("aucSd")[place], 1e-13), "\(arm)")
        }
    }

    @Test func `out-of-fold predictions go on in metrics, the models marked there in an ensemble, orientations in predict`() throws {
        var experiment = try trained(points(240, spread: 1.2), quick, steps: 0)
        #expect(sentence { _ = try experiment.handoff("predictions") }.hasPrefix("no arm is trained yet"))
        while case .ready = try experiment.step(50).state {}
        func open<E: Experiment>(_ type: E.Type, _ handoff: Handoff, _ more: [String: Value] = [:]) throws -> E {
            let configuration = try handoff.configuration(of: E.card, seed: 42)
            return try drive(E.self, configuration.values.merging(more) { $1 }, steps: 0, inputs: configuration.inputs)
        }
        var metrics = try open(ClassifierMetrics.self, try experiment.handoff("predictions"))
        #expect(metrics.analysis.predictions.columns == ["baseline", "no-cosine", "no-pretraining"])
        #expect(metrics.results().text("positiveClass") == "1" && metrics.results().text("foldColumn") == "fold")
        #expect(close(metrics.results().number("foldMean"), try experiment.table("ablation").known("aucMean")[0], 1e-13))
        #expect(
            sentence { try metrics.apply(Change("marked", .text("baseline,other"))) }.hasPrefix("marked: “other” is none of the models"))
        try metrics.apply(Change("marked", .text("baseline")))
        #expect(sentence { _ = try metrics.handoff("ensemble") }.hasPrefix("one model makes no ensemble"))
        try metrics.apply(Change("marked", .text("baseline,no-pretraining")))
        let ensemble = try open(ClassifierEnsemble.self, try metrics.handoff("ensemble"))
        #expect(ensemble.analysis.names == ["baseline", "no-pretraining"])
        let best = try #require(ensemble.results().number("bestAuc"))
        let single = ["baseline", "no-pretraining"].compactMap { name in
            try? open(ClassifierMetrics.self, try experiment.handoff("predictions"), ["model": .text(name)]).results().number("auc")
        }
        #expect(close(best, single.max() ?? 0))
        #expect(sentence { _ = try experiment.handoff("orientations") }.hasPrefix("only models of images"))
        let recorded = try drive(ClassifierAblation.self, ["data": .text("melanoma")])
        #expect(sentence { _ = try recorded.handoff("predictions") }.hasPrefix("arms on record have no predictions"))
    }

    @Test func `models of images are judged in all orientations of the test rows`() throws {
        let values: [String: Value] = [
            "epochs": .integer(1), "hidden": .integer(8), "channels": .integer(2), "repeats": .integer(1), "folds": .integer(2),
            "pretraining": .integer(0), "arms": .text("no-cosine"), "externalShare": .real(0.5), "pretrainingShare": .real(0.2),
        ]
        let experiment = try drive(ClassifierAblation.self, values, steps: 40)
        #expect(experiment.training?.outcomes[0] != nil)
        let table = try experiment.table("orientations")
        #expect(table.columns.count == 2 + 2 * 8 && Double(table.rows.count) == experiment.results().number("testRows"))
        let given = try experiment.handoff("orientations").configuration(of: ClassifierPredict.card, seed: 1)
        let predict = try drive(ClassifierPredict.self, given.values, steps: 1, inputs: given.inputs)
        #expect(predict.grid.orientations == Array(0..<8) && predict.grid.foldNames == ["1", "2"])
        // The first orientation is the image as it is: its area in each fold is aucTest.
        let areas = try #require(experiment.training?.outcomes[0]?.values[2])
        for (fold, area) in areas.enumerated() { #expect(close(predict.grid.single[fold][0].area, area)) }
    }

    private func cell(_ value: Table.Value) -> String {
        switch value {
        case .number(let x): "\(x)"
        case .integer(let n): "\(n)"
        case .text(let text): text
        case .none: ""
        }
    }

    @Test func `the same seed trains alike whatever the slices, another seed otherwise`() throws {
        let text = points(120, spread: 0.8)
        let whole = try trained(text, quick)
        var sliced = try trained(text, quick, steps: 0)
        var slice = 1
        while case .ready = try sliced.step(slice).state { slice = slice % 7 + 1 }
        #expect(sliced.tables() == whole.tables())
        let other = try trained(text, quick, seed: 43)
        #expect(try other.table("measurements") != whole.table("measurements"))
    }

    @Test func `arms that amount to the same are trained once and flagged`() throws {
        var values = quick
        values["model"] = .text("logistic")
        values["arms"] = .text("no-pretraining, no-cosine, smaller: hidden=3, flat: cosine=off rate=0.005, half-size")
        let experiment = try trained(points(120, spread: 0.8), values)
        let rows = try experiment.table("ablation").rows
        #expect(
            rows.map { $0[10] }
                == [
                    "", "same configuration and results as baseline", "", "same configuration and results as baseline",
                    "same configuration and results as no-cosine", "same configuration and results as baseline",
                ].map { .text($0) })
        #expect(rows[1][7] == .text("nothing (asked for pretraining = 0; it changes nothing here)"))
        #expect(rows[2][7] == .text("cosine = off") && rows[4][7] == .text("cosine = off"))
        #expect(experiment.training?.arms.map { $0.twin } == [nil, 0, nil, 0, 2, 0])
        #expect(experiment.results().warnings.contains { $0.contains("4 arms are another over again") })
    }

    @Test func `unknown arms, switches and values are refused`() {
        func refuse(_ arms: String, _ more: [String: Value] = [:]) -> String {
            sentence { _ = try trained(points(60, spread: 1), quick.merging(more.merging(["arms": .text(arms)]) { $1 }) { $1 }, steps: 0) }
        }
        #expect(refuse("no-cosin").hasPrefix("arms: “no-cosin” is no variant; did you mean “no-cosine”?"))
        #expect(refuse("a: droput=0.1").hasPrefix("arms: “droput” in arm “a” is no switch; did you mean “dropout”?"))
        #expect(refuse("a: folds=3").hasPrefix("arms: “folds” in arm “a” is no switch"))
        #expect(refuse("a: dropout=2") == "arms: in arm “a”: dropout = 2 was refused; expected a number from 0 to 0.95")
        #expect(refuse("a: dropout").contains("“dropout” in arm “a” is no switch=value"))
        #expect(refuse("a: dropout=0.1, a: dropout=0.2") == "arms: “a” is named twice")
        #expect(refuse("convolution").contains("a convolution needs images"))
        #expect(refuse("", ["model": .text("convolution")]).hasPrefix("model: a convolution needs images"))
        #expect(refuse("", ["input": .text("image")]).hasPrefix("input = image, but 3 columns are no square"))
        #expect(refuse("", ["positive": .text("pink")]).hasPrefix("positive: “pink” is no class of points.csv"))
        #expect(refuse("", ["metadataColumns": .text("w")]).contains("has no column “w”"))
        #expect(refuse("", ["externalShare": .real(0.9)]).contains("expected at most 0.95"))
        #expect(
            refuse("", ["hidden": .integer(1024), "batch": .integer(4096), "folds": .integer(3), "repeats": .integer(20)])
                == "no error")
        let wide: [String: Value] = ["hidden": .integer(1024), "folds": .integer(50), "repeats": .integer(20)]
        #expect(sentence { _ = try drive(ClassifierAblation.self, wide, steps: 0) }.hasPrefix("arm “baseline” has 78"))
        let deep: [String: Value] = ["channels": .integer(64), "batch": .integer(4096)]
        #expect(sentence { _ = try drive(ClassifierAblation.self, deep, steps: 0) }.contains("numbers a batch; at most 2e7"))
        #expect(refuse("", ["folds": .integer(20)]).contains("has no row that is “red”"))
    }

    @Test func `bad rows are refused with file, line and column`() {
        func refuse(_ text: String, _ values: [String: Value] = [:]) -> String { sentence { _ = try trained(text, values, steps: 0) } }
        #expect(refuse("id,label,x\na,0,1\na,1,2\n") == "points.csv, line 3, column “id”: the id “a” is already on line 2")
        #expect(refuse("id,label,x\na,0,1\nb,,2\n") == "points.csv, line 3, column “label”: the cell is empty")
        #expect(refuse("label,x\n0,1\n1,1e200\n").hasPrefix("points.csv, line 3, column “x”: 1e+200 is too large"))
        #expect(
            refuse("label,x\n0,1\n1,word\n", ["features": .text("x")]).hasPrefix("points.csv, line 3, column “x”: “word” is not a number"))
        #expect(
            refuse("label,x,part\n0,1,home\n1,2,away\n")
                == "points.csv, line 3, column “part”: “away” is no part; expected home, external, pretraining, test")
        #expect(
            refuse("label,x,y\n0,1,2\n1,2,oops\n")
                == "points.csv, line 3, column “y”: “oops” is not a number; set features to name the columns to learn from if this is none")
        #expect(refuse("label,word\n0,a\n1,b\n").contains("has no column of numbers to learn from"))
        #expect(refuse("label,x\n0,1\n0,2\n").contains("1 class; expected 2 to 100"))
    }

    @Test func `groups stay together, in parts and in folds`() throws {
        let experiment = try trained(points(240, spread: 0.5, group: true), quick, steps: 0)
        let data = try #require(experiment.training?.data)
        for start in stride(from: 0, to: 240, by: 4) {
            #expect(Set(data.parts.codes[start..<start + 4]).count == 1)
            if data.parts.codes[start] == 0 { #expect(Set(data.folds.codes[start..<start + 4]).count == 1) }
        }
    }

    @Test func `the built-in images are the UCI digits, judged on eights`() throws {
        let experiment = try drive(ClassifierAblation.self, steps: 0)
        let training = try #require(experiment.training)
        #expect(training.data.rowCount == 1797 && training.data.side == 8 && training.data.classNames.count == 10)
        #expect(training.data.truth.codes.filter { $0 == 8 }.count == 174 && training.data.positive == 8)
        #expect(training.data.features.values.reduce(0, +) == 561_718)
        #expect(training.arms.count == 12 && training.units.count == 10)
        #expect(training.arms.allSatisfy { $0.twin == nil && $0.note.isEmpty })
        // Every arm but the baseline changes one switch, two where a thing has two (augmentation and size of the network).
        let changed = try experiment.table("ablation").rows.map { $0[7] }
        #expect(changed[1] == .text("warmup = 0") && changed[6] == .text("labels = binary"))
    }
}
