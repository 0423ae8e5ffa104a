import Plotting

/// A deterministic machine: it advances in steps and reads nothing from the world.
///
/// What comes from outside - parameters, a seed, the bytes of files, a language model's answers - enters through `init`, `apply`
/// and `receive`. So the same machine fed the same events shows the same bits on every machine, whatever the sizes of the slices
/// its steps are taken in. A copy is its checkpoint; two copies are a branch. No clock, no file, no network, no global random
/// state, no C library mathematics: random numbers come from `Kernels.RandomStream`, elementary functions from `Kernels`.
public protocol Experiment: Sendable, Codable {
    /// Its declaration.
    static var card: Card { get }

    /// The machine before its first step.
    ///
    /// - Throws: `UserError` when the values or inputs cannot be worked with, in one sentence naming what, where and what was expected.
    init(_ setup: Setup) throws

    /// Takes up to `count` steps and says how many it took and what stopped it, if anything did.
    ///
    /// `step(a)` then `step(b)` leaves the same state as `step(a + b)`.
    /// - Throws: `UserError` when it cannot go on; the state stays readable.
    mutating func step(_ count: Int) throws -> Progress

    /// Takes over the new value of a parameter declared `.live`; already validated against the card.
    mutating func apply(_ change: Change) throws

    /// Takes the answer to a request of an earlier `.waiting`; failures are answers too.
    mutating func receive(_ answer: Answer) throws

    /// The named results so far, in the card's order. Cheap: called at frame rate.
    func results() -> Results

    /// The named tables so far. May cost more; called when shown or printed, not at frame rate.
    func tables() -> [Table]

    /// What one of the card's handoffs gives, as things stand.
    ///
    /// - Throws: `UserError` when there is nothing to give yet.
    func handoff(_ id: String) throws -> Handoff

    /// One of the card's figures. Called at frame rate for the figures on the screen.
    func figure(_ id: String) -> Figure
}

extension Experiment {
    /// An experiment without live parameters has nothing to apply.
    public mutating func apply(_ change: Change) throws {
        throw UserError("\(Self.card.id) has no live parameter “\(change.name)”")
    }

    /// An experiment without requests receives no answers.
    public mutating func receive(_ answer: Answer) throws {
        throw UserError("\(Self.card.id) asked nothing, but an answer came")
    }

    /// No tables.
    public func tables() -> [Table] { [] }
}

/// What came of a call of `step`.
public struct Progress: Sendable {
    /// Why it stopped, or that it could go on.
    public enum State: Sendable, Hashable {
        /// More steps can be taken.
        case ready
        /// Nothing more can be done until an answer to one of these comes. All outstanding requests are listed each time; the
        /// engine starts those whose `id` it has not started yet.
        case waiting([Request])
        /// Done, and in which sense: "converged", "1000 draws". A live change may make it go on.
        case finished(String)
        /// It cannot go on, and why, in one sentence; the results say what they can. A live change may make it go on.
        case failed(String)
    }

    /// How many steps were taken, at most the number asked for.
    public var steps: Int
    /// Why it stopped.
    public var state: State

    /// Steps taken and the state after them.
    public init(_ steps: Int, _ state: State = .ready) {
        self.steps = steps
        self.state = state
    }

    /// All steps were taken and more can follow.
    public static func ran(_ steps: Int) -> Progress { Progress(steps) }
}

/// A new value of a live parameter.
public struct Change: Sendable, Hashable {
    /// The parameter's name.
    public var name: String
    /// Its new value, valid by the card.
    public var value: Value
    /// The step it takes effect at, for ruling it on a plot.
    public var step: Int

    /// A change.
    public init(_ name: String, _ value: Value, step: Int = 0) {
        self.name = name
        self.value = value
        self.step = step
    }
}

/// What an experiment starts from: every parameter's value, the seed, and the bytes of files already read.
public struct Setup: Sendable {
    /// The card the values were checked against.
    public let card: Card
    /// Every parameter's value, defaults included.
    public private(set) var values: [String: Value]
    /// The seed of all random streams.
    public let seed: UInt64
    /// The bytes of the files that `.file`, `.list` and `.text` parameters name, by parameter.
    public let inputs: [String: Input]

    /// A setup; values that are missing take the card's defaults.
    public init(card: Card, values: [String: Value] = [:], seed: UInt64 = 42, inputs: [String: Input] = [:]) {
        self.card = card
        self.values = [:]
        for parameter in card.parameters { self.values[parameter.name] = values[parameter.name] ?? parameter.initial }
        self.seed = seed
        self.inputs = inputs
    }

    private func value(_ name: String) -> Value {
        guard let value = values[name] else { preconditionFailure("\(card.id) declares no parameter \(name)") }
        return value
    }

    /// The value of a real (or integer) parameter.
    public func real(_ name: String) -> Double {
        switch value(name) {
        case .real(let x): x
        case .integer(let n): Double(n)
        default: preconditionFailure("\(name) is not a number in \(card.id)")
        }
    }

    /// The value of an integer parameter.
    public func integer(_ name: String) -> Int {
        guard case .integer(let n) = value(name) else { preconditionFailure("\(name) is not an integer in \(card.id)") }
        return n
    }

    /// The value of a choice, text, list or file parameter, as typed.
    public func text(_ name: String) -> String {
        guard case .text(let text) = value(name) else { preconditionFailure("\(name) is not text in \(card.id)") }
        return text
    }

    /// The value of a choice.
    public func choice(_ name: String) -> String { text(name) }

    /// The value of a flag.
    public func flag(_ name: String) -> Bool {
        guard case .flag(let on) = value(name) else { preconditionFailure("\(name) is not a flag in \(card.id)") }
        return on
    }
}

/// The bytes of a file that a parameter names.
public struct Input: Sendable, Hashable, Codable {
    /// The file's name as the user gave it.
    public var name: String
    /// Its content.
    public var bytes: [UInt8]

    /// A file's content.
    public init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}

/// Something the user can mend: bad input, an infeasible wish, a file that cannot be read.
///
/// Shown as one sentence, nowhere as a trace.
public struct UserError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence: what, where (parameter; file, line, column), and what was expected.
    public var description: String
    /// The parameter at fault, when one is.
    public var parameter: String?

    /// An error in one sentence.
    ///
    /// What it quotes of a file or a user stays on its line: control characters become their pictures, and it is cut after 2,000.
    public init(_ sentence: String, parameter: String? = nil) {
        description = Self.line(sentence)
        self.parameter = parameter
    }

    private static func line(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != 0xC2 } && text.utf8.count <= 2000
        guard !isPlain else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(2000) {
            switch scalar.value {
            case 0..<0x20: result.append(Unicode.Scalar(0x2400 + scalar.value) ?? " ")
            case 0x7F: result.append("\u{2421}")
            case 0x80..<0xA0, 0x2028, 0x2029: result.append("\u{FFFD}")
            default: result.append(scalar)
            }
        }
        if text.unicodeScalars.count > 2000 { result.append("…") }
        return String(result)
    }
}
