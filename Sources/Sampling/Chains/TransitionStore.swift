import Plotting

/// What is kept of every transition of Hamiltonian chains: energies, step sizes, acceptance in blocks, and running sums since the last
/// change.
struct TransitionStore: Sendable, Codable {
    /// Transitions a point of the acceptance's course stands for.
    static let block = 20

    /// The energy of each transition by chain, warm-up first; x counts steps.
    private(set) var energies: [Series]
    /// The step size of each transition by chain.
    private(set) var stepSizes: [Series]
    /// The log density, in the coordinates that samplers move, of each state kept by chain, warm-up first; empty where it is not known.
    private(set) var logDensities: [Series]
    /// The mean acceptance of each block of transitions by chain.
    private(set) var acceptances: [Series]
    /// The steps, counted from 1, at which each chain diverged after warm-up.
    private(set) var divergent: [[Int]]
    private var chains: [Sums]

    /// One chain's running sums.
    private struct Sums: Sendable, Codable {
        var transitions = 0
        var block = 0.0
        var count = 0
        var acceptance = 0.0
        var mean = 0.0
        var squares = 0.0
        var jumps = 0.0
        var last = 0.0

        mutating func add(acceptance: Double, energy: Double) {
            self.acceptance += acceptance
            if count > 0 { jumps += (energy - last) * (energy - last) }
            count += 1
            let gap = energy - mean
            mean += gap / Double(count)
            squares += gap * (energy - mean)
            last = energy
        }
    }

    init(chains: Int) {
        divergent = [[Int]](repeating: [], count: chains)
        self.chains = [Sums](repeating: Sums(), count: chains)
        energies = (0..<chains).map { _ in Series(start: 1) }
        stepSizes = energies
        logDensities = energies
        acceptances = (0..<chains).map { _ in Series(start: Double(Self.block), spacing: Double(Self.block)) }
    }

    /// Takes the latest slice of every chain.
    mutating func append(_ slices: [HamiltonianChain], warmup: Int) {
        for (c, slice) in slices.enumerated() {
            logDensities[c].append(contentsOf: slice.keptDensities)
            for place in slice.divergent { divergent[c].append(chains[c].transitions + place + 1) }
            for k in slice.acceptances.indices {
                energies[c].append(slice.energies[k])
                stepSizes[c].append(slice.stepSizes[k])
                chains[c].transitions += 1
                chains[c].block += slice.acceptances[k]
                if chains[c].transitions % Self.block == 0 {
                    acceptances[c].append(chains[c].block / Double(Self.block))
                    chains[c].block = 0
                }
                if chains[c].transitions > warmup { chains[c].add(acceptance: slice.acceptances[k], energy: slice.energies[k]) }
            }
        }
    }

    /// Takes one chain's transitions that were made elsewhere; what is not known of them is empty.
    mutating func record(chain c: Int, acceptances: [Double], energies: [Double], stepSizes: [Double], divergent: [Int]) {
        self.energies[c].append(contentsOf: energies)
        self.stepSizes[c].append(contentsOf: stepSizes)
        self.divergent[c] += divergent
        for k in energies.indices {
            let acceptance = k < acceptances.count ? acceptances[k] : .nan
            chains[c].transitions += 1
            chains[c].block += acceptance
            if chains[c].transitions % Self.block == 0 {
                self.acceptances[c].append(chains[c].block / Double(Self.block))
                chains[c].block = 0
            }
            chains[c].add(acceptance: acceptance, energy: energies[k])
        }
    }

    /// Begins the sums anew.
    mutating func restart() {
        for c in chains.indices {
            let kept = chains[c]
            chains[c] = Sums()
            chains[c].transitions = kept.transitions
            chains[c].block = kept.block
        }
    }

    /// The mean acceptance since warm-up or the last change; nil before the first transition.
    var meanAcceptance: Double? {
        let count = chains.reduce(0) { $0 + $1.count }
        return count > 0 ? chains.reduce(0) { $0 + $1.acceptance } / Double(count) : nil
    }

    /// Each chain's energy fraction Σ(ΔE)²/Σ(E - mean)²; nil before three transitions.
    var energyFractions: [Double?] { chains.map { $0.count > 2 && $0.squares > 0 ? $0.jumps / $0.squares : nil } }

    /// Transitions in the running sums.
    var count: Int { chains.first?.count ?? 0 }
}
