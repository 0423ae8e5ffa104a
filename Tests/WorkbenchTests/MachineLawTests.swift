import Engine
import Foundation
import Kernels
import Plotting
import TerminalDriver
import Testing

@testable import workbench

/// The laws that one process cannot show: the same bits on every instruction-set path and on any number of processors.
@Suite struct `On any machine` {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Long enough that every sampler leaves its warm-up and work is spread over threads.
    private static let steps = [
        "sampling.mixture": "3000", "entropy.wallis": "200000", "classifier.metrics": "60", "sampling.volatility": "2",
        "classifier.ensemble": "4", "classifier.ablation": "600", "classifier.folds": "8", "language.evaluate": "60",
    ]

    /// Runs that take other paths through the kernels than the defaults do.
    private static let variants = [
        ["sampling.mixture", "--set", "sampler=hmc", "--set", "draws=200", "--set", "warmup=200"],
        ["sampling.mixture", "--set", "sampler=nuts", "--set", "draws=100", "--set", "warmup=150", "--set", "massMatrix=dense"],
        ["entropy.wallis", "--set", "method=exchange", "--set", "quanta=1000", "--steps", "20000"],
        ["entropy.maxent", "--set", "values=1..500", "--set", "constraints=mean = 200; var = 900; P(x >= 250) = 0.1"],
        ["classifier.metrics", "--set", "data=digits", "--steps", "20"],
        ["classifier.ablation", "--set", "data=melanoma"],
    ]

    private static let runs: [[String]] =
        Composition.catalog.experiments.map { [$0.card.id, "--steps", steps[$0.card.id] ?? "30"] } + variants

    /// What providers measure by the clock.
    private static let measured: Set = ["readSeconds", "searchSeconds"]

    /// A run's JSON without its rates, which are of the clock.
    private func output(_ run: [String], environment: [String: String] = [:], processors: String? = nil) throws -> [Substring] {
        let program = [builtProgram("workbench").path, "run"] + run + ["--json", "--quiet"]
        let words = processors.map { ["taskset", "--cpu-list", $0] + program } ?? program
        let result = try runProgram(
            ["timeout", "120"] + words,
            environment: ["XDG_STATE_HOME": scratch.folder.path, "XDG_DATA_HOME": scratch.folder.path, "LANG": "C.UTF-8"].merging(
                environment
            ) { $1 })
        #expect(result.status == 0, "\(result.errors)")
        let card = try Composition.catalog.experiment(run[0]).card
        let rates = card.results.filter { $0.perSecondOf != nil || Self.measured.contains($0.name) }.map { "\"\($0.name)\":" }
        return result.output.split(separator: "\n").filter { line in !rates.contains { line.drop { $0 == " " }.hasPrefix($0) } }
    }

    @Test(arguments: runs) func `every instruction-set path and any number of processors give the same bytes`(run: [String]) throws {
        let here = try output(run)
        #expect(here.count > 10)
        for path in availableInstructionSets where path != instructionSet {
            #expect(try output(run, environment: ["WORKBENCH_ISA": path]) == here, "\(path) against \(instructionSet)")
        }
        #expect(try output(run, processors: "0") == here, "one processor against all")
    }
}
