import Engine
import Foundation
import Testing

@testable import Sampling

/// NUTS, and the exact posteriors, beside posteriordb's reference draws: Stan's, of ten chains thinned to independence.
///
/// What is kept of those draws are means and standard deviations with their errors, made by Tests/References/sampling/posteriordb.py.
@Suite struct `Reference draws of posteriordb` {
    struct Reference: Decodable {
        struct Quantity: Decodable {
            var name: String
            var mean, sd, mcseMean, mcseSd: Double
        }
        struct Settings: Decodable {
            var formula, priorSd, priorMean: String?
            var scaleSd: Double?
        }
        struct Posterior: Decodable {
            var name: String
            var csv: String?
            var settings: Settings
            var quantities: [Quantity]
        }
        var posteriors: [Posterior]

        static func load() throws -> Reference {
            let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../References/sampling/posteriordb.json")
            return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
        }

        func posterior(_ name: String) throws -> Posterior { try #require(posteriors.first { $0.name == name }) }
    }

    /// Errors of either side combined that a mean or standard deviation may be off by.
    static let sigmas = 4.5

    static func expect<T: Target>(_ run: ChainRun<T>, _ want: [Reference.Quantity], _ comment: String) {
        #expect(run.diagnosis.summaries.count == want.count, "\(comment)")
        for (summary, reference) in zip(run.diagnosis.summaries, want) {
            for (what, got, error, wanted, theirs) in [
                ("mean", summary.mean, summary.mcseMean, reference.mean, reference.mcseMean),
                ("sd", summary.sd, summary.mcseSd, reference.sd, reference.mcseSd),
            ] {
                let (got, error) = (got ?? .nan, error ?? .nan)
                let bound = sigmas * (error * error + theirs * theirs).squareRoot()
                #expect(abs(got - wanted) < bound, "\(comment) \(reference.name): \(what) \(got) ± \(error) for \(wanted) ± \(theirs)")
            }
        }
    }

    @Test func `eight schools, non-centred and exactly`() throws {
        let want = try Reference.load().posterior("eight_schools-eight_schools_noncentered").quantities
        let run = try drive(SchoolsExperiment.self, ["warmup": .integer(500), "draws": .integer(1500), "targetAccept": .real(0.95)])
        Self.expect(run.run, want, "non-centred")
        let exact = SchoolsPosterior(run.run.target)
        for (q, reference) in want.enumerated() {
            #expect(abs(exact.means[q] - reference.mean) < Self.sigmas * reference.mcseMean, "\(reference.name)")
            #expect(abs(exact.sds[q] - reference.sd) < Self.sigmas * reference.mcseSd, "\(reference.name)")
        }
    }

    @Test func `eight schools, centred, within its own much larger error`() throws {
        let want = try Reference.load().posterior("eight_schools-eight_schools_noncentered").quantities
        let run = try drive(
            SchoolsExperiment.self,
            ["parameterisation": .text("centred"), "warmup": .integer(500), "draws": .integer(1500), "targetAccept": .real(0.97)])
        Self.expect(run.run, want, "centred")
    }

    @Test(arguments: ["sblri-blr", "sblrc-blr", "kilpisjarvi_mod-kilpisjarvi", "mesquite-logmesquite_logvash"])
    func `linear regressions, by NUTS and exactly`(name: String) throws {
        let posterior = try Reference.load().posterior(name)
        let settings = posterior.settings
        var values: [String: Value] = [
            "data": .text("reference.csv"), "standardise": .text("off"), "holdout": .real(0), "chains": .integer(2),
            "warmup": .integer(500), "draws": .integer(1000), "massMatrix": .text("dense"),
        ]
        values["formula"] = settings.formula.map { .text($0) }
        values["priorSd"] = settings.priorSd.map { .text($0) }
        values["priorMean"] = settings.priorMean.map { .text($0) }
        values["scaleSd"] = settings.scaleSd.map { .real($0) }
        let input = Input(name: "reference.csv", bytes: Array(try #require(posterior.csv).utf8))
        let run = try drive(LinearExperiment.self, values, inputs: ["data": input])
        Self.expect(run.run, posterior.quantities, name)
        let exact = try #require(LinearPosterior(run.run.target))
        for (q, reference) in posterior.quantities.enumerated() {
            #expect(abs(exact.means[q] - reference.mean) < Self.sigmas * reference.mcseMean, "\(name) \(reference.name)")
            #expect(abs(exact.sds[q] - reference.sd) < Self.sigmas * reference.mcseSd, "\(name) \(reference.name)")
        }
    }
}
