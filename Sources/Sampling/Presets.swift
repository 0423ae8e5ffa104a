import Engine

/// Settings of the family's experiments worth looking at.
enum SamplingPresets {
    static let mixture = [
        Preset("one datum at a time", "minibatches of one, as the paper has them", ["batch": "1"]),
        Preset("no noise", "without the injected noise it is an optimiser: one mode, no width", ["sampler": "sgd"]),
        Preset("too large a step", "constant and large: the bias of the minibatch noise", ["stepStart": "0.05", "stepEnd": "0.05"]),
        Preset("cold", "a tenth of the temperature narrows both modes", ["temperature": "0.1"]),
        Preset("nuts", "the no-U-turn sampler on all data", ["sampler": "nuts"]),
    ]
    static let volatility = [
        Preset("simulated", "500 days drawn from the model itself", ["data": "simulated"]),
        Preset("exact", "quadrature with the filter's likelihood", ["method": "exact"]),
        Preset("σ and ν alone", "Metropolis with the filter's likelihood", ["method": "metropolis", "warmup": "200"]),
        Preset("the source's scheme", "a path that nothing holds from day to day: not the posterior", ["method": "source"]),
        Preset(
            "centred, failing", "the states themselves: trees of hundreds of steps, and σ hardly moves",
            ["parameterisation": "centred", "draws": "500"]),
    ]
    static let schools = [
        Preset("centred", "the funnel: divergences, and a biased τ", ["parameterisation": "centred"]),
        Preset(
            "ten times as exact", "small errors identify each school: centring is then the better way",
            [
                "parameterisation": "centred", "errors": "1.5,1,1.6,1.1,0.9,1.1,1,1.8",
            ]),
    ]
    static let target = [
        Preset("funnel", "Neal's funnel, centred", ["target": "funnel"]),
        Preset("funnel, non-centred", "the same, moved by its standard normals", ["target": "funnel", "parameterisation": "noncentred"]),
        Preset("two modes", "far enough apart that no chain crosses: R-hat tells", ["target": "modes"]),
        Preset(
            "ill-conditioned", "scales that differ by a hundred, with a unit mass matrix",
            ["target": "ill-conditioned", "massMatrix": "unit"]),
    ]
    static let logistic = [
        Preset("bioassay", "four doses, twenty animals (Racine et al. 1986)", ["data": "bioassay"]),
        Preset("Laplace prior", "as Welling & Teh have it", ["prior": "laplace"]),
    ]
    static let network = [
        Preset("plain ascent", "one network a chain, and no width to speak of", ["sampler": "sgd"]),
        Preset("normal prior", "N(0, 1) instead of the scale mixture", ["prior": "normal"]),
        Preset("the paper's weights", "2^(M-i)/(2^M - 1) of the divergence to minibatch i", ["klWeights": "geometric"]),
        Preset("the curve's own noise", "a likelihood as narrow as the data", ["noise": "0.02"]),
        Preset(
            "small, by nuts", "four units a layer, all weights sampled",
            ["hidden": "4", "sampler": "nuts", "prior": "normal", "activation": "tanh", "warmup": "300", "draws": "300"]),
    ]
}
