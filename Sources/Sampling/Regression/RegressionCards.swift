import Engine
import Plotting

/// Logistic regression on one's own CSV.
typealias LogisticExperiment = ModelExperiment<RegressionModel<LogisticKind>>
/// Linear regression, beside the exact posterior.
typealias LinearExperiment = ModelExperiment<RegressionModel<LinearKind>>
/// Poisson regression on one's own CSV.
typealias PoissonExperiment = ModelExperiment<RegressionModel<PoissonKind>>

/// What the three declare alike.
private enum RegressionCard {
    static func parameters(_ builtins: [RegressionBuiltin], extra: [Parameter] = [], _ defaults: CommonParameters.Defaults) -> [Parameter] {
        [
            .file("data", builtins[0].name, builtins: builtins.map(\.name), "A CSV file with a header, or built-in data"),
            .text(
                "formula", "",
                "In R's notation: y ~ x1 + log(x2) + group + x1:group + (1 | school); empty takes target, or the built-in's own"),
            .text("target", "", "Instead of a formula: the column to predict"),
            .text("features", "", "With target: the columns to predict from, comma-separated; empty takes all others"),
            .choice(
                "standardise", ["auto", "on", "off"], "Centre numeric columns and divide by their sd; auto does so for large built-in data"),
            .choice(
                "prior", ["normal", "laplace"],
                "Of coefficients: normal with priorMean and priorSd, or Laplace(1) as in Welling & Teh (2011)"),
            .list("priorSd", "", "Prior standard deviation of the coefficients, one or one each; empty is 10, or the built-in's own"),
            .list("priorMean", "", "Prior mean, one or one each; empty is 0, or the built-in's own"),
            .real(
                "scaleSd", 0, in: 0...1e12, step: 0.5, "Scale of the HalfNormal of standard deviations; 0 is 1, linear: the response's sd"),
            .real("holdout", 0.2, in: 0...0.9, step: 0.05, "Share of rows held out to score predictions; none below 20 rows"),
        ] + extra + CommonParameters.list([.nuts, .hmc, .mala, .sgld, .sgd, .psgld, .sghmc, .bbb], defaults)
    }

    static func results(_ scores: [ResultCard]) -> [ResultCard] {
        [ResultCard("testLogLikelihood", unit: "nats", "Mean log predictive density of a held-out row", headline: true)] + scores
            + CommonParameters.exactResults + CommonParameters.results + [
                ResultCard("sd", "Standard deviation of each quantity over the draws diagnosed"),
                ResultCard("logEvidence", unit: "nats", "log p(y), exactly where it is known"),
                ResultCard("names", "The quantities' names, in the order of mean and sd"),
                ResultCard("rows", "Rows fitted"),
                ResultCard("rowsHeldOut", "Rows held out"),
                ResultCard("rowsLeftOut", "Rows with missing cells"),
            ]
    }

    static let figures: [FigureCard] =
        [
            FigureCard("coefficients", "Coefficients with 90% intervals"), FigureCard("predictive", "Posterior predictive"),
            FigureCard("calibration", "Calibration"), FigureCard("heldout", "Held-out score over draws"),
        ] + CommonParameters.figures
}

/// Logistic regression's declaration.
enum LogisticKind: RegressionKind {
    static let family = RegressionFamily.logistic
    static let builtins = [
        RegressionBuiltin(name: "cancer", formula: "diagnosis ~ .", standardises: true, positive: "malignant"),
        // Gelman et al., BDA3 §3.7, with the independent halves of its weak prior: α ~ N(0, 2²), β ~ N(10, 10²).
        RegressionBuiltin(name: "bioassay", formula: "cbind(deaths, animals - deaths) ~ dose", priorMean: [0, 10], priorSd: [2, 10]),
    ]
    static let card = Card(
        id: "sampling.logistic", title: "Logistic regression",
        summary: "A logistic regression on a CSV file by formula, scored on held-out rows; two coefficients beside the exact posterior",
        parameters: RegressionCard.parameters(
            builtins, extra: [.text("positive", "", "Which of two names in the response is the success; empty takes the later")],
            CommonParameters.Defaults(sampler: .nuts, batch: 10, stepStart: 0.01, stepEnd: 0.0001, stepSize: 0.1, leapfrogSteps: 20)),
        results: RegressionCard.results([
            ResultCard("testAccuracy", "Share of held-out rows predicted right", headline: true),
            ResultCard("testAuc", "Area under the ROC curve of the held-out rows", headline: true),
        ]),
        tables: CommonParameters.tables, figures: RegressionCard.figures,
        citation: "M. Welling, Y. W. Teh, ICML 2011, §5.2; A. Gelman et al., Bayesian Data Analysis, 3rd ed. 2013, §3.7 (bioassay)",
        stepName: "transition", presets: SamplingPresets.logistic)
}

/// Linear regression's declaration.
enum LinearKind: RegressionKind {
    static let family = RegressionFamily.linear
    static let builtins = [
        RegressionBuiltin(name: "diabetes", formula: "progression ~ .", standardises: true, priorSd: [200]),
        RegressionBuiltin(name: "stackloss", formula: "stackloss ~ .", priorSd: [100]),
    ]
    static let card = Card(
        id: "sampling.linear", title: "Linear regression",
        summary: "A linear regression on a CSV file by formula, beside its exact posterior: in closed form when the noise is known",
        parameters: RegressionCard.parameters(
            builtins, extra: [.real("noise", 0, in: 0...1e12, step: 1, "Known standard deviation of the noise; 0 estimates it")],
            CommonParameters.Defaults(sampler: .nuts, batch: 10, stepStart: 0.1, stepEnd: 0.01, stepSize: 0.1, leapfrogSteps: 20)),
        results: RegressionCard.results([
            ResultCard("testRmse", "Root mean squared error of held-out rows", headline: true),
            ResultCard(
                "klToExact", unit: "nats", "KL from the normal with the draws' moments to the closed form; with known noise", headline: true
            ),
        ]),
        tables: CommonParameters.tables, figures: RegressionCard.figures,
        citation: "A. Gelman et al., Bayesian Data Analysis, 3rd ed. 2013, §14.2", stepName: "transition")
}

/// Poisson regression's declaration.
enum PoissonKind: RegressionKind {
    static let family = RegressionFamily.poisson
    static let builtins = [RegressionBuiltin(name: "visits", formula: "visits ~ .", standardises: true)]
    static let card = Card(
        id: "sampling.poisson", title: "Poisson regression",
        summary: "A regression of counts on a CSV file by formula, with offsets and varying intercepts, scored on held-out rows",
        parameters: RegressionCard.parameters(
            builtins, CommonParameters.Defaults(sampler: .nuts, batch: 10, stepStart: 1e-3, stepEnd: 1e-4, stepSize: 0.1, leapfrogSteps: 20)
        ),
        results: RegressionCard.results([ResultCard("testRmse", "Root mean squared error of held-out rows", headline: true)]),
        tables: CommonParameters.tables, figures: RegressionCard.figures,
        citation: "A. Gelman et al., Bayesian Data Analysis, 3rd ed. 2013, §16.4", stepName: "transition")
}
