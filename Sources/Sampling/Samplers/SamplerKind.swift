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
    /// The Metropolis-adjusted Langevin algorithm: one leapfrog step, accepted or rejected.
    case mala
    /// Hamiltonian Monte Carlo with a fixed number of leapfrog steps.
    case hmc
    /// The No-U-Turn sampler.
    case nuts

    /// Whether one step is one update on a minibatch; otherwise it is one transition with the whole gradient.
    var isStochasticGradient: Bool {
        switch self {
        case .sgd, .sgld, .psgld, .sghmc: true
        case .mala, .hmc, .nuts: false
        }
    }
}
