import Kernels

/// What is wrong, and right, with one way of dealing rows into folds.
struct FoldAudit: Sendable, Hashable {
    /// One fold.
    struct Fold: Sendable, Hashable {
        var rows = 0
        var groups = 0
        var positives = 0
        /// Groups by size: of 1, of 2 or 3, of 4 to 7, and so on.
        var sizes: [Int] = []
        var rate: Double { rows > 0 ? Double(positives) / Double(rows) : .nan }
    }

    /// For each row its fold.
    var folds: [Int32]
    var each: [Fold]
    /// Groups with rows in more than one fold.
    var leakingGroups: Int
    /// Pairs of near-identical rows in different folds, by place in the list of pairs.
    var nearPairs: [Int]
    /// AUC of the memorising classifier, less one half.
    var optimism: Double?

    var rateSpread: Double {
        let rates = each.map(\.rate).filter { !$0.isNaN }
        return (rates.max() ?? 0) - (rates.min() ?? 0)
    }

    /// The greatest fold's rows less the least one's, over their mean.
    var sizeSpread: Double {
        let sizes = each.map(\.rows)
        let mean = Double(sizes.reduce(0, +)) / Double(max(1, sizes.count))
        return mean > 0 ? Double((sizes.max() ?? 0) - (sizes.min() ?? 0)) / mean : 0
    }
}

/// What all audits of the same rows share: who is in which group, each row's nearest of its own group, and pairs of near-identical rows.
final class FoldAuditor: Sendable {
    let data: FoldData
    /// Pairs of rows, the first the lesser, in order, with their distances.
    let pairs: [(first: Int32, second: Int32, distance: Double)]
    let notes: [String]
    /// Groups there are, and those with a positive row.
    let groupCount: Int
    let positiveGroups: Int
    private let groups: [Int32]
    private let members: [[Int]]
    /// For each row the rows of its group from the nearest on, at most `reach` of them; empty without features.
    private let nearest: [[Int32]]
    private let canMemorise: Bool
    private static let reach = 48

    /// - Parameter tolerance: root mean square distance, in standard deviations, up to which rows are near-identical.
    init(_ data: FoldData, tolerance: Double) {
        self.data = data
        let groups = data.groups?.codes ?? (0..<data.rowCount).map { Int32($0) }
        self.groups = groups
        let members = FoldScheme.members(groups)
        self.members = members
        groupCount = members.count { !$0.isEmpty }
        positiveGroups = members.count { $0.contains { data.isPositive($0) } }
        var notes = data.notes
        let work = members.reduce(0.0) { $0 + Double($1.count) * Double($1.count) }
        canMemorise = work <= 4e8
        if !canMemorise { notes.append("groups are too large to find every row's nearest of its own: optimism is left out") }
        var nearest: [[Int32]] = []
        if canMemorise, data.featureCount > 0 {
            nearest = [[Int32]](repeating: [], count: data.rowCount)
            for rows in members where rows.count > 1 {
                for row in rows {
                    let others = rows.filter { $0 != row }.map { (data.squaredDistance(row, $0), $0) }.sorted { $0 < $1 }
                    nearest[row] = others.prefix(Self.reach).map { Int32($0.1) }
                }
            }
        }
        self.nearest = nearest
        let (pairs, isWhole) = Self.nearPairs(data, tolerance: tolerance)
        self.pairs = pairs
        if !isWhole { notes.append("rows are too alike: the search for near-identical pairs stopped after \(pairs.count)") }
        self.notes = notes
    }

    /// Pairs of rows whose features differ by at most `tolerance`, found along the diagonal: rows near one another are near there too.
    private static func nearPairs(
        _ data: FoldData, tolerance: Double
    ) -> (pairs: [(first: Int32, second: Int32, distance: Double)], isWhole: Bool) {
        let d = data.featureCount
        guard d > 0, tolerance > 0 else { return ([], true) }
        let places = (0..<data.rowCount).map { row -> (Double, Int) in
            (data.features.values[row * d..<(row + 1) * d].reduce(0, +) / Double(d), row)
        }.sorted { $0 < $1 }
        // The mean of differences is at most their root mean square; a little room for rounding.
        let window = tolerance * (1 + 1e-9) + 1e-12
        var pairs: [(first: Int32, second: Int32, distance: Double)] = []
        var checks = 0
        for here in places.indices {
            var there = here + 1
            while there < places.count, places[there].0 - places[here].0 <= window {
                checks += 1
                guard checks <= 300_000_000, pairs.count < 1_000_000 else { return (pairs.sorted { $0 < $1 }, false) }
                let (a, b) = (places[here].1, places[there].1)
                let squared = data.squaredDistance(a, b)
                if squared <= tolerance * tolerance {
                    pairs.append((Int32(min(a, b)), Int32(max(a, b)), squared.squareRoot()))
                }
                there += 1
            }
        }
        return (pairs.sorted { $0 < $1 }, true)
    }

    /// Deals rows by a scheme.
    func deal(_ scheme: FoldScheme, folds: Int, seed: UInt64, deal: Int) -> [Int32] {
        var stream = RandomStream(seed: seed, purpose: "folds by \(scheme.rawValue)", chain: deal)
        return scheme.deal(classes: data.truth.codes, groups: data.groups.map { _ in groups }, folds: folds, &stream)
    }

    /// Looks at one dealing into `count` folds.
    func audit(_ folds: [Int32], count: Int) -> FoldAudit {
        var each = [FoldAudit.Fold](repeating: .init(), count: count)
        for row in folds.indices {
            each[Int(folds[row])].rows += 1
            if data.isPositive(row) { each[Int(folds[row])].positives += 1 }
        }
        let sizeCount = (members.map { Self.sizeClass($0.count) }.max() ?? 0) + 1
        for fold in each.indices { each[fold].sizes = [Int](repeating: 0, count: sizeCount) }
        var leaking = 0
        var isIn = [Bool](repeating: false, count: count)
        for rows in members where !rows.isEmpty {
            var held = 0
            for row in rows where !isIn[Int(folds[row])] {
                isIn[Int(folds[row])] = true
                held += 1
                each[Int(folds[row])].groups += 1
                each[Int(folds[row])].sizes[Self.sizeClass(rows.count)] += 1
            }
            leaking += held > 1 ? 1 : 0
            for row in rows { isIn[Int(folds[row])] = false }
        }
        return FoldAudit(
            folds: folds, each: each, leakingGroups: leaking,
            nearPairs: pairs.indices.filter { folds[Int(pairs[$0].first)] != folds[Int(pairs[$0].second)] }, optimism: optimism(folds))
    }

    /// The place of a group's size among 1, 2 or 3, 4 to 7, and so on.
    static func sizeClass(_ count: Int) -> Int { count > 0 ? Int.bitWidth - 1 - count.leadingZeroBitCount : 0 }

    /// The AUC, less one half, of a classifier that knows nothing but the rows of the same group that it was trained on.
    ///
    /// A row scores the label of the nearest of them (their mean label without features), and the prevalence where there is none.
    private func optimism(_ folds: [Int32]) -> Double? {
        guard canMemorise else { return nil }
        let labels = (0..<data.rowCount).map { data.isPositive($0) }
        let prevalence = Double(labels.count { $0 }) / Double(max(1, labels.count))
        var scores = [Double](repeating: prevalence, count: labels.count)
        for rows in members where rows.count > 1 {
            for row in rows {
                if nearest.isEmpty {
                    let known = rows.filter { folds[$0] != folds[row] }
                    if !known.isEmpty { scores[row] = Double(known.count { labels[$0] }) / Double(known.count) }
                    continue
                }
                var found = nearest[row].first { folds[Int($0)] != folds[row] }.map { Int($0) }
                if found == nil, rows.count > Self.reach + 1 {
                    // All the nearest are in the same fold: look at the whole group.
                    found = rows.filter { folds[$0] != folds[row] }.min {
                        (data.squaredDistance(row, $0), $0) < (data.squaredDistance(row, $1), $1)
                    }
                }
                if let found { scores[row] = labels[found] ? 1 : 0 }
            }
        }
        return ScoreCurve(scores: scores, isPositive: labels).area.map { $0 - 0.5 }
    }

    /// The standard deviation of an AUC; nil without both classes.
    ///
    /// Source: J. A. Hanley, B. J. McNeil (1982).
    static func areaDeviation(auc: Double, positives: Double, negatives: Double) -> Double? {
        guard positives >= 1, negatives >= 1 else { return nil }
        let q1 = auc / (2 - auc)
        let q2 = 2 * auc * auc / (1 + auc)
        let variance = auc * (1 - auc) + (positives - 1) * (q1 - auc * auc) + (negatives - 1) * (q2 - auc * auc)
        return max(0, variance / (positives * negatives)).squareRoot()
    }
}
