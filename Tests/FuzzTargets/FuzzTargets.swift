import Engine
import Entropy
import Foundation
import LanguageModel
import Language
import Sampling
import Terminal
import WorkbenchUI

/// What takes bytes that a user, a file or a server controls: each must answer every input with a value or a `UserError`.
///
/// Driven by the fuzzer (Tests/Fuzz) with inputs it makes up, and by the tests with those it found worth keeping (Tests/FuzzCorpus).
public enum FuzzTarget: String, CaseIterable, Sendable {
    /// Workspace files, as they are and with every line's checksum set right, so that what stands in the lines is reached too.
    case workspace
    /// Tables in CSV and TSV.
    case csv
    /// Bytes from a terminal, in pieces.
    case keys
    /// Constraints of maximum entropy, on outcomes and on the line, and groupings.
    case constraints
    /// Formulas of regressions.
    case formula
    /// The settings file.
    case settings
    /// Lists of numbers, and values of parameters.
    case numbers
    /// Streams of server-sent events, in pieces.
    case events
    /// Model files.
    case gguf

    /// Takes the bytes in and lets go of what comes of them; ends the process where something is wrong.
    public func take(_ bytes: [UInt8]) {
        switch self {
        case .workspace:
            takeWorkspace(bytes)
            takeWorkspace(Self.withChecksums(bytes))
        case .csv: takeTable(bytes)
        case .keys: takeKeys(bytes)
        case .constraints: takeConstraints(Self.text(bytes))
        case .formula:
            start(
                "sampling.logistic", SamplingCatalog.experiments,
                ["data": .text("bioassay"), "formula": .text(Self.text(bytes)), "chains": .integer(1)])
        case .settings: must { _ = try SessionSettings(text: Self.text(bytes), file: "settings") }
        case .numbers:
            let text = Self.text(bytes)
            must { _ = try NumberList.parse(text, parameter: "x") }
            for type in EntropyCatalog.experiments {
                for parameter in type.card.parameters { must { _ = try parameter.checked(try parameter.parse(text)) } }
            }
        case .events:
            var whole = ServerSentEvents(limit: 10_000)
            let payloads = (try? whole.feed(bytes)).map { $0 + (whole.finish().map { [$0] } ?? []) }
            var pieces = ServerSentEvents(limit: 10_000)
            var again: [String]? = []
            for byte in bytes {
                guard let more = try? pieces.feed([byte]) else {
                    again = nil
                    break
                }
                again?.append(contentsOf: more)
            }
            if again != nil { again?.append(contentsOf: pieces.finish().map { [$0] } ?? []) }
            precondition(payloads == again, "a stream says the same however it is cut")
        case .gguf: takeModel(bytes)
        }
    }

    // MARK: Each of them

    private func takeWorkspace(_ bytes: [UInt8]) {
        must {
            let workspace = try Workspace.parse(bytes, name: "fuzzed")
            precondition(workspace.intactBytes <= bytes.count)
            // What was read is written so that it reads as the same.
            let journal = Journal(header: workspace.header)
            for event in workspace.events { journal.append(event) }
            precondition(journal.events.count == workspace.events.count)
        }
    }

    private func takeTable(_ bytes: [UInt8]) {
        must {
            let table = try DelimitedText.parse(bytes, name: "fuzzed")
            for column in 0..<min(4, table.columns.count) { _ = table.columns[column] }
        }
        must { _ = try DelimitedText.parse(bytes, name: "fuzzed", separator: 0x09, header: .present) }
        must { _ = try NumberList.read(Input(name: "fuzzed.csv", bytes: bytes), column: nil, parameter: "x") }
    }

    private func takeKeys(_ bytes: [UInt8]) {
        var whole = KeyDecoder()
        let events = whole.feed(bytes) + whole.giveUp()
        var pieces = KeyDecoder()
        var again: [TerminalEvent] = []
        for byte in bytes { again += pieces.feed([byte]) }
        again += pieces.giveUp()
        precondition(events == again, "keys are the same however their bytes come")
    }

    private func takeConstraints(_ text: String) {
        start("entropy.maxent", EntropyCatalog.experiments, ["constraints": .text(text)])
        start("entropy.moments", EntropyCatalog.experiments, ["constraints": .text(text), "lower": .real(-2), "upper": .real(3)])
        start("entropy.measure", EntropyCatalog.experiments, ["grouping": .text(text)])
        start("entropy.measure", EntropyCatalog.experiments, ["joint": .text(text)])
    }

    private func takeModel(_ bytes: [UInt8]) {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("fuzzed-\(ProcessInfo.processInfo.processIdentifier).gguf")
            .path
        guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else { return }
        defer { unlink(path) }
        do { _ = try GGUFFile(path: path) } catch is LanguageModelError {} catch { preconditionFailure("\(error)") }
    }

    /// Starts an experiment with these values and takes one step; refusals are one sentence.
    private func start(_ id: String, _ experiments: [any Experiment.Type], _ values: [String: Value]) {
        guard let type = experiments.first(where: { $0.card.id == id }) else { preconditionFailure("there is no \(id)") }
        func run<E: Experiment>(_ type: E.Type) {
            must {
                let configuration = try Configuration(E.card, values: values)
                var experiment = try E(try configuration.setup(for: E.card))
                _ = experiment.results()
                _ = try experiment.step(1)
                _ = experiment.results()
            }
        }
        run(type)
    }

    /// What is refused is refused in one line that says something.
    private func must(_ body: () throws -> Void) {
        do {
            try body()
        } catch let error as UserError {
            precondition(!error.description.isEmpty && !error.description.contains("\n"), "one sentence: \(error.description)")
        } catch {
            preconditionFailure("an error that is no sentence to the user: \(error)")
        }
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// Each line with its last member's place taken by the checksum of what stands before it, as the journal writes it.
    static func withChecksums(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        for line in bytes.split(separator: 0x0a, omittingEmptySubsequences: false) {
            var body = Array(line)
            if body.count > 18, body.suffix(18).starts(with: Array(",\"sum\":\"".utf8)) { body.removeLast(18) }
            if body.last == 0x7d { body.removeLast() }
            let sum = String(checksum(body), radix: 16)
            body += Array(",\"sum\":\"\(String(repeating: "0", count: 8 - sum.count))\(sum)\"}\n".utf8)
            result += body
        }
        return result
    }

    /// CRC-32 as in zlib (ISO 3309), bit by bit.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
        return ~sum
    }
}
