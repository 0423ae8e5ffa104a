import Kernels
import Testing

@testable import Sampling

/// A standard normal target of any dimension, whose answers are known.
struct NormalTarget: Target {
    var dimension: Int
    var quantities: [String] { (0..<dimension).map { "x\($0)" } }
    struct Evaluator: TargetEvaluator {
        var dimension: Int
        mutating func logDensity(_ position: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>) -> Double {
            var sum = 0.0
            for i in 0..<dimension {
                sum += position[i] * position[i]
                gradient[i] = -position[i]
            }
            return -0.5 * sum
        }
    }
    func withEvaluator<Result>(_ body: (inout Evaluator) throws -> Result) rethrows -> Result {
        var evaluator = Evaluator(dimension: dimension)
        return try body(&evaluator)
    }
}

/// One update with given gradient and noise.
private func update<K: StochasticGradientKernel>(
    _ kernel: K.Type, _ steps: SamplerReference.Steps, squared: [Double]? = nil, auxiliary: [Double], temperature: Double? = nil
) -> (position: [Double], auxiliary: [Double]) {
    var (theta, extra) = (steps.theta, auxiliary)
    let noiseScale = (steps.stepSize * (temperature ?? steps.temperature)).squareRoot()
    steps.gradient.withUnsafeBufferPointer { g in
        (squared ?? steps.gradient).withUnsafeBufferPointer { s in
            steps.noise.withUnsafeBufferPointer { z in
                theta.withUnsafeMutableBufferPointer { theta in
                    extra.withUnsafeMutableBufferPointer { extra in
                        guard let g = g.baseAddress, let s = s.baseAddress, let z = z.baseAddress, let q = theta.baseAddress,
                            let v = extra.baseAddress
                        else { return }
                        let step = StochasticGradientStep(
                            count: theta.count, gradient: g, squared: s, noise: z, stepSize: steps.stepSize, noiseScale: noiseScale)
                        kernel.update(q, v, step, StochasticGradientConstants(alpha: 0.99, lambda: 1e-8, friction: 0.1))
                    }
                }
            }
        }
    }
    return (theta, extra)
}

@Suite struct `Stochastic-gradient kernels` {
    @Test func `the schedule from 0.01 to 0.0001 in a million updates has the known constants`() throws {
        let want = try SamplerReference.load().schedule
        let schedule = StepSchedule(start: 0.01, end: 0.0001, gamma: 0.55, updates: 1_000_000)
        #expect(close(schedule.b, 231.06635, 5e-8))
        #expect(close(schedule.a, 0.19955159, 5e-8))
        #expect(close(schedule.a, want.a, 1e-13))
        #expect(close(schedule.b, want.b, 1e-13))
        for (t, step) in zip(want.t, want.step) { #expect(abs(schedule.step(t) / step - 1) < 1e-13) }
        #expect(schedule.steps(1000..<1003) == [schedule.step(1000), schedule.step(1001), schedule.step(1002)])
        #expect(abs(schedule.steps(0..<1_000_000).reduce(0, +) / want.sum - 1) < 1e-11)
    }

    @Test func `equal first and last steps give a constant step`() {
        let schedule = StepSchedule(start: 0.003, end: 0.003, gamma: 0.55, updates: 10)
        #expect(schedule.steps(0..<3) == [0.003, 0.003, 0.003])
    }

    @Test func `one update with given noise moves as computed by hand`() throws {
        let steps = try SamplerReference.load().steps
        #expect(close(update(StochasticGradientAscent.self, steps, auxiliary: [0, 0]).position, steps.sgd, 1e-15))
        #expect(close(update(StochasticGradientLangevin.self, steps, auxiliary: [0, 0]).position, steps.sgld, 1e-15))
        let total = update(PreconditionedLangevin.self, steps, auxiliary: steps.meanSquare)
        #expect(close(total.position, steps.psgld_total, 1e-14))
        #expect(close(total.auxiliary, steps.psgld_v_total, 1e-15))
        let average = update(PreconditionedLangevin.self, steps, squared: steps.average, auxiliary: steps.meanSquare)
        #expect(close(average.position, steps.psgld_average, 1e-14))
        #expect(close(average.auxiliary, steps.psgld_v_average, 1e-15))
        let hamiltonian = update(StochasticGradientHamiltonian.self, steps, auxiliary: steps.velocity)
        #expect(close(hamiltonian.position, steps.sghmc, 1e-15))
        #expect(close(hamiltonian.auxiliary, steps.sghmc_v, 1e-15))
    }

    @Test func `at temperature 0 Langevin dynamics is gradient ascent to the bit`() throws {
        let steps = try SamplerReference.load().steps
        let cold = update(StochasticGradientLangevin.self, steps, auxiliary: [0, 0], temperature: 0).position
        #expect(cold == update(StochasticGradientAscent.self, steps, auxiliary: [0, 0]).position)
    }
}

@Suite struct `Minibatches of data` {
    /// The rows of the next `count` minibatches of `size`.
    private func rows(_ source: inout Minibatches, _ sizes: [Int]) -> [[Int32]] {
        sizes.map { size in
            var seen: [Int32] = []
            source.next(size) { rows, count in seen = Array(UnsafeBufferPointer(start: rows, count: count)) }
            return seen
        }
    }

    @Test func `a shuffled epoch visits every datum once, its last minibatch taking what is left`() {
        var source = Minibatches(count: 10, batching: .shuffled, seed: 1, chain: 0)
        for _ in 0..<50 {
            let epoch = rows(&source, [4, 4, 4])
            #expect(epoch.map(\.count) == [4, 4, 2])
            #expect(epoch.joined().sorted() == (0..<10).map { Int32($0) })
        }
    }

    @Test func `every order of a small epoch is equally likely`() {
        var source = Minibatches(count: 3, batching: .shuffled, seed: 5, chain: 0)
        var counts: [[Int32]: Int] = [:]
        for _ in 0..<6000 { counts[rows(&source, [3])[0], default: 0] += 1 }
        #expect(counts.count == 6)
        // Chi-squared with 5 degrees of freedom passes 20.5 once in a thousand.
        let statistic = counts.values.reduce(0.0) { $0 + (Double($1) - 1000) * (Double($1) - 1000) / 1000 }
        #expect(statistic < 20.5)
    }

    @Test func `independent minibatches are drawn with replacement`() {
        var source = Minibatches(count: 10, batching: .independent, seed: 1, chain: 0)
        let batches = rows(&source, [Int](repeating: 10, count: 200))
        #expect(batches.allSatisfy { $0.count == 10 && $0.allSatisfy { (0..<10).contains($0) } })
        #expect(batches.contains { Set($0).count < 10 })
    }

    @Test func `noise goes on from any place after decoding`() throws {
        var source = NoiseSource(seed: 3, purpose: "test", chain: 1, most: 3)
        for _ in 0..<700 { _ = source.next() }
        var copy = try roundTripped(source)
        for _ in 0..<700 {
            let (a, b) = (source.next(), copy.next())
            #expect(a == b)
        }
    }
}

@Suite struct `Hamiltonian dynamics` {
    /// Runs `body` on a point at a place with a momentum, velocity and gradient set.
    private func withPoint<T: Target, R>(
        _ target: T, _ position: [Double], _ momentum: [Double], _ metric: Metric,
        _ body: (inout PhasePoint, inout T.Evaluator) -> R
    ) -> R {
        let d = position.count
        let memory = UnsafeMutablePointer<Double>.allocate(capacity: PhasePoint.size(d))
        memory.initialize(repeating: 0, count: PhasePoint.size(d))
        defer { memory.deallocate() }
        var point = PhasePoint(memory, dimension: d)
        for i in 0..<d {
            point.position[i] = position[i]
            point.momentum[i] = momentum[i]
        }
        metric.velocity(point.momentum, into: point.velocity)
        return target.withEvaluator { evaluator in
            point.logDensity = evaluator.logDensity(point.position, gradient: point.gradient)
            return body(&point, &evaluator)
        }
    }

    private func state(_ point: PhasePoint) -> [Double] {
        (0..<point.count).map { point.position[$0] } + (0..<point.count).map { point.momentum[$0] }
    }

    @Test func `leapfrog follows the path computed independently`() throws {
        let reference = try SamplerReference.load()
        let want = reference.leapfrog
        var metric = Metric(.diagonal, dimension: 2)
        let isTaken1 = metric.adopt(want.inverse)
        #expect(isTaken1)
        let target = MixtureTarget(data: reference.mixture.data)
        withPoint(target, Array(want.start[..<2]), Array(want.start[2...]), metric) { point, evaluator in
            for place in want.path {
                point.leapfrog(want.stepSize, metric, &evaluator)
                #expect(close(state(point), place, 1e-12))
            }
        }
    }

    @Test func `leapfrog runs back to where it came from`() throws {
        let data = try SamplerReference.load().mixture.data
        var metric = Metric(.dense, dimension: 2)
        let isTaken2 = metric.adopt([0.6, -0.5, -0.5, 0.9])
        #expect(isTaken2)
        withPoint(MixtureTarget(data: data), [0.4, 0.9], [1.0, -0.6], metric) { point, evaluator in
            let before = state(point)
            for _ in 0..<40 { point.leapfrog(0.05, metric, &evaluator) }
            #expect(!close(state(point), before, 1e-2))
            for i in 0..<2 { point.momentum[i] = -point.momentum[i] }
            for _ in 0..<40 { point.leapfrog(0.05, metric, &evaluator) }
            for i in 0..<2 { point.momentum[i] = -point.momentum[i] }
            #expect(close(state(point), before, 1e-10))
        }
    }

    @Test func `leapfrog's energy error falls by four when the step is halved`() throws {
        let data = try SamplerReference.load().mixture.data
        let metric = Metric(.unit, dimension: 2)
        func error(_ steps: Int) -> Double {
            withPoint(MixtureTarget(data: data), [0.4, 0.9], [1.0, -0.6], metric) { point, evaluator in
                let before = point.energy
                for _ in 0..<steps { point.leapfrog(0.8 / Double(steps), metric, &evaluator) }
                return abs(point.energy - before)
            }
        }
        for steps in [64, 128] {
            let ratio = error(steps) / error(2 * steps)
            #expect(ratio > 3.6 && ratio < 4.4)
        }
    }

    @Test func `momenta have the mass matrix as covariance`() {
        var metric = Metric(.dense, dimension: 2)
        // The inverse of the covariance [[2, 1], [1, 3]] is [[3, -1], [-1, 2]]/5.
        let isTaken3 = metric.adopt([2, 1, 1, 3])
        #expect(isTaken3)
        var stream = RandomStream(seed: 2, purpose: "momentum")
        var sums = (0.0, 0.0, 0.0)
        let n = 40_000
        for _ in 0..<n {
            var z = [stream.normal(), stream.normal()]
            z.withUnsafeMutableBufferPointer { if let base = $0.baseAddress { metric.momentum(from: base) } }
            sums = (sums.0 + z[0] * z[0], sums.1 + z[0] * z[1], sums.2 + z[1] * z[1])
        }
        // Each is a mean of 40,000 products of standard deviation below 0.85: 0.02 is 4.7 standard errors.
        #expect(abs(sums.0 / Double(n) - 0.6) < 0.02)
        #expect(abs(sums.1 / Double(n) + 0.2) < 0.02)
        #expect(abs(sums.2 / Double(n) - 0.4) < 0.02)
        let isTaken4 = metric.adopt([1, 2, 2, 1])
        #expect(!isTaken4)
        let isTaken5 = metric.adopt([.nan, 0, 0, 1])
        #expect(!isTaken5)
    }

    /// Uniform numbers from a list.
    private struct Listed: UniformSource {
        var numbers: ArraySlice<Double>
        mutating func uniform() -> Double { numbers.popFirst() ?? .nan }
    }

    @Test func `no-U-turn transitions follow a tree walked independently`() throws {
        let reference = try SamplerReference.load()
        #expect(Set(reference.nuts.map(\.depth)).count > 3, "the cases differ")
        for want in reference.nuts {
            var metric = Metric(.diagonal, dimension: 2)
            _ = metric.adopt(want.inverse)
            withPoint(MixtureTarget(data: reference.mixture.data), want.start, want.momentum, metric) { point, evaluator in
                var tree = NoUTurn(dimension: 2, maximumDepth: want.maxDepth, metric: metric)
                defer { tree.free() }
                var choices = Listed(numbers: want.uniforms[...])
                let report = tree.transition(&point, stepSize: want.stepSize, metric: metric, choices: &choices, &evaluator)
                #expect(report.leapfrogs == want.leapfrogs)
                #expect(report.treeDepth == want.depth)
                #expect(report.isDivergent == want.divergent)
                #expect(close(report.acceptance, want.acceptance, 1e-10))
                #expect(close(report.energy, want.energy, 1e-10))
                #expect(close([point.position[0], point.position[1]], want.position, 1e-10))
            }
        }
    }

    @Test func `a divergent trajectory is left where it began`() {
        let metric = Metric(.unit, dimension: 2)
        withPoint(NormalTarget(dimension: 2), [1, 1], [1, 1], metric) { point, evaluator in
            let memory = UnsafeMutablePointer<Double>.allocate(capacity: PhasePoint.size(2))
            memory.initialize(repeating: 0, count: PhasePoint.size(2))
            defer { memory.deallocate() }
            var saved = PhasePoint(memory, dimension: 2)
            let report = hamiltonianTransition(
                &point, saved: &saved, steps: 50, stepSize: 1e3, metric: metric, uniform: 0.5, &evaluator)
            #expect(report.isDivergent)
            #expect(report.acceptance == 0)
            #expect(point.position[0] == 1 && point.position[1] == 1)
        }
    }
}

@Suite struct `Warm-up` {
    @Test func `dual averaging follows Hoffman and Gelman`() throws {
        let want = try SamplerReference.load().dualAveraging
        var averaging = DualAveraging(stepSize: want.start)
        #expect(averaging.average == nil)
        for (acceptance, stepSize) in zip(want.acceptance, want.stepSizes) {
            let learned = averaging.learn(acceptance: acceptance, target: want.target)
            #expect(close(learned, stepSize, 1e-13))
        }
        #expect(close(averaging.average ?? .nan, want.average, 1e-13))
    }

    @Test func `windows end where Stan's do`() throws {
        for (warmup, ends) in try SamplerReference.load().windows {
            #expect(WarmupWindows(warmup: Int(warmup) ?? -1).ends == ends, "warm-up of \(warmup)")
        }
        #expect(WarmupWindows(warmup: 1000).ends == [100, 150, 250, 450, 950])
    }

    @Test func `variances are shrunk as Stan shrinks them`() {
        let draws = [[1.0, 2.0], [3.0, -2.0], [2.0, 0.5], [0.0, 1.5]]
        var diagonal = CovarianceEstimate(dimension: 2, isDense: false)
        var dense = CovarianceEstimate(dimension: 2, isDense: true)
        #expect(diagonal.regularised == nil)
        for draw in draws {
            draw.withUnsafeBufferPointer {
                guard let base = $0.baseAddress else { return }
                diagonal.add(base)
                dense.add(base)
            }
        }
        // Variances 5/3 and 19/6, covariance -2 (divisor 3); n/(n + 5) = 4/9, 0.001·5/9 on the diagonal.
        let shrunk = 4.0 / 9, added = 0.001 * 5 / 9
        #expect(close(diagonal.regularised ?? [], [5.0 / 3 * shrunk + added, 19.0 / 6 * shrunk + added], 1e-14))
        let off = -2 * shrunk
        #expect(close(dense.regularised ?? [], [5.0 / 3 * shrunk + added, off, off, 19.0 / 6 * shrunk + added], 1e-14))
    }
}
