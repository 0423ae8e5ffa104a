import Engine
import Plotting

extension VolatilityExperiment {
    /// Its declaration.
    static let card = Card(
        id: "sampling.volatility", title: "Stochastic volatility",
        summary: "Chains on thousands of daily volatilities, beside the exact posterior by a deterministic filter",
        parameters: [
            .choice(
                "method", Method.allCases.map(\.rawValue),
                "joint: chains on σ, ν and every day's state; exact: quadrature by the filter; metropolis: σ, ν alone by the filter; source: below"
            ),
            .file(
                "data", "sp500", builtins: VolatilityData.builtins,
                "A CSV file with date and close (or return); sp500: closes of 2008-2019, a stale series for examples only; simulated"),
            .integer("days", 0, in: 0...20_000, log: true, "Only the first returns; 0 takes all, or 500 simulated ones"),
            .integer("dataSeed", 1, in: 0...1_000_000_000, "simulated: seed of the data alone, drawn with σ 0.1, ν 10"),
            .choice("parameterisation", ["noncentred", "centred"], "What samplers move: increments over σ, or the states themselves"),
            .choice(
                "scheme", SourceScheme.Form.allCases.map(\.rawValue),
                "source: preconditioned Langevin steps on σ, ν and a path's drifts; coded leaves priors out, written has them all"),
            .integer("epochs", 1500, in: 2...100_000, log: true, "source: epochs; 500 at step 0.001, then decaying"),
            .integer("copies", 100, in: 1...10_000, log: true, "source: paths drawn in an epoch"),
            .real(
                "startSigma", 0.1, in: 0.001...10, step: 0.1, log: true,
                "source: σ at the start, 0.1 as the source has it; ν begins at 10"),
            .real("sigmaAt", 0.1, in: 0.002...10, step: 0.1, log: true, .live, "σ at which logLikelihood is shown"),
            .real("nuAt", 10, in: 0.01...1e4, step: 0.1, log: true, .live, "ν at which logLikelihood is shown"),
        ]
            + CommonParameters.list(
                [.nuts, .hmc, .mala],
                CommonParameters.Defaults(sampler: .nuts, stepSize: 0.01, leapfrogSteps: 50)),
        results: CommonParameters.exactResults + CommonParameters.results + [
            ResultCard("sd", "Standard deviation of σ and ν over the draws diagnosed"),
            ResultCard("exactQuartilesSigma", "Exact quartiles of σ"),
            ResultCard("exactQuartilesNu", "Exact quartiles of ν"),
            ResultCard("logEvidence", unit: "nats", "log p(x), exactly"),
            ResultCard(
                "logLikelihood", unit: "nats", "log p(x | σ, ν) at sigmaAt and nuAt, states summed out by the filter", headline: true),
            ResultCard("peakDate", "The day of the highest exact median volatility"),
            ResultCard("peakVolatility", "Its exact 5%, 50% and 95% quantiles"),
            ResultCard("days", "Number of returns"),
            ResultCard("likelihoods", "Likelihoods and smoothings of the exact method so far"),
        ],
        tables: CommonParameters.tables + [
            TableCard("volatility", "Each day's 5%, 50% and 95% quantiles of the volatility e^s, of the draws or exactly"),
            TableCard("volatilityExact", "The same of the exact posterior, when it is known"),
            TableCard("posteriorExact", "log p(x, log σ, log ν) on the grid of the quadrature"),
        ],
        figures: [
            FigureCard("band", "Volatility over time"), FigureCard("surface", "Posterior of σ and ν with the chains on it"),
            FigureCard("predictive", "Posterior predictive check"),
        ] + CommonParameters.figures,
        citation:
            "M. D. Hoffman, A. Gelman, The No-U-Turn Sampler, JMLR 15 (2014), §4.3; closes as carried by skfolio 1.12 (BSD 3-Clause)",
        stepName: "transition", presets: SamplingPresets.volatility)
}
