import Engine

/// The parameters that every experiment of chains declares, so that they mean the same everywhere.
enum CommonParameters {
    /// An experiment's own defaults.
    struct Defaults {
        var sampler = SamplerKind.hmc
        var updates = 100_000
        var batch = 10
        var stepStart = 0.01
        var stepEnd = 0.0001
        var stepSize = 0.1
        var leapfrogSteps = 10
        var initial = "prior"
        var thin = 0
        var learningRate = 0.01
    }

    static func list(_ samplers: [SamplerKind], _ defaults: Defaults) -> [Parameter] {
        [
            .choice(
                "sampler", samplers.map(\.rawValue), initial: defaults.sampler.rawValue,
                "On minibatches: sgd ascent, sgld Langevin, psgld preconditioned, sghmc with momentum, bbb a fitted normal; on all data: mala, hmc, nuts"
            ),
            .integer("chains", 4, in: 1...64, "Chains side by side; each depends on the seed and its number alone"),
            .integer(
                "updates", defaults.updates, in: 1...1_000_000_000, log: true, unit: "updates",
                "Length of a stochastic-gradient run; also sets the schedule"),
            .integer(
                "thin", defaults.thin, in: 0...10_000_000,
                "Every thin-th state is kept; 0 keeps 10,000 of a stochastic-gradient run, else all"),
            .integer(
                "burnin", 0, in: 0...1_000_000_000, unit: "updates",
                "First updates of a stochastic-gradient run that give no draws; of bbb 0 takes half of all"),
            .integer(
                "batch", defaults.batch, in: 1...10_000_000, log: true, .live, unit: "data", "Minibatch size n, at most the number of data"),
            .choice(
                "batching", ["shuffled", "independent"], "shuffled: each epoch visits every datum once; independent: with replacement"),
            .real(
                "stepStart", defaults.stepStart, in: 1e-12...1e3, step: 0.1, log: true, .live, "First step ε of a stochastic-gradient run"),
            .real(
                "stepEnd", defaults.stepEnd, in: 1e-12...1e3, step: 0.1, log: true, .live,
                "Last step; equal to stepStart for a constant step"),
            .real("stepGamma", 0.55, in: 0.5...1, step: 0.01, .live, "Decay γ of the step a(b + t)^-γ, above 0.5"),
            .real("stepA", 0, in: 0...1e12, step: 0.01, .live, "The factor a itself; 0 takes stepStart and stepEnd"),
            .real("stepB", 0, in: 0...1e12, step: 1, .live, unit: "updates", "The offset b, when stepA is given"),
            .real("temperature", 1, in: 0...1e6, step: 0.1, .live, "T scales the variance of the injected noise; 0 is gradient ascent"),
            .text("initial", defaults.initial, "Where chains start: numbers for all chains or for each, or prior for random places"),
            .integer(
                "warmup", 1000, in: 0...10_000_000, unit: "transitions",
                "mala, hmc, nuts: transitions that tune the step size and mass matrix"),
            .integer("draws", 1000, in: 1...10_000_000, "mala, hmc, nuts: draws kept of each chain"),
            .real(
                "stepSize", defaults.stepSize, in: 1e-12...1e6, step: 0.1, log: true, .live,
                "mala, hmc, nuts: leapfrog step; tuned in warm-up, starting here"),
            .integer("leapfrogSteps", defaults.leapfrogSteps, in: 1...100_000, "hmc: leapfrog steps of a transition"),
            .integer("maxTreeDepth", 10, in: 1...20, "nuts: a trajectory has at most 2 to this power leapfrog steps"),
            .real("targetAccept", 0.8, in: 0...1, step: 0.01, "mala, hmc, nuts: the acceptance that warm-up tunes the step size to"),
            .choice(
                "massMatrix", ["auto", "unit", "diagonal", "dense", "curvature"],
                "mala, hmc, nuts: the mass matrix that warm-up estimates: of the draws, or of the density's curvature where they are; auto: "
                    + "curvature in regressions without groups, if not very large, and in the non-centred volatility, diagonal elsewhere"),
            .real("alpha", 0.99, in: 0...1, step: 0.01, "psgld: memory of the mean squared gradient, below 1"),
            .real("lambda", 1e-8, in: 1e-300...1e6, step: 0.1, log: true, "psgld: added to the root mean squared gradient"),
            .choice("preconditioner", ["total", "average"], "psgld squares the total gradient or the data's average, as the paper"),
            .real("friction", 0.1, in: 1e-6...1, step: 0.05, "sghmc: share of the velocity lost in an update; 1 is sgld"),
            .real(
                "learningRate", defaults.learningRate, in: 1e-12...1e3, step: 0.1, log: true, .live,
                "bbb: Adam's rate at the first update; it decays as the step does"),
            .choice("optimiser", ["adam", "sgd"], "bbb: adam, or sgd with θ += ε/2·g as the sampler sgd"),
            .choice(
                "klWeights", ["uniform", "geometric"], "bbb: the divergence's share in minibatch i of M: 1/M, or 2^(M-i)/(2^M - 1)"),
            .real("initialScale", 0.02, in: 1e-9...1e3, step: 0.1, log: true, "bbb: standard deviation of each coordinate at the start"),
            .real("stopAtEss", 0, in: 0...1e9, step: 100, .live, "Stop when every quantity's bulk ESS has it; 0 runs to the end"),
        ]
    }

    static let results: [ResultCard] = [
        ResultCard("mean", "Mean of each quantity over the draws diagnosed"),
        ResultCard("mcseMean", "Its Monte Carlo standard error"),
        ResultCard("maxRhat", "Largest R-hat of all quantities; null for one chain", headline: true),
        ResultCard("minEssBulk", "Smallest bulk effective sample size", headline: true),
        ResultCard("minEssTail", "Smallest tail effective sample size"),
        ResultCard("drawsDiagnosed", "Draws of each chain that the diagnostics are of"),
        ResultCard("meanWeighted", "Means weighted by the step ε"),
        ResultCard("sdWeighted", "Standard deviations weighted by the step"),
        ResultCard("kishEss", "Kish's effective number of draws under those weights"),
        ResultCard("summedStep", "Σε so far: how far a chain can have diffused", headline: true),
        ResultCard("stepSizeNow", "The step ε of the next update, or the chains' mean leapfrog step"),
        ResultCard("stepSizeAdapted", "Mean of the step sizes that warm-up settled on"),
        ResultCard("noiseRatio", "Gradient noise to injected noise, ε·V/4 with V the largest variance of the minibatch gradient"),
        ResultCard("elbo", unit: "nats", "bbb: lower bound of the log evidence, mean over the last 100 draws of each chain"),
        ResultCard("elboSe", unit: "nats", "Its Monte Carlo standard error"),
        ResultCard("acceptRate", "Mean acceptance after warm-up"),
        ResultCard("divergences", "Updates or transitions with a non-finite gradient or an energy error above 1000"),
        ResultCard("ebfmi", "Energy Bayesian fraction of missing information of each chain; below 0.3 is poor"),
        ResultCard("treeDepthHits", "Transitions cut off at maxTreeDepth; 0 for samplers without trees"),
        ResultCard("gradientEvaluations", "Gradients computed by all chains, a minibatch counting one"),
        ResultCard("datumGradients", "Data terms in those gradients"),
        ResultCard(
            "leapfrogPerSecond", "Gradients a second of running: leapfrog steps of hmc, mala and nuts, updates of the others",
            perSecondOf: "gradientEvaluations"),
        ResultCard("minEssPerSecond", "Smallest bulk effective sample size a second of running", perSecondOf: "minEssBulk"),
    ]

    static let tables: [TableCard] = [
        TableCard("summary", "Moments, quantiles, Monte Carlo errors and diagnostics of each quantity since the last change"),
        TableCard("segments", "Stretches of draws between changes of live parameters, each with its own moments"),
        TableCard("draws", "The draws kept: chain, draw, quantities"),
        TableCard(
            "transitions", "hmc, nuts, mala: log density, energy, step size and whether it diverged of the transition that gave each draw"),
    ]

    static let figures: [FigureCard] = [
        FigureCard("marginals", "Marginals by chain"),
        FigureCard("trace", "Trace"),
        FigureCard("step", "Step size"),
        FigureCard("ranks", "Rank plot"),
        FigureCard("autocorrelation", "Autocorrelation"),
        FigureCard("convergence", "ESS and R-hat over draws"),
        FigureCard("energy", "Energy"),
        FigureCard("acceptance", "Acceptance"),
    ]
}
