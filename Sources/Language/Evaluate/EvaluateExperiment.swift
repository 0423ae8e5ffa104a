import Engine
import Plotting

/// How good are the answers? Systems that answered the same questions, against the answers taken as right and by what a judge said.
///
/// One step measures one question's answers, or draws one bootstrap replicate. ROUGE and a judge often disagree, so both are shown, and
/// which ROUGE it is: the packages in use differ by half their values.
public struct EvaluateExperiment: Experiment {
    let questions: [EvaluationQuestion]
    let systems: [RecordedSystem]
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
        let name = setup.text("candidates")
        let files: [Input]
        if let input = setup.inputs["candidates"] {
            files = try input.parts()
        } else {
            guard name.isEmpty || name == "sample" else {
                throw UserError("candidates: there is no built-in set “\(name)”; expected sample, or files", parameter: "candidates")
            }
            files = [CandidateFile.sample]
        }
        let wanted = setup.text("judge")
        let file = try CandidateFile(files, judge: wanted)
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
        comparedBy = Self.measure(setup.choice("compareBy"))
        seed = setup.seed
        bootstrap = setup.integer("bootstrap")
        worstBy = Self.measure(setup.choice("worstBy"))
        showSystem = setup.integer("showSystem")
        showRank = setup.integer("showRank")
        scores = AnswerScores(systems: file.systems.count)
    }

    static let choices: [String] = ["judge", "rouge1", "rouge2", "rougeL", "bleu", "chrf"]
    private static func measure(_ name: String) -> Measure { Measure.allCases.first { "\($0)" == name } ?? .judge }

    /// Measures a question's answers, then draws replicates.
    public mutating func step(_ count: Int) throws -> Progress {
        var steps = 0
        while steps < count {
            if scores.questions < questions.count {
                measure(scores.questions)
            } else if scores.replicates < bootstrap {
                scores.resample(seed: seed, by: comparedBy)
            } else {
                break
            }
            steps += 1
        }
        sortWorst()
        if scores.questions < questions.count || scores.replicates < bootstrap { return Progress(steps) }
        return Progress(steps, .finished("\(questions.count) questions, \(bootstrap) replicates"))
    }

    /// Takes over a live parameter.
    public mutating func apply(_ change: Change) throws {
        switch (change.name, change.value) {
        case ("bootstrap", .integer(let value)): bootstrap = value
        case ("worstBy", .text(let value)): worstBy = Self.measure(value)
        case ("showSystem", .integer(let value)): showSystem = value
        case ("showRank", .integer(let value)): showRank = value
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
    func unjudged(_ system: Int) -> Int { systems[system].judgements[judge]?.count { $0 == nil } ?? (judge.isEmpty ? 0 : questions.count) }
}
