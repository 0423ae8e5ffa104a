import Kernels

/// Ways of dealing rows into folds: for each row the fold it goes to, counted from 0.
enum FoldScheme: String, Sendable, Codable, CaseIterable {
    case random, stratified, grouped, triple

    /// Deals rows.
    ///
    /// - Parameters:
    ///   - classes: for each row its class, 0 and up.
    ///   - groups: for each row its group, 0 and up; nil where every row is a group of its own.
    ///   - folds: how many folds; some stay empty when there are fewer rows or groups.
    func deal(classes: [Int32], groups: [Int32]?, folds: Int, _ stream: inout RandomStream) -> [Int32] {
        switch self {
        case .random: Self.random(classes.count, folds, &stream)
        case .stratified: Self.stratified(classes, folds, &stream)
        case .grouped: Self.grouped(groups ?? classes.indices.map { Int32($0) }, folds, &stream)
        case .triple:
            groups.map { Self.triple(classes, $0, folds, &stream) } ?? Self.stratified(classes, folds, &stream)
        }
    }

    /// Shuffled and dealt one by one: sizes differ by one at most.
    static func random(_ count: Int, _ folds: Int, _ stream: inout RandomStream) -> [Int32] {
        var fold = [Int32](repeating: 0, count: count)
        for (place, row) in stream.permutation(count).enumerated() { fold[row] = Int32(place % folds) }
        return fold
    }

    /// Class by class, each going on where the one before stopped: every class and the whole differ by one row at most.
    static func stratified(_ classes: [Int32], _ folds: Int, _ stream: inout RandomStream) -> [Int32] {
        var fold = [Int32](repeating: 0, count: classes.count)
        var next = 0
        for rows in members(classes) {
            var rows = rows
            stream.shuffle(&rows)
            for row in rows {
                fold[row] = Int32(next % folds)
                next += 1
            }
        }
        return fold
    }

    /// Whole groups, shuffled, each to the fold with the fewest rows so far.
    static func grouped(_ groups: [Int32], _ folds: Int, _ stream: inout RandomStream) -> [Int32] {
        var fold = [Int32](repeating: 0, count: groups.count)
        var sizes = [Int](repeating: 0, count: folds)
        var order = members(groups)
        stream.shuffle(&order)
        for rows in order where !rows.isEmpty {
            let least = sizes.indices.min { sizes[$0] < sizes[$1] } ?? 0
            for row in rows { fold[row] = Int32(least) }
            sizes[least] += rows.count
        }
        return fold
    }

    /// Whole groups, balancing every class and the sizes of groups at once.
    ///
    /// Groups are taken from the one that is hardest to place (most rows of rare classes, then most rows) to the easiest, in an order drawn
    /// within ties. Each goes where the sum over classes of (rows beyond an even share)² over that share, the number of groups and the
    /// number of groups of about that size among them, grows least. Source: C. Deotte, "Triple stratified leak-free k-fold" (2020).
    static func triple(_ classes: [Int32], _ groups: [Int32], _ folds: Int, _ stream: inout RandomStream) -> [Int32] {
        var fold = [Int32](repeating: 0, count: groups.count)
        let classCount = Int(classes.max() ?? 0) + 1
        var totals = [Double](repeating: 0, count: classCount)
        for code in classes { totals[Int(code)] += 1 }
        var order = members(groups).filter { !$0.isEmpty }
        stream.shuffle(&order)
        let difficulty = order.map { rows in rows.reduce(0) { $0 + 1 / totals[Int(classes[$1])] } }
        let places = order.indices.sorted { (-difficulty[$0], $0) < (-difficulty[$1], $1) }
        /// Sizes 1, 2-3, 4-7, 8-15, … are about equal.
        func sizeClass(_ rows: [Int]) -> Int { Int.bitWidth - rows.count.leadingZeroBitCount - 1 }
        let sizeCount = (order.map(sizeClass).max() ?? 0) + 1
        // What is balanced: rows of each class, groups, groups of each size.
        var shares = totals + [Double](repeating: 0, count: 1 + sizeCount)
        for rows in order {
            shares[classCount] += 1
            shares[classCount + 1 + sizeClass(rows)] += 1
        }
        for place in shares.indices { shares[place] /= Double(folds) }
        var held = [Double](repeating: 0, count: folds * shares.count)
        for place in places {
            let rows = order[place]
            var adds = [Double](repeating: 0, count: shares.count)
            for row in rows { adds[Int(classes[row])] += 1 }
            adds[classCount] = 1
            adds[classCount + 1 + sizeClass(rows)] = 1
            var best = (fold: 0, cost: Double.infinity)
            for f in 0..<folds {
                var cost = 0.0
                for (k, add) in adds.enumerated() where add > 0 {
                    // The square's growth: (h + a)² - h², over the share.
                    cost += add * (2 * held[f * shares.count + k] + add) / shares[k]
                }
                if cost < best.cost { best = (f, cost) }
            }
            for row in rows { fold[row] = Int32(best.fold) }
            for (k, add) in adds.enumerated() { held[best.fold * shares.count + k] += add }
        }
        return fold
    }

    /// The rows of each code.
    static func members(_ codes: [Int32]) -> [[Int]] {
        var rows = [[Int]](repeating: [], count: Int(codes.max() ?? -1) + 1)
        for (row, code) in codes.enumerated() { rows[Int(code)].append(row) }
        return rows
    }
}
