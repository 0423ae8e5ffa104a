import Engine
import Kernels
import Plotting

/// How good are the answers? Systems that answered the same questions, against the answers taken as right and by what a judge said.
///
/// One step takes one answer in, measures one question's answers, or draws one bootstrap replicate. ROUGE and a judge often disagree, so both are shown, and
/// which ROUGE it is: the packages in use differ by half their values.
public struct EvaluateExperiment: Experiment {
    var questions: [EvaluationQuestion]
    var systems: [RecordedSystem]
    let judges: [String]
    /// The judge whose ratings count; empty when there is none.
    let judge: String
    let variant: String
    let stemmer: Bool
    let comparedBy: Measure
    let notes: [String]
    private let seed: UInt64

    var bootstrap: Int
    var worstBy: Measure
    var showSystem: Int
    var showRank: Int

    /// What is asked of whom; nil where the answers are read from files.
    var asking: Asking?
    private(set) var scores: AnswerScores
    /// The places of the answers from the worst, by the system shown; kept while all stays as it is.
    private(set) var worst: [Int] = []

    /// Reads the answers; nothing is measured before the first step.
    public init(_ setup: Setup) throws {
        variant = setup.choice("rougeVariant")
        stemmer = setup.choice("stemmer") == "on"
        if variant == "seed", stemmer {
            throw UserError(
                "stemmer: the seed's variant of ROUGE knows no stemming; choose stemmer off or rougeVariant standard", parameter: "stemmer")
        }
        comparedBy = Self.measure(setup.choice("compareBy"))
        seed = setup.seed
        bootstrap = setup.integer("bootstrap")
        worstBy = Self.measure(setup.choice("worstBy"))
        showSystem = setup.integer("showSystem")
        showRank = setup.integer("showRank")
        let file = try Self.recorded(setup)
        let wanted = setup.text("judge")
        if !setup.text("questions").isEmpty {
            let asking = try Asking(setup, beside: file)
            questions = asking.questions
            // One judge for all alike; where none is asked the one on record.
            let isAsked = asking.judgeProvider != "none"
            let recorded = file?.judges ?? []
            judge = isAsked ? "judge" : wanted.isEmpty ? recorded.first ?? "" : recorded.contains(wanted) ? wanted : ""
            judges = (isAsked ? ["judge"] : []) + recorded.filter { !isAsked || $0 != "judge" }
            systems = asking.systems.enumerated().map { index, system in
                var result = RecordedSystem(name: system.name, answers: asking.questions.map { _ in "" }, judgements: [:])
                if system.isRecorded, let file { result = file.systems[index] }
                if isAsked { result.judgements["judge"] = asking.questions.map { _ in nil } }
                return result
            }
            Self.tellApart(&systems)
            notes = asking.notes + (file?.warnings ?? [])
            scores = AnswerScores(systems: asking.systems.count)
            self.asking = asking
            return
        }
        guard let file else { throw UserError("candidates: the files hold no answers", parameter: "candidates") }
        questions = file.questions
        systems = file.systems
        judges = file.judges
        judge = wanted == "none" ? "" : wanted.isEmpty ? file.judges.first ?? "" : wanted
        var notes = file.warnings
        if setup.inputs["candidates"] == nil {
            notes.append(
                "the sample's answers and ratings were written by hand to show how ROUGE and a judge can disagree; “candidates” names your own"
            )
        }
        self.notes = notes
        scores = AnswerScores(systems: file.systems.count)
    }

    /// The recorded answers: those of the files named, or the sample where nothing else is evaluated or its questions are wanted.
    private static func recorded(_ setup: Setup) throws -> CandidateFile? {
        let name = setup.text("candidates")
        if let input = setup.inputs["candidates"] { return try CandidateFile(try input.parts(), judge: setup.text("judge")) }
        guard name.isEmpty || name == "sample" else {
            throw UserError("candidates: there is no built-in set “\(name)”; expected sample, or files", parameter: "candidates")
        }
        guard setup.text("questions").isEmpty || setup.text("questions") == "candidates" else { return nil }
        return try CandidateFile([CandidateFile.sample], judge: setup.text("judge"))
    }

    /// Gives systems of the same name numbers.
    private static func tellApart(_ systems: inout [RecordedSystem]) {
        for index in systems.indices {
            let name = systems[index].name
            var number = 2
            while systems[..<index].contains(where: { $0.name == systems[index].name }) {
                systems[index].name = "\(name) \(number)"
                number += 1
            }
        }
    }

    static let choices: [String] = ["judge", "rouge1", "rouge2", "rougeL", "bleu", "chrf"]
    private static func measure(_ name: String) -> Measure { Measure.allCases.first { "\($0)" == name } ?? .judge }

    /// Takes an answer in, measures a question's answers, or draws a replicate.
    public mutating func step(_ count: Int) throws -> Progress {
        guard count > 0 else { return Progress(0, state) }
        ask()
        var steps = 0
        while steps < count {
            if takeAnswer() {
                ask()
            } else if canMeasure {
                measure(scores.questions)
            } else if canResample {
                scores.resample(seed: seed, by: comparedBy)
            } else {
                break
            }
            steps += 1
        }
        sortWorst()
        return Progress(steps, state)
    }

    /// Whether the next question's answers are all there.
    private var canMeasure: Bool { scores.questions < questions.count && (asking?.isComplete(scores.questions) ?? true) }
    private var canResample: Bool { !questions.isEmpty && scores.questions == questions.count && scores.replicates < bootstrap }

    private var state: Progress.State {
        if asking?.inbox.isEmpty == false || canMeasure || canResample { return .ready }
        if let asking {
            if !asking.outstanding.isEmpty { return .waiting(asking.outstanding.map(\.request)) }
            if let failure = asking.failure { return .failed("\(failure); raise “attempt” to go on") }
        }
        return .finished("\(questions.count) questions, \(min(scores.replicates, bootstrap)) replicates")
    }

    /// Keeps an answer for the next step.
    public mutating func receive(_ answer: Answer) throws {
        guard asking != nil else { throw UserError("\(Self.card.id) asked nothing, but an answer came") }
        try asking?.receive(answer)
    }

    /// Takes over a live parameter.
    public mutating func apply(_ change: Change) throws {
        switch (change.name, change.value) {
        case ("bootstrap", .integer(let value)): bootstrap = value
        case ("worstBy", .text(let value)): worstBy = Self.measure(value)
        case ("showSystem", .integer(let value)): showSystem = value
        case ("showRank", .integer(let value)): showRank = value
        case ("parallel", .integer(let value)): asking?.parallel = value
        case ("retries", .integer(let value)): asking?.retries = value
        case ("requestsPerMinute", .integer(let value)): asking?.requestsPerMinute = value
        case ("attempt", .integer(let value)): asking?.tryAgain(value)
        default: throw UserError("\(Self.card.id) has no live parameter “\(change.name)”", parameter: change.name)
        }
        sortWorst()
    }

    /// The system whose worst answers are shown.
    var shownSystem: Int { min(max(showSystem - 1, 0), systems.count - 1) }

    private mutating func measure(_ question: Int) {
        let reference = questions[question].reference
        for (index, system) in systems.enumerated() {
            let answer = system.answers[question]
            var row = [Double](repeating: .nan, count: Measure.allCases.count)
            if variant == "seed" {
                let rouge = SetRouge(candidate: answer, reference: reference)
                (row[0], row[1], row[2]) = (rouge.rouge1.f1, rouge.rouge2.f1, rouge.rougeL.f1)
            } else {
                let rouge = Rouge(candidate: answer, reference: reference, stemmer: stemmer)
                (row[0], row[1], row[2]) = (rouge.rouge1.f1, rouge.rouge2.f1, rouge.rougeL.f1)
            }
            row[Measure.bleu.rawValue] = Bleu.score(candidate: answer, reference: reference)
            row[Measure.chrf.rawValue] = Chrf.score(candidate: answer, reference: reference)
            if let judged = system.judgements[judge]?[question] { row[Measure.judge.rawValue] = judged.rating }
            if let asking {
                let found = asking.systems[index].found(questions[question].document, asking.found[question]) { Kernels.log2($0) }
                (row[Measure.hit.rawValue], row[Measure.reciprocalRank.rawValue]) = (found.hit, found.reciprocal)
                row[Measure.gain.rawValue] = found.gain
            }
            scores.append(row, system: index)
        }
    }

    /// Sorts the shown system's answers, the worst first, of equals the earlier.
    private mutating func sortWorst() {
        let system = shownSystem
        let keys = (0..<scores.questions).map { scores.value(worstBy, system: system, question: $0) ?? .infinity }
        worst = keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
    }

    /// How many of a system's answers the judge's reply rated not at all.
    func unjudged(_ system: Int) -> Int { systems[system].judgements[judge]?.prefix(scores.questions).count { $0 == nil } ?? 0 }
}
