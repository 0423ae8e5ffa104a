import Foundation
import Plotting

/// One line of a workspace as JSON: the header or an event, flat, with its kind first in meaning and its checksum last.
struct Record: Codable {
    var kind: String
    var at: Double?
    var pane: Int?
    var step: Int?
    // The header's.
    var format: Int?
    var title: String?
    var program: String?
    var created: String?
    var parent: Parent?
    // The events'.
    var experiment: String?
    var seed: UInt64?
    var parameters: [String: Value]?
    var inputs: [EmbeddedInput]?
    var name: String?
    var value: Value?
    var figure: String?
    var text: String?
    var index: Int?
    var answer: Answer?
    var results: [String: String]?

    init(kind: String) { self.kind = kind }
}

/// The workspace and the place in it that a branch grew from.
public struct Parent: Sendable, Hashable, Codable {
    /// The parent's file name.
    public var file: String
    /// The SHA-256 digest of the parent's lines up to that place.
    public var digest: String
    /// How many of its events are shared.
    public var events: Int

    /// A parent and the place.
    public init(file: String, digest: String, events: Int) {
        self.file = file
        self.digest = digest
        self.events = events
    }
}

/// An input's bytes inside the workspace, so that it travels alone.
struct EmbeddedInput: Codable {
    var parameter: String
    var file: String
    var bytes: Int
    var sha256: String
    /// Base64 of the bytes, or of their zlib compression when that is shorter.
    var data: String
    var compression: String?

    init(parameter: String, _ input: Input) throws {
        self.parameter = parameter
        file = input.name
        bytes = input.bytes.count
        sha256 = SHA256.hexadecimal(input.bytes)
        let packed = input.bytes.count > 256 ? try Deflate.compressed(input.bytes) : input.bytes
        let isShorter = packed.count < input.bytes.count
        data = Data(isShorter ? packed : input.bytes).base64EncodedString()
        compression = isShorter ? "zlib" : nil
    }

    func input() throws -> Input {
        guard let raw = Data(base64Encoded: data) else { throw UserError("the embedded input “\(file)” is not base64") }
        var content = Array(raw)
        switch compression {
        case nil: break
        case "zlib": content = try Deflate.expanded(content, count: bytes)
        case let other?: throw UserError("the embedded input “\(file)” is compressed by “\(other)”, which this version does not know")
        }
        guard content.count == bytes, SHA256.hexadecimal(content) == sha256 else {
            throw UserError("the embedded input “\(file)” does not match its SHA-256 digest")
        }
        return Input(name: file, bytes: content)
    }
}

extension Record {
    init(_ event: Event) throws {
        self.init(kind: "")
        at = (event.at * 1000).rounded() / 1000
        pane = event.pane
        step = event.pane == nil ? nil : event.step
        switch event.kind {
        case .opened(let configuration):
            kind = "open"
            experiment = configuration.experiment
            seed = configuration.seed
            parameters = configuration.values
            inputs = try configuration.inputs.keys.sorted().compactMap { name in
                try configuration.inputs[name].map { try EmbeddedInput(parameter: name, $0) }
            }
        case .set(let name, let value, let input):
            kind = "set"
            self.name = name
            self.value = value
            inputs = try input.map { [try EmbeddedInput(parameter: name, $0)] }
        case .restarted(let seed):
            kind = "restart"
            self.seed = seed
        case .started: kind = "start"
        case .paused: kind = "pause"
        case .stopped(let reason):
            kind = "stop"
            text = reason
        case .answered(let answer):
            kind = "answer"
            self.answer = answer
        case .seeds(let count, let spread):
            kind = "seeds"
            index = count
            text = spread.rawValue
        case .selected(let figure):
            kind = "select"
            self.figure = figure
        case .pinned: kind = "pin"
        case .unpinned(let index):
            kind = "unpin"
            self.index = index
        case .marked(let text):
            kind = "mark"
            self.text = text
        case .viewed(let text):
            kind = "view"
            self.text = text
        case .digest(let digest):
            kind = "digest"
            results = digest.results
        case .reached: kind = "reach"
        case .closed: kind = "close"
        }
    }

    /// The event this record means; nil for a kind this version does not know.
    ///
    /// - Throws: `UserError` naming the field that is missing or wrong.
    func event() throws -> Event? {
        func required<T>(_ field: T?, _ name: String) throws -> T {
            guard let field else { throw UserError("the “\(kind)” event lacks “\(name)”") }
            return field
        }
        let event: Event.Kind
        switch kind {
        case "open":
            var bytes: [String: Input] = [:]
            for embedded in inputs ?? [] { bytes[embedded.parameter] = try embedded.input() }
            event = .opened(
                Configuration(
                    experiment: try required(experiment, "experiment"), seed: try required(seed, "seed"),
                    values: try required(parameters, "parameters"), inputs: bytes))
        case "set": event = .set(name: try required(name, "name"), value: try required(value, "value"), input: try inputs?.first?.input())
        case "restart": event = .restarted(seed: try required(seed, "seed"))
        case "start": event = .started
        case "pause": event = .paused
        case "stop": event = .stopped(text ?? "")
        case "answer": event = .answered(try required(answer, "answer"))
        case "seeds":
            let name = text ?? Spread.standardError.rawValue
            guard let spread = Spread(rawValue: name) else { throw UserError("the “seeds” event has the unknown spread “\(name)”") }
            event = .seeds(try required(index, "index"), spread)
        case "select": event = .selected(figure: try required(figure, "figure"))
        case "pin": event = .pinned
        case "unpin": event = .unpinned(try required(index, "index"))
        case "mark": event = .marked(try required(text, "text"))
        case "view": event = .viewed(try required(text, "text"))
        case "digest": event = .digest(Digest(results: try required(results, "results")))
        case "reach": event = .reached
        case "close": event = .closed
        default: return nil
        }
        let step = step ?? 0
        guard step >= 0 else { throw UserError("the “\(kind)” event has the negative step \(step)") }
        let at = at ?? 0
        guard at.isFinite, at >= 0 else { throw UserError("the “\(kind)” event has the time \(at)") }
        if let pane, !(0..<Event.mostPanes).contains(pane) { throw UserError("the “\(kind)” event names pane \(pane)") }
        return Event(at: at, pane: pane, step: step, event)
    }

    /// The record as one line with its checksum, newline included.
    func line() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        var bytes = Array(try encoder.encode(self))
        bytes.removeLast()
        let sum = Deflate.checksum(bytes)
        bytes.append(contentsOf: Array(",\"sum\":\"\(sum)\"}\n".utf8))
        return bytes
    }

    /// Whether a line ends in the checksum of what stands before it.
    static func isIntact(_ line: some BidirectionalCollection<UInt8>) -> Bool {
        let tail = 18  // ,"sum":"01234567"}
        guard line.count > tail else { return false }
        let body = line.dropLast(tail)
        return Array(line.suffix(tail)) == Array(",\"sum\":\"\(Deflate.checksum(body))\"}".utf8)
    }

    static func parse(_ line: some Collection<UInt8>) throws -> Record {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return try decoder.decode(Record.self, from: Data(line))
    }
}
