import CResources
import Engine
import Kernels

/// Daily log returns with their dates.
struct VolatilityData: Sendable, Codable {
    /// One for each return; "1", "2", … where the file gives none.
    var dates: [String]
    var returns: [Double]
    /// Whether they are the built-in series whole, whose exact posterior travels in the program.
    var isBuiltinWhole = false

    static let builtins = ["sp500", "simulated"]
    /// What simulated returns are drawn with.
    static let truth = (sigma: 0.1, nu: 10.0, level: -4.5)
    static let mostReturns = 20_000

    /// Reads what a setup names.
    ///
    /// - Throws: `UserError` with file, line and column.
    init(_ setup: Setup) throws {
        let days = setup.integer("days")
        if let input = setup.inputs["data"] {
            try self.init(try DelimitedText.parse(input.bytes, name: input.name))
        } else if setup.text("data") == "simulated" {
            self.init(simulated: days > 0 ? days : 500, seed: UInt64(setup.integer("dataSeed")))
        } else if setup.text("data").isEmpty || setup.text("data") == "sp500" {
            let bytes = Array(UnsafeBufferPointer(start: wb_resource_sp500, count: wb_resource_sp500_size))
            try self.init(try DelimitedText.parse(bytes, name: "sp500"))
            isBuiltinWhole = days == 0 || days >= returns.count
        } else {
            throw UserError("data: the file “\(setup.text("data"))” has not been read", parameter: "data")
        }
        if days > 0, days < returns.count {
            returns = Array(returns.prefix(days))
            dates = Array(dates.prefix(days))
        }
        try check()
    }

    private init(simulated count: Int, seed: UInt64) {
        var stream = RandomStream(seed: seed, purpose: "sampling.volatility.data")
        var state = Self.truth.level
        returns = []
        for i in 0..<count {
            if i > 0 { state += Self.truth.sigma * stream.normal() }
            returns.append(Kernels.exp(state) * stream.studentT(degreesOfFreedom: Self.truth.nu))
        }
        dates = (1...count).map { "\($0)" }
    }

    /// Returns of a column `return`, or logarithms of the ratios of a column `close`; dates of a column `date` when there is one.
    private init(_ table: DataTable) throws {
        let names = table.columns.map { $0.lowercased() }
        func column(_ wanted: [String]) -> String? { wanted.compactMap { names.firstIndex(of: $0) }.first.map { table.columns[$0] } }
        let dateColumn = column(["date", "day", "time"])
        var dates = (1...table.rowCount).map { "\($0)" }
        if let dateColumn {
            let texts = try table.texts(dateColumn)
            dates = dates.indices.map { texts[$0] ?? "" }
        }
        if let name = column(["return", "returns", "logreturn", "log_return"]) {
            returns = try table.numbers(name)
            self.dates = dates
            return
        }
        guard let name = column(["close", "adj close", "price"]) else {
            throw UserError(
                "\(table.name) has neither a column “close” nor “return”; it has \(table.columns.prefix(12).joined(separator: ", "))",
                parameter: "data")
        }
        let closes = try table.numbers(name)
        for row in closes.indices where !(closes[row] > 0 && closes[row].isFinite) {
            throw UserError("\(table.place(row: row, column: name)): \(closes[row]); expected a price above 0", parameter: "data")
        }
        returns = zip(closes, closes.dropFirst()).map { Kernels.log($1 / $0) }
        self.dates = Array(dates.dropFirst())
    }

    private func check() throws {
        guard returns.count >= 2 else {
            throw UserError("data: \(returns.count) returns; expected at least 2", parameter: "data")
        }
        guard returns.count <= Self.mostReturns else {
            throw UserError("data: \(returns.count) returns; at most \(Self.mostReturns) are taken; set days", parameter: "data")
        }
        if let bad = returns.firstIndex(where: { !($0.isFinite && abs($0) < 100) }) {
            throw UserError("data: return \(bad + 1) (\(dates[bad])) is \(returns[bad]); expected a log return", parameter: "data")
        }
        guard returns.contains(where: { $0 != returns[0] }) else {
            throw UserError("data: all returns are \(returns[0]), so there is no volatility to estimate", parameter: "data")
        }
    }

    /// The dates as years with fractions, or the days' numbers when they are not all dates as 2008-05-02.
    var times: [Double] {
        let years = dates.map { date -> Double? in
            let parts = date.split(separator: "-")
            guard parts.count == 3, parts[0].count == 4, let year = Int(parts[0]), let month = Int(parts[1]),
                let day = Int(parts[2].prefix(2)),
                (1...12).contains(month), (1...31).contains(day)
            else { return nil }
            return Double(year) + (Double(month - 1) + Double(day - 1) / 31) / 12
        }
        let known = years.compactMap { $0 }
        return known.count == dates.count && known == known.sorted() ? known : dates.indices.map { Double($0 + 1) }
    }
}

/// How often each day's log volatility fell into each cell, for its quantiles.
struct BandTally: Sendable, Codable {
    private let days: Int
    private let lower: Double
    private static let (cells, width) = (400, 0.02)
    private var counts: [UInt32]
    private(set) var draws = 0

    /// Cells of 0.02 in log volatility over a range of 8.
    init(days: Int, lower: Double) {
        self.days = days
        self.lower = lower
        counts = [UInt32](repeating: 0, count: days * Self.cells)
    }

    mutating func add(_ state: (Int) -> Double) {
        draws += 1
        for day in 0..<days {
            let place = (state(day) - lower) / Self.width
            counts[day * Self.cells + Int(min(Double(Self.cells - 1), max(0, place.isNaN ? 0 : place)))] += 1
        }
    }

    /// Each day's quantiles of e^s, even within a cell; empty before the first draw.
    func quantiles(_ probabilities: [Double]) -> [[Double]] {
        guard draws > 0 else { return [] }
        return (0..<days).map { day in
            var (sum, next) = (0.0, 0)
            var found: [Double] = []
            for cell in 0..<Self.cells where next < probabilities.count {
                let count = Double(counts[day * Self.cells + cell])
                while next < probabilities.count, count > 0, sum + count >= probabilities[next] * Double(draws) {
                    let share = (probabilities[next] * Double(draws) - sum) / count
                    found.append(Kernels.exp(lower + (Double(cell) + share) * Self.width))
                    next += 1
                }
                sum += count
            }
            return found
        }
    }

    private enum Key: String, CodingKey { case days, lower, draws, runs }

    /// Writes of each day only the stretch of cells that holds counts: its first cell, its length, its counts.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(days, forKey: .days)
        try container.encode(lower, forKey: .lower)
        try container.encode(draws, forKey: .draws)
        var runs: [UInt32] = []
        for day in 0..<days where draws > 0 {
            let row = counts[day * Self.cells..<(day + 1) * Self.cells]
            let first = row.firstIndex { $0 > 0 } ?? row.startIndex
            let last = row.lastIndex { $0 > 0 } ?? row.startIndex
            runs += [UInt32(first - row.startIndex), UInt32(last - first + 1)] + row[first...last]
        }
        try container.encode(runs, forKey: .runs)
    }

    /// Reads what `encode` wrote.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let days = try container.decode(Int.self, forKey: .days)
        guard (0...VolatilityData.mostReturns).contains(days) else { throw UserError("a saved volatility band has \(days) days") }
        self.init(days: days, lower: try container.decode(Double.self, forKey: .lower))
        draws = try container.decode(Int.self, forKey: .draws)
        let runs = try container.decode([UInt32].self, forKey: .runs)
        var place = 0
        for day in 0..<days where place + 1 < runs.count {
            let (first, length) = (Int(runs[place]), Int(runs[place + 1]))
            guard first + length <= Self.cells, place + 2 + length <= runs.count else {
                throw UserError("a saved volatility band is cut off")
            }
            for k in 0..<length { counts[day * Self.cells + first + k] = runs[place + 2 + k] }
            place += 2 + length
        }
    }
}
