import Kernels

/// A distribution to sample: a log density over ℝᵈ and its gradient, perhaps a sum over data that minibatches estimate.
///
/// A target is data; the work is done by its evaluator, which holds pointers to that data and scratch space of its own, so that the
/// inner loops neither count references nor allocate.
protocol Target: Sendable, Codable {
    /// What evaluates it.
    associatedtype Evaluator: TargetEvaluator
    /// The number d of coordinates that samplers move.
    var dimension: Int { get }
    /// The names of the quantities that are kept and shown.
    var quantities: [String] { get }
    /// How many further numbers follow the quantities: heard of as draws are made, but not kept, as the thousands of states of a series.
    var heardOnly: Int { get }
    /// The number of data terms in the log density; 0 when it is not a sum over data.
    var dataCount: Int { get }
    /// About how many times the work of a one-line density a datum's gradient is: whether threads are worth their cost.
    var datumWork: Int { get }
    /// Lends an evaluator for the duration of the call.
    func withEvaluator<Result>(_ body: (inout Evaluator) throws -> Result) rethrows -> Result
    /// The quantities at a position, in the order of `quantities`, and those that are only heard.
    func quantities(at position: UnsafePointer<Double>, into values: UnsafeMutablePointer<Double>)
    /// The mass matrix that the target's structure gives about a place, where there is one better than a matrix of all coordinates.
    ///
    /// - Parameter variances: of the coordinates, as far as they are known.
    func structuredMetric(around place: [Double], variances: [Double]?) -> WalkMetric?
    /// Whether there is one.
    var isStructured: Bool { get }
    /// Whether the density's curvature is known to make a better mass matrix than the draws' variances.
    var prefersCurvature: Bool { get }
    /// A random place to start from: of the prior where there is one.
    func randomStart(_ stream: inout RandomStream) -> [Double]
}

extension Target {
    /// None.
    func structuredMetric(around place: [Double], variances: [Double]?) -> WalkMetric? { nil }
    /// No.
    var isStructured: Bool { false }
    /// No.
    var prefersCurvature: Bool { false }
    /// No data.
    var dataCount: Int { 0 }
    /// One line.
    var datumWork: Int { 1 }
    /// None.
    var heardOnly: Int { 0 }
    /// Numbers that a chain hands over for each draw.
    var handedOver: Int { quantities.count + heardOnly }

    /// The coordinates themselves.
    func quantities(at position: UnsafePointer<Double>, into values: UnsafeMutablePointer<Double>) {
        for i in 0..<dimension { values[i] = position[i] }
    }

    /// Uniform on (-2, 2) in each coordinate, as Stan starts.
    func randomStart(_ stream: inout RandomStream) -> [Double] {
        (0..<dimension).map { _ in 4 * stream.uniform() - 2 }
    }

    /// The log density and its gradient at a position, for code that is not in a hurry.
    func evaluate(_ position: [Double]) -> (logDensity: Double, gradient: [Double]) {
        precondition(position.count == dimension, "a position has \(dimension) coordinates")
        return withEvaluator { $0.evaluate(position) }
    }
}

/// Evaluates a target.
///
/// Positions and gradients are `dimension` numbers behind a pointer; gradients are overwritten.
protocol TargetEvaluator {
    /// The log density, with the constants it is known with, and its gradient. May be NaN or infinite outside its support.
    mutating func logDensity(_ position: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>) -> Double
    /// The gradient of the part that is no sum over data.
    mutating func priorGradient(_ position: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>)
    /// The sum of the gradients of the log likelihoods of some data, by row.
    mutating func likelihoodGradient(
        _ position: UnsafePointer<Double>, rows: UnsafePointer<Int32>, count: Int, into gradient: UnsafeMutablePointer<Double>)
}

extension TargetEvaluator {
    /// The log density and its gradient at a position, for code that is not in a hurry.
    mutating func evaluate(_ position: [Double]) -> (logDensity: Double, gradient: [Double]) {
        var gradient = [Double](repeating: 0, count: position.count)
        let value = position.withUnsafeBufferPointer { q in
            gradient.withUnsafeMutableBufferPointer { g in
                guard let q = q.baseAddress, let g = g.baseAddress else { return 0.0 }
                return logDensity(q, gradient: g)
            }
        }
        return (value, gradient)
    }

    /// Without data all of the density is prior.
    mutating func priorGradient(_ position: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>) {
        _ = logDensity(position, gradient: gradient)
    }

    /// Without data there is nothing to add.
    mutating func likelihoodGradient(
        _ position: UnsafePointer<Double>, rows: UnsafePointer<Int32>, count: Int, into gradient: UnsafeMutablePointer<Double>
    ) {
        preconditionFailure("a target without data has no likelihood terms")
    }
}
