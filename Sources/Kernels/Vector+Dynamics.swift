import CKernels

/// What Hamiltonian trajectories, and the slopes of two likelihoods, spend their time on.
///
/// Sums that enter results are taken one term after another, as their definitions say, and not in sixteen lanes as `Vector.sum` takes them.
extension Vector {
    /// Momenta kicked by h along the gradient, then places moved by e along the velocities: p += h·g, q += e·m·p; without m a mass of one.
    @inline(__always)
    public static func kickAndDrift(
        _ h: Double, _ e: Double, gradient: UnsafePointer<Double>, inverseMass: UnsafePointer<Double>?,
        momentum: UnsafeMutablePointer<Double>,
        position: UnsafeMutablePointer<Double>, _ count: Int
    ) {
        path.kick_and_drift(h, e, gradient, inverseMass, momentum, position, count)
    }

    /// Momenta kicked by h along the gradient, and their velocities: p += h·g, v = m·p.
    ///
    /// - Returns: Σ p·v, twice the kinetic energy.
    @inline(__always)
    public static func kick(
        _ h: Double, gradient: UnsafePointer<Double>, inverseMass: UnsafePointer<Double>?, momentum: UnsafeMutablePointer<Double>,
        velocity: UnsafeMutablePointer<Double>, _ count: Int
    ) -> Double {
        path.kick(h, gradient, inverseMass, momentum, velocity, count)
    }

    /// Momenta kicked by h along the gradient and velocities along the acceleration, then places moved by e: p += h·g, v += h·a, q += e·v.
    @inline(__always)
    public static func kickAndDrift(
        _ h: Double, _ e: Double, gradient: UnsafePointer<Double>, acceleration: UnsafePointer<Double>,
        momentum: UnsafeMutablePointer<Double>, velocity: UnsafeMutablePointer<Double>, position: UnsafeMutablePointer<Double>,
        _ count: Int
    ) {
        path.kick_all_and_drift(h, e, gradient, acceleration, momentum, velocity, position, count)
    }

    /// Momenta kicked by h along the gradient and velocities along the acceleration: p += h·g, v += h·a.
    ///
    /// - Returns: Σ p·v, twice the kinetic energy.
    @inline(__always)
    public static func kick(
        _ h: Double, gradient: UnsafePointer<Double>, acceleration: UnsafePointer<Double>, momentum: UnsafeMutablePointer<Double>,
        velocity: UnsafeMutablePointer<Double>, _ count: Int
    ) -> Double {
        path.kick_all(h, gradient, acceleration, momentum, velocity, count)
    }

    /// What each place but the first exceeds the one before it by, times a scale, in place.
    public static func differences(_ scale: Double, _ x: UnsafeMutablePointer<Double>, _ count: Int) {
        path.differences(scale, x, count)
    }

    /// z += x + y.
    public static func accumulate(
        _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, into z: UnsafeMutablePointer<Double>, _ count: Int
    ) {
        path.accumulate(x, y, z, count)
    }

    /// out[j] += Σ xⱼ·y for the rows xⱼ, each of y's count and each sum as `dot` takes it.
    public static func dots(
        _ rows: UnsafeBufferPointer<Double>, _ y: UnsafeBufferPointer<Double>, into out: UnsafeMutablePointer<Double>, _ count: Int
    ) {
        precondition(rows.count >= count * y.count, "\(rows.count) elements where \(count) rows of \(y.count) were expected")
        path.dots(rows.baseAddress, y.baseAddress, count, y.count, out)
    }

    /// The log likelihood of responses y of 0 or 1 at log odds η, and its slopes in η.
    ///
    /// With e = exp(-|η|) a trial adds yη - max(η, 0) - log(1 + e); the logarithms of 512 factors are taken of their product.
    public static func bernoulli(
        _ logOdds: UnsafeBufferPointer<Double>, _ responses: UnsafeBufferPointer<Double>, slopes: UnsafeMutableBufferPointer<Double>
    ) -> Double {
        precondition(logOdds.count == responses.count && slopes.count == responses.count, "one response and one slope for each log odds")
        return path.bernoulli(logOdds.baseAddress, responses.baseAddress, slopes.baseAddress, logOdds.count)
    }

    /// The log likelihood of responses of 0 or 1 at log odds offset + Σⱼ wⱼcⱼ for some columns c, its slopes in w added to `gradient`.
    ///
    /// Bit for bit `combine`, `bernoulli` and `dots` one after the other, in one pass over the columns.
    /// - Parameters:
    ///   - stride: how far apart columns begin.
    ///   - workspace: sixteen numbers a column.
    public static func bernoulliRegression(
        columns: UnsafePointer<Double>, stride: Int, weights: UnsafeBufferPointer<Double>, offset: UnsafeBufferPointer<Double>,
        responses: UnsafeBufferPointer<Double>, workspace: UnsafeMutablePointer<Double>, gradient: UnsafeMutablePointer<Double>
    ) -> Double {
        same(offset.count, responses.count)
        precondition(stride >= offset.count, "columns of \(offset.count) rows lie at least as far apart")
        return path.bernoulli_regression(
            columns, stride, weights.baseAddress, weights.count, offset.baseAddress, responses.baseAddress, workspace, gradient,
            offset.count)
    }

    /// Sums over data x of an even mixture of normals about a and a + b, of variance 2.
    ///
    /// With d = x - a, δ = d·b/2 - b²/4 and r = 1/(1 + exp(-δ)), in order: Σ d², Σ max(δ, 0), Σ log(1 + exp(-|δ|)), Σ (d - r·b), Σ r·(d - b);
    /// the logarithms of 512 factors are taken of their product.
    public static func tiedNormals(
        _ x: UnsafeBufferPointer<Double>, _ a: Double, _ b: Double
    ) -> (squares: Double, maxima: Double, logarithms: Double, first: Double, second: Double) {
        var sums = (0.0, 0.0, 0.0, 0.0, 0.0)
        withUnsafeMutablePointer(to: &sums) {
            $0.withMemoryRebound(to: Double.self, capacity: 5) { path.tied_normals(x.baseAddress, a, b, $0, x.count) }
        }
        return sums
    }

    /// What the log likelihood of returns with Student t densities is made of: with r = x²·exp(-2s)/ν the sums of s, log(1 + r) and r/(1 + r).
    public struct StudentSums {
        /// Σ s.
        public var states = 0.0
        /// Σ log(1 + r).
        public var logs = 0.0
        /// Σ r/(1 + r).
        public var shares = 0.0
    }

    /// The sums that the log likelihood of returns x, Student t of ν degrees of freedom at log scales s, is made of, and its slopes in s.
    ///
    /// Given steps z, the log scales are walked first: sᵢ = sᵢ₋₁ + scale·zᵢ from s₀ on; else they are as given. The first step counts for nothing.
    public static func studentSeries(
        _ returns: UnsafeBufferPointer<Double>, degreesOfFreedom nu: Double, steps: UnsafePointer<Double>?, scale: Double,
        states: UnsafeMutableBufferPointer<Double>, slopes: UnsafeMutableBufferPointer<Double>
    ) -> StudentSums {
        precondition(
            returns.count > 0 && states.count == returns.count && slopes.count == returns.count, "a state and a slope for each return")
        var sums = (0.0, 0.0, 0.0)
        withUnsafeMutablePointer(to: &sums) {
            $0.withMemoryRebound(to: Double.self, capacity: 3) {
                path.student_series(returns.baseAddress, nu, steps, scale, states.baseAddress, slopes.baseAddress, $0, returns.count)
            }
        }
        return StudentSums(states: sums.0, logs: sums.1, shares: sums.2)
    }

    /// Slopes in a walk's places turned into slopes in its standard normal steps z, for all but the first: gᵢ = scale·Σⱼ≥ᵢ slopeⱼ - zᵢ.
    ///
    /// - Returns: the sum of the slopes after the first, that of tails times steps, which is the slope in the scale, and Σ z².
    public static func walkSlopes(
        _ slopes: UnsafeMutableBufferPointer<Double>, steps: UnsafePointer<Double>, scale: Double,
        into gradient: UnsafeMutablePointer<Double>
    ) -> (tail: Double, along: Double, squares: Double) {
        var sums = (0.0, 0.0, 0.0)
        withUnsafeMutablePointer(to: &sums) {
            $0.withMemoryRebound(to: Double.self, capacity: 3) {
                path.walk_slopes(slopes.baseAddress, steps, scale, gradient, $0, slopes.count)
            }
        }
        return (sums.0, sums.1, sums.2)
    }

    private static func same(_ a: Int, _ b: Int) {
        precondition(a == b, "arrays of \(a) and \(b) elements where equal counts were expected")
    }

    /// One end of a stretch of trajectory: its momentum and velocity.
    public struct TrajectoryEnd {
        /// Where its momentum and its velocity are.
        public var momentum, velocity: UnsafePointer<Double>

        /// An end by where its numbers are.
        public init(momentum: UnsafePointer<Double>, velocity: UnsafePointer<Double>) {
            self.momentum = momentum
            self.velocity = velocity
        }
    }

    /// Two neighbouring stretches of a trajectory, for the question whether the whole still goes on.
    public struct Stretches {
        /// The sums of the momenta of either.
        public var firstSum, secondSum: UnsafePointer<Double>
        /// The velocities at the ends of the whole.
        public var beginVelocity, endVelocity: UnsafePointer<Double>
        /// Momentum and velocity where the second begins and where the first ends; nil where each is one point.
        public var secondBegin, firstEnd: TrajectoryEnd?

        /// Stretches by where their numbers are.
        public init(
            firstSum: UnsafePointer<Double>, secondSum: UnsafePointer<Double>, beginVelocity: UnsafePointer<Double>,
            endVelocity: UnsafePointer<Double>, secondBegin: TrajectoryEnd? = nil, firstEnd: TrajectoryEnd? = nil
        ) {
            self.firstSum = firstSum
            self.secondSum = secondSum
            self.beginVelocity = beginVelocity
            self.endVelocity = endVelocity
            self.secondBegin = secondBegin
            self.firstEnd = firstEnd
        }
    }

    /// Whether both ends of the whole move along all its momenta, and those of each stretch together with the other's near end along theirs:
    /// the products' sums, taken in order, are above 0.
    ///
    /// The sums are taken in sixteen lanes; only where rounding could have turned a sign are they taken again, in order.
    public static func goesOn(_ stretches: Stretches, _ count: Int) -> Bool {
        let s = stretches
        let quick = path.goes_on(
            wb_stretches(
                first_sum: s.firstSum, second_sum: s.secondSum, begin_velocity: s.beginVelocity, end_velocity: s.endVelocity,
                second_begin_momentum: s.secondBegin?.momentum, second_begin_velocity: s.secondBegin?.velocity,
                first_end_momentum: s.firstEnd?.momentum, first_end_velocity: s.firstEnd?.velocity),
            count)
        return quick < 0 ? goesOnInOrder(s, count) : quick > 0
    }

    /// The same by its definition.
    static func goesOnInOrder(_ s: Stretches, _ count: Int) -> Bool {
        func areAbove(_ v: UnsafePointer<Double>, _ w: UnsafePointer<Double>, _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>)
            -> Bool
        {
            var (first, second) = (0.0, 0.0)
            for i in 0..<count {
                let sum = a[i] + b[i]
                first += v[i] * sum
                second += w[i] * sum
            }
            return first > 0 && second > 0
        }
        guard areAbove(s.beginVelocity, s.endVelocity, s.firstSum, s.secondSum) else { return false }
        guard let begin = s.secondBegin, let end = s.firstEnd else { return true }
        return areAbove(s.beginVelocity, begin.velocity, s.firstSum, begin.momentum)
            && areAbove(end.velocity, s.endVelocity, s.secondSum, end.momentum)
    }
}
