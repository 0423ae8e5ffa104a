import Engine

/// The files of a run that is still going on, one a chain, and what has been asked about them.
struct Following: Sendable, Codable {
    private(set) var files: [GrowingFile]
    private let patience: Double
    /// The request under way for each file.
    private var asked: [Int?]
    private var nextID = 1
    /// Why nothing more can be read.
    private(set) var failure: String?

    /// Files as far as they had been written when the run began.
    ///
    /// - Throws: `UserError` when there is none, or what there is cannot be read.
    init(_ inputs: [Input], patience: Double) throws {
        guard !inputs.isEmpty else { throw UserError("follow: no file is given; expected one a chain as data", parameter: "follow") }
        guard inputs.count <= RecordedDraws.mostChains else {
            throw UserError("follow: \(inputs.count) files; at most \(RecordedDraws.mostChains) chains are taken", parameter: "follow")
        }
        files = inputs.map { GrowingFile(name: $0.name) }
        asked = inputs.map { _ in nil }
        self.patience = patience
        for (place, input) in inputs.enumerated() { try files[place].read(input.bytes) }
    }

    /// The quantities' names, once all headers have been read.
    var names: [String]? {
        get throws {
            guard files.allSatisfy(\.isKnown), let first = files.first else { return nil }
            if let other = files.first(where: { $0.names != first.names }) {
                throw UserError(
                    "\(other.name): its columns are not those of \(first.name); expected chains of one model", parameter: "data")
            }
            return first.names
        }
    }

    /// Whether every file tells of transitions.
    var hasTransitions: Bool { files.allSatisfy(\.hasTransitions) }

    /// Draws that every chain has.
    var available: Int { files.map(\.count).min() ?? 0 }

    /// Why no further draw can come of every chain; nil while one can.
    var ending: String? {
        guard files.contains(where: { $0.isOver && $0.count == available }) else { return nil }
        return "\(available) draws of each chain"
    }

    /// What the numbers cannot say.
    var notes: [String] {
        var notes: [String] = []
        if ending != nil, let most = files.map(\.count).max(), most > available {
            notes.append("the longest chain has \(most) draws; those beyond \(available) were left out")
        }
        if let file = files.first(where: { $0.warmupRows > 0 }) {
            notes.append("\(file.warmupRows) rows of warm-up were left out of each chain")
        }
        return notes
    }

    /// Asks for more of every file that may grow and is not asked about.
    mutating func ask() {
        for place in files.indices where asked[place] == nil && !files[place].isOver {
            asked[place] = nextID
            nextID += 1
        }
    }

    /// What is asked.
    var requests: [Request] {
        files.indices.compactMap { place in
            asked[place].map { id in
                Request(
                    id: id, provider: "file",
                    body: .growth(GrowthRequest(path: files[place].name, offset: files[place].offset, patience: patience)))
            }
        }
    }

    /// Reads on what came.
    mutating func receive(_ answer: Answer) {
        guard let place = asked.firstIndex(of: answer.id) else { return }
        asked[place] = nil
        switch answer.body {
        case .growth(let growth):
            do {
                try files[place].read(growth.text.utf8, isLast: growth.isOver)
            } catch { fail(String(describing: error)) }
        case .failure(let sentence): fail(sentence)
        default: fail("\(files[place].name): the answer holds no lines of a file")
        }
    }

    /// Stops with a sentence.
    mutating func fail(_ sentence: String) { failure = failure ?? sentence }
}
