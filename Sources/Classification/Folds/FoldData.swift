import Engine
import Kernels

/// Rows to be dealt into folds: classes, groups, and features by which rows are alike.
struct FoldData: Sendable, Codable {
    /// A population with the shape of the melanoma challenge's data, drawn from a seed.
    struct Simulation: Sendable, Codable, Hashable {
        var seed: UInt64
        /// Whether the rows of earlier years are there too.
        var hasExternal: Bool
        /// Share of a feature's variance that lies between patients.
        var likeness: Double
        /// Share of the rows that are near-copies of another.
        var copies: Double
    }

    var source: String
    /// What rows are called; empty where they are counted.
    var ids: [String]
    var truth: RowNames
    var positive: Int
    var groups: RowNames?
    /// Row by row, standardised; 0 where missing.
    var features: PackedDoubles
    var featureCount: Int
    var given: RowNames?
    var notes: [String]
    var simulation: Simulation?

    var rowCount: Int { truth.codes.count }
    func id(_ row: Int) -> String { ids.isEmpty ? "row \(row + 1)" : ids[row] }
    func isPositive(_ row: Int) -> Bool { Int(truth.codes[row]) == positive }

    private init(
        source: String, ids: [String], truth: RowNames, positive: Int, groups: RowNames?, features: PackedDoubles, featureCount: Int,
        given: RowNames?, notes: [String]
    ) {
        self.source = source
        self.ids = ids
        self.truth = truth
        self.positive = positive
        self.groups = groups
        self.features = features
        self.featureCount = featureCount
        self.given = given
        self.notes = notes
    }

    /// Reads a table.
    ///
    /// - Throws: `UserError` with file, line and column.
    init(_ setup: Setup, _ table: DataTable) throws {
        let reading = RowTable(table, setup)
        var notes: [String] = []
        source = table.name
        truth = try reading.truth()
        positive = try reading.positive(truth, usual: "", &notes)
        ids = try reading.column("id", PredictionTable.idNames) == nil ? [] : try reading.ids()
        groups = try reading.names("group", PredictionTable.groupNames)
        if groups == nil { notes.append("there is no group column: every row counts as a group of its own; set group to name one") }
        given = try reading.names("fold", PredictionTable.foldNames)
        if let given, !(2...1000).contains(given.names.count) {
            throw UserError(
                "\(table.name), column “\(given.column)”: \(given.names.count) folds; expected 2 to 1000", parameter: "fold")
        }
        var columns: [String] = []
        if setup.text("features") != "-" {
            columns = ClassQuestion.items(setup.text("features"))
            for name in columns { try reading.check(name, "features") }
            if columns.isEmpty {
                let taken = [truth.column, groups?.column, given?.column, try reading.column("id", PredictionTable.idNames)].compactMap {
                    $0
                }
                try table.refuseStrayWords(
                    in: table.columns.filter { !taken.contains($0) }, "set features to name the columns to compare, or - for none")
                columns = zip(table.columns, table.kinds).filter { $1 == .number && !taken.contains($0) }.map(\.0)
            }
        }
        guard table.rowCount * columns.count <= 50_000_000 else {
            throw UserError(
                "\(table.name) has \(table.rowCount) rows of \(columns.count) features; at most 50,000,000 numbers are compared: name a few in features",
                parameter: "features")
        }
        featureCount = columns.count
        features = PackedDoubles(try reading.numbers(columns, missing: "count as at the mean", &notes))
        self.notes = notes
        standardise()
        if columns.isEmpty { self.notes.append("there are no features: the memorising classifier knows each group's mean label") }
    }

    /// Draws the population: 33,126 images of 2,056 patients, 584 of them positive, on 428 (20.8%) of the patients; with the external part
    /// 25,331 images more, 4,522 (17.85%) of them positive, each of a lesion of its own.
    init(_ simulation: Simulation) {
        self.simulation = simulation
        source = "melanoma population"
        (ids, given, notes, positive, featureCount) = ([], nil, [], 1, 6)
        let (images, patients, ill, positives) = (33_126, 2_056, 428, 584)
        var stream = RandomStream(seed: simulation.seed, purpose: "population")
        // At least two images a patient; the rest falls to patients in proportion to gamma weights: many with few, few with many.
        let weights = (0..<patients).map { _ in stream.gamma(shape: 0.9) }
        let total = weights.reduce(0, +)
        var sizes = stream.multinomial(trials: images - 2 * patients, probabilities: weights.map { $0 / total }).map { $0 + 2 }
        // The first patients are the ill ones: one positive each, the rest one by one to any of them with an image left.
        var ofPatient = [Int](repeating: 0, count: patients)
        for patient in 0..<ill { ofPatient[patient] = 1 }
        var left = positives - ill
        while left > 0 {
            let patient = stream.integer(below: ill)
            guard ofPatient[patient] < sizes[patient] else { continue }
            ofPatient[patient] += 1
            left -= 1
        }
        if simulation.hasExternal {
            sizes += [Int](repeating: 1, count: 25_331)
            ofPatient += (0..<25_331).map { $0 < 4_522 ? 1 : 0 }
        }
        var codes: [Int32] = [], labels: [Int32] = []
        for (patient, size) in sizes.enumerated() {
            codes += [Int32](repeating: Int32(patient), count: size)
            labels += (0..<size).map { $0 < ofPatient[patient] ? 1 : 0 }
        }
        let order = stream.permutation(codes.count)
        truth = RowNames(column: "melanoma", names: ["benign", "melanoma"], codes: order.map { labels[$0] })
        let groupCodes = order.map { codes[$0] }
        groups = RowNames(
            column: "patient", names: sizes.indices.map { $0 < patients ? "p\($0 + 1)" : "x\($0 - patients + 1)" }, codes: groupCodes)
        // Features tell patients apart, and nothing else: no classifier can learn melanoma from them.
        var normals = RandomStream(seed: simulation.seed, purpose: "population features")
        let own = (1 - simulation.likeness).squareRoot()
        let shared = simulation.likeness.squareRoot()
        let centres = normals.normals(count: sizes.count * featureCount)
        var values = normals.normals(count: order.count * featureCount)
        for (row, code) in groupCodes.enumerated() {
            for k in 0..<featureCount {
                values[row * featureCount + k] = own * values[row * featureCount + k] + shared * centres[Int(code) * featureCount + k]
            }
        }
        // Near-copies, mostly of the same patient; one in ten of any row, as where one lesion came in under two names.
        let members = FoldScheme.members(groupCodes)
        for row in order.indices where normals.uniform() < simulation.copies {
            let mates = members[Int(groupCodes[row])]
            let twin = normals.uniform() < 0.1 ? normals.integer(below: order.count) : mates[normals.integer(below: mates.count)]
            guard twin != row else { continue }
            for k in 0..<featureCount {
                values[row * featureCount + k] = values[twin * featureCount + k] + 0.001 * normals.normal()
            }
        }
        features = PackedDoubles(values)
        standardise()
    }

    private mutating func standardise() {
        for column in 0..<featureCount {
            var known: [Double] = []
            for row in 0..<rowCount where !features.values[row * featureCount + column].isNaN {
                known.append(features.values[row * featureCount + column])
            }
            let mean = known.isEmpty ? 0 : Vector.sum(known) / Double(known.count)
            let deviation = known.isEmpty ? 0 : (Vector.sumOfSquares(known, around: mean) / Double(known.count)).squareRoot()
            for row in 0..<rowCount {
                let value = features.values[row * featureCount + column]
                features.values[row * featureCount + column] = value.isNaN || deviation == 0 ? 0 : (value - mean) / deviation
            }
        }
    }

    /// Root mean square difference of two rows' features, squared.
    func squaredDistance(_ a: Int, _ b: Int) -> Double {
        features.values.withUnsafeBufferPointer { values in
            var sum = 0.0
            for k in 0..<featureCount {
                let d = values[a * featureCount + k] - values[b * featureCount + k]
                sum += d * d
            }
            return sum / Double(max(1, featureCount))
        }
    }

    private enum Key: CodingKey { case simulation, read }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        if let simulation = try container.decodeIfPresent(Simulation.self, forKey: .simulation) {
            self.init(simulation)
            return
        }
        self = try container.decode(Read.self, forKey: .read).data
    }

    /// A simulated population encodes as what it is drawn from.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        if let simulation { return try container.encode(simulation, forKey: .simulation) }
        try container.encode(Read(data: self), forKey: .read)
    }

    /// Rows that were read, member by member.
    private struct Read: Codable {
        var data: FoldData

        init(data: FoldData) { self.data = data }

        private enum Key: CodingKey { case source, ids, truth, positive, groups, features, featureCount, given, notes }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            data = FoldData(
                source: try container.decode(String.self, forKey: .source), ids: try container.decode([String].self, forKey: .ids),
                truth: try container.decode(RowNames.self, forKey: .truth), positive: try container.decode(Int.self, forKey: .positive),
                groups: try container.decodeIfPresent(RowNames.self, forKey: .groups),
                features: try container.decode(PackedDoubles.self, forKey: .features),
                featureCount: try container.decode(Int.self, forKey: .featureCount),
                given: try container.decodeIfPresent(RowNames.self, forKey: .given),
                notes: try container.decode([String].self, forKey: .notes))
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(data.source, forKey: .source)
            try container.encode(data.ids, forKey: .ids)
            try container.encode(data.truth, forKey: .truth)
            try container.encode(data.positive, forKey: .positive)
            try container.encodeIfPresent(data.groups, forKey: .groups)
            try container.encode(data.features, forKey: .features)
            try container.encode(data.featureCount, forKey: .featureCount)
            try container.encodeIfPresent(data.given, forKey: .given)
            try container.encode(data.notes, forKey: .notes)
        }
    }
}
