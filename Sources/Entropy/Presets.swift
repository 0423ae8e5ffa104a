import Engine

/// Settings of the family's experiments worth looking at.
enum EntropyPresets {
    /// What a headless run ends with where the result `state` is no plain success.
    static let exitStatuses: [String: Int32] = ["infeasible": 4, "noMaximum": 5, "boundary": 6]

    static let maxent = [
        Preset("fair die", "the mean of a fair die leaves it uniform", ["constraints": "mean = 3.5", "mean": "3.5"]),
        Preset("nearly certain", "a mean close to the edge piles everything on the six", ["constraints": "mean = 5.99", "mean": "5.99"]),
        Preset("mean and variance", "a discrete bell", ["values": "-10..10", "constraints": "mean = 1; var = 4", "mean": "1"]),
        Preset(
            "heavy tail", "one constraint on the tail kinks the exponential",
            ["values": "1..20", "constraints": "mean = 8; P(x >= 15) = 0.2", "mean": "8"]),
        Preset(
            "contradiction", "no distribution has both: told by how much", ["constraints": "mean = 4; P(x >= 5) = 0.9", "mean": "4"]),
    ]
    static let wallis = [
        Preset("hopeless", "with 600 quanta chance hits the mean too seldom to wait for", ["quanta": "600"]),
        Preset("exchange", "two quanta at a time keep the mean: any number of them works", ["quanta": "6000", "method": "exchange"]),
        Preset("a little slack", "a tolerance keeps more throws and blurs the constraint", ["tolerance": "0.05"]),
    ]
    static let moments = [
        Preset("exponential", "a mean on the half-line", ["family": "exponential"]),
        Preset("two bumps", "four moments that want two modes", ["family": "bimodal"]),
        Preset("circle", "von Mises: cosine and sine on the circle", ["family": "vonMises"]),
        Preset(
            "skewed", "four moments between -4 and 4, the third not zero",
            ["lower": "-4", "upper": "4", "constraints": "E[x] = 0; E[x^2] = 1; E[x^3] = 0.5; E[x^4] = 3.5"]),
    ]
    static let physical = [
        Preset("Boltzmann", "energy among six levels: the exponential in the temperature", ["system": "canonical"]),
        Preset("waiting times", "times shared out anew become exponential", ["system": "waiting", "levels": "40"]),
        Preset("few dice", "with 100 dice the climb is rough", ["units": "100", "exchangesPerStep": "10"]),
    ]
    static let measure = [
        Preset(
            "grouping", "the choice in two steps: why it must be a logarithm",
            ["distribution": "3,2,1", "normalise": "on", "grouping": "1|2,3"]),
        Preset("mutual information", "two variables that mostly agree", ["joint": "0.4,0.1; 0.1,0.4"]),
        Preset(
            "two dice", "how far a loaded die is from a fair one",
            ["distribution": "1,1,1,1,1,5", "second": "1,1,1,1,1,1", "normalise": "on"]),
    ]
    static let estimate = [
        Preset("zipf", "a distribution whose tail is never seen whole", ["bench": "zipf", "alphabet": "1000"]),
        Preset("uniform", "the worst case for the plug-in", ["bench": "uniform", "alphabet": "100"]),
    ]
}
