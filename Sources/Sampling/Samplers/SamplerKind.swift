/// The samplers, by the names of the `sampler` parameter.
enum SamplerKind: String, Sendable, Codable, CaseIterable {
    /// Stochastic gradient ascent.
    case sgd
    /// Stochastic gradient Langevin dynamics.
    case sgld
    /// Langevin dynamics preconditioned by RMSprop.
    case psgld
    /// Stochastic gradient Hamiltonian Monte Carlo.
    case sghmc
    /// Bayes by Backprop: a factorised normal distribution fitted by stochastic gradients, from which draws are taken.
    case bbb
    /// The Metropolis-adjusted Langevin algorithm: one leapfrog step, accepted or rejected.
    case mala
    /// Hamiltonian Monte Carlo with a fixed number of leapfrog steps.
    case hmc
    /// The No-U-Turn sampler.
    case nuts

    /// Whether one step is one update on a minibatch; otherwise it is one transition with the whole gradient.
    var isStochasticGradient: Bool {
        switch self {
        case .sgd, .sgld, .psgld, .sghmc, .bbb: true
        case .mala, .hmc, .nuts: false
        }
    }

    /// Whether draws are weighted by step: those of chains whose step decays while they wander, and not of a fitted distribution.
    var weighsByStep: Bool { isStochasticGradient && self != .bbb }
}
