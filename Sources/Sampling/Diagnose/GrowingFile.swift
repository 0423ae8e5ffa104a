import Engine

/// One chain's file that a sampler is still writing: read line by line as lines come, CmdStan's or a plain CSV of numbers.
struct GrowingFile: Sendable, Codable {
    let name: String
    /// Bytes read so far, the partial line at their end included.
    private(set) var offset = 0
    /// A line whose end has not come yet.
    private var partial: [UInt8] = []
    private var lines = 0
    /// All columns of the file; empty before the header.
    private var columns: [String] = []
    /// The quantities' names, known with the header.
    private(set) var names: [String] = []
    /// Where they stand among the columns.
    private var places: [Int] = []
    /// The draws, by quantity.
    private(set) var draws: [[Double]] = []
    /// What CmdStan says of each draw; empty for other files.
    private(set) var energies: [Double] = []
    private(set) var acceptances: [Double] = []
    private(set) var stepSizes: [Double] = []
    private(set) var isDivergent: [Bool] = []
    private(set) var depths: [Double] = []
    /// Rows of warm-up seen so far.
    private(set) var warmupRows = 0
    private var comments = StanComments()
    /// Whether the file's own last words have been read, or it has stopped growing.
    private(set) var isOver = false

    init(name: String) { self.name = name }

    /// Draws read so far.
    var count: Int { draws.first?.count ?? 0 }
    /// Whether the header has been read.
    var isKnown: Bool { !names.isEmpty }
    /// CmdStan's greatest tree depth.
    var maxDepth: Int { comments.maxDepth }
    /// Whether the file tells of transitions.
    var hasTransitions: Bool { columns.contains("energy__") }

    /// Reads on.
    ///
    /// - Throws: `UserError` with file, line and column.
    mutating func read(_ bytes: some Sequence<UInt8>, isLast: Bool = false) throws {
        for byte in bytes {
            offset += 1
            guard byte == 0x0A else {
                partial.append(byte)
                continue
            }
            try readLine()
        }
        if isLast {
            if !partial.isEmpty { try readLine() }
            isOver = true
        }
    }

    private mutating func readLine() throws {
        if partial.last == 0x0D { partial.removeLast() }
        let line = String(decoding: partial, as: UTF8.self)
        partial.removeAll(keepingCapacity: true)
        lines += 1
        if line.hasPrefix("#") {
            comments.read(line.dropFirst())
            // The last thing CmdStan writes is what it all took.
            if line.hasSuffix("(Total)") { isOver = true }
            return
        }
        guard !line.allSatisfy(\.isWhitespace) else { return }
        let cells = line.split(separator: ",", omittingEmptySubsequences: false).map { $0.filter { !$0.isWhitespace && $0 != "\"" } }
        if columns.isEmpty { try takeHeader(cells) } else { try takeRow(cells) }
    }

    private mutating func takeHeader(_ cells: [String]) throws {
        let isStan = cells.contains(where: RecordedDraws.stanColumns.contains)
        let numbers = cells.filter { DecimalNumber.parse($0) != nil }
        guard numbers.isEmpty else {
            throw UserError("\(name), line \(lines): “\(numbers[0])” where a column's name was expected", parameter: "data")
        }
        if let chain = cells.first(where: { RecordedDraws.chainColumns.contains($0.lowercased()) }) {
            throw UserError("\(name): a column “\(chain)” cannot be followed; expected a file for each chain", parameter: "follow")
        }
        columns = cells
        for (place, column) in cells.enumerated() where !RecordedDraws.bookkeeping.contains(column.lowercased()) {
            if isStan, column.hasSuffix("__"), column != "lp__" { continue }
            names.append(column)
            places.append(place)
        }
        guard !names.isEmpty else { throw UserError("\(name), line \(lines): no column of draws", parameter: "data") }
        draws = names.map { _ in [] }
    }

    private mutating func takeRow(_ cells: [String]) throws {
        guard cells.count == columns.count else {
            throw UserError("\(name), line \(lines): \(cells.count) cells; expected \(columns.count) as in the header", parameter: "data")
        }
        func number(_ place: Int) throws -> Double {
            guard let value = DecimalNumber.parse(cells[place]), value.isFinite else {
                throw UserError(
                    "\(name), line \(lines), column “\(columns[place])”: “\(cells[place])”; expected a finite number", parameter: "data")
            }
            return value
        }
        if warmupRows < comments.savedWarmup {
            warmupRows += 1
            return
        }
        guard (count + 1) * names.count <= RecordedDraws.mostNumbers else {
            throw UserError("\(name): more than \(RecordedDraws.mostNumbers) numbers", parameter: "data")
        }
        let row = try places.map(number)
        for (quantity, value) in row.enumerated() { draws[quantity].append(value) }
        for (column, place) in zip(columns, columns.indices) where column.hasSuffix("__") {
            switch column {
            case "energy__": energies.append(try number(place))
            case "accept_stat__": acceptances.append(try number(place))
            case "stepsize__": stepSizes.append(try number(place))
            case "divergent__": isDivergent.append(try number(place) > 0)
            case "treedepth__": depths.append(try number(place))
            default: break
            }
        }
    }
}
