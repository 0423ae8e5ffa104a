import CKernels

extension Vector {
    private static func same(_ a: Int, _ b: Int) {
        precondition(a == b, "arrays of \(a) and \(b) elements where equal counts were expected")
    }

    /// Σ x.
    public static func sum(_ x: [Double]) -> Double { x.withUnsafeBufferPointer(sum) }
    /// Σ x.
    public static func sum(_ x: UnsafeBufferPointer<Double>) -> Double { path.sum(x.baseAddress, x.count) }

    /// Σ x y.
    public static func dot(_ x: [Double], _ y: [Double]) -> Double {
        x.withUnsafeBufferPointer { x in y.withUnsafeBufferPointer { dot(x, $0) } }
    }
    /// Σ x y.
    public static func dot(_ x: UnsafeBufferPointer<Double>, _ y: UnsafeBufferPointer<Double>) -> Double {
        same(x.count, y.count)
        return path.dot(x.baseAddress, y.baseAddress, x.count)
    }

    /// Σ x y z: a covariance under weights, say.
    public static func sumOfProducts(_ x: [Double], _ y: [Double], _ z: [Double]) -> Double {
        same(x.count, y.count)
        same(x.count, z.count)
        return path.sum_of_products(x, y, z, x.count)
    }

    /// Σ (x - centre)².
    public static func sumOfSquares(_ x: [Double], around centre: Double = 0) -> Double { path.sum_of_squares(x, centre, x.count) }

    /// The greatest element; NaN if there is a NaN, -∞ if there is no element.
    public static func maximum(_ x: [Double]) -> Double { path.maximum(x, x.count) }
    /// The greatest element; NaN if there is a NaN, -∞ if there is no element.
    public static func maximum(_ x: UnsafeBufferPointer<Double>) -> Double { path.maximum(x.baseAddress, x.count) }

    /// log Σ exp(x) without overflow; -∞ for no elements.
    public static func logSumExp(_ x: [Double]) -> Double { x.withUnsafeBufferPointer(logSumExp) }
    /// log Σ exp(x) without overflow; -∞ for no elements.
    public static func logSumExp(_ x: UnsafeBufferPointer<Double>) -> Double {
        let top = maximum(x)
        guard top.isFinite else { return top }
        return top + wb_log(path.sum_of_exp(x.baseAddress, top, x.count))
    }

    /// y = exp(scale x - shift); returns Σ y.
    @discardableResult
    public static func scaledExp(
        _ x: UnsafeBufferPointer<Double>, scale: Double = 1, shift: Double, into y: UnsafeMutableBufferPointer<Double>
    ) -> Double {
        same(x.count, y.count)
        return path.scaled_exp(x.baseAddress, scale, shift, y.baseAddress, x.count)
    }

    /// p = exp(x) / Σ exp(x), returning log Σ exp(x); the greatest x must be finite.
    @discardableResult
    public static func softmax(_ x: UnsafeBufferPointer<Double>, into p: UnsafeMutableBufferPointer<Double>) -> Double {
        let top = maximum(x)
        let total = scaledExp(x, shift: top, into: p)
        scale(p, by: 1 / total)
        return top + wb_log(total)
    }
    /// exp(x) / Σ exp(x).
    public static func softmax(_ x: [Double]) -> [Double] {
        [Double](unsafeUninitializedCapacity: x.count) { p, count in
            x.withUnsafeBufferPointer { _ = softmax($0, into: UnsafeMutableBufferPointer(rebasing: p[..<x.count])) }
            count = x.count
        }
    }

    /// y += a x.
    public static func axpy(_ a: Double, _ x: [Double], _ y: inout [Double]) {
        same(x.count, y.count)
        path.axpy(a, x, &y, x.count)
    }
    /// y += a x.
    public static func axpy(_ a: Double, _ x: UnsafeBufferPointer<Double>, _ y: UnsafeMutableBufferPointer<Double>) {
        same(x.count, y.count)
        path.axpy(a, x.baseAddress, y.baseAddress, x.count)
    }

    /// y = a y + b.
    public static func scale(_ y: UnsafeMutableBufferPointer<Double>, by a: Double, plus b: Double = 0) {
        path.affine(a, b, y.baseAddress, y.baseAddress, y.count)
    }

    /// z += Σⱼ weights[j] rows[j], for k rows of z.count elements stored one after the other.
    public static func combine(rows: UnsafeBufferPointer<Double>, weights: [Double], into z: UnsafeMutableBufferPointer<Double>) {
        same(rows.count, weights.count * z.count)
        path.combine(rows.baseAddress, weights, weights.count, z.baseAddress, z.count)
    }
    /// z += Σⱼ weights[j] rows[j], for k rows of z.count elements stored one after the other.
    public static func combine(
        rows: UnsafeBufferPointer<Double>, weights: UnsafeBufferPointer<Double>, into z: UnsafeMutableBufferPointer<Double>
    ) {
        same(rows.count, weights.count * z.count)
        path.combine(rows.baseAddress, weights.baseAddress, weights.count, z.baseAddress, z.count)
    }
    /// z += Σⱼ weights[j] rows[j], for k rows of z.count elements stored one after the other.
    public static func combine(rows: [Double], weights: [Double], into z: inout [Double]) {
        rows.withUnsafeBufferPointer { rows in z.withUnsafeMutableBufferPointer { combine(rows: rows, weights: weights, into: $0) } }
    }

    /// Σᵢ pᵢ fⱼᵢ for each row j, and Σᵢ pᵢ fⱼᵢ fₗᵢ for each pair as a k by k matrix, row after row, in one pass over the rows.
    ///
    /// With p the probabilities of n outcomes and the rows their features these are the moments and the matrix of a Newton step.
    /// `rows` holds k rows of p.count elements one after the other. Time n k²/2.
    public static func weightedMoments(
        _ p: UnsafeBufferPointer<Double>, rows: UnsafeBufferPointer<Double>, count k: Int
    ) -> (moments: [Double], gram: [Double]) {
        same(rows.count, k * p.count)
        var workspace = [Double](repeating: 0, count: 16 * (k + k * (k + 1) / 2))
        var moments = [Double](repeating: 0, count: k)
        var gram = [Double](repeating: 0, count: k * k)
        path.weighted_moments(p.baseAddress, rows.baseAddress, k, p.count, &workspace, &moments, &gram)
        return (moments, gram)
    }
    /// Σᵢ pᵢ fⱼᵢ for each row j, and Σᵢ pᵢ fⱼᵢ fₗᵢ for each pair as a k by k matrix, row after row.
    public static func weightedMoments(_ p: [Double], rows: [Double], count k: Int) -> (moments: [Double], gram: [Double]) {
        p.withUnsafeBufferPointer { p in rows.withUnsafeBufferPointer { weightedMoments(p, rows: $0, count: k) } }
    }
}
