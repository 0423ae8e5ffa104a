import Kernels

/// Weights q·exp(-θ·d) over outcomes, and their first two moments, in one pass over the outcomes.
///
/// The columns d and the weights stand in flat arrays padded to whole vectors of eight; sums run in eight lanes that are added in a fixed
/// order, so that every machine gives the same bits.
struct ExponentialFamily: Sendable {
    /// How many outcomes.
    let count: Int
    /// How many columns.
    let rank: Int
    /// `count` rounded up to whole vectors.
    let stride: Int
    /// The columns, one after the other, each padded with zeros to `stride`.
    private(set) var columns: [Double]
    /// The logarithm of the prior, padded; empty for none.
    private let logPrior: [Double]

    /// Columns that are combinations of functions less their targets: d_k = Σ_j combination[k][j]·(functions[j] - targets[j]).
    ///
    /// - Parameters:
    ///   - outcomes: the places among the functions' elements that take part; nil for all.
    init(functions: [[Double]], targets: [Double], combination: [[Double]], outcomes: [Int]?, count: Int, logPrior: [Double]) {
        self.count = count
        rank = combination.count
        stride = (count + 7) & ~7
        columns = [Double](repeating: 0, count: combination.count * stride)
        self.logPrior = logPrior.isEmpty ? [] : logPrior + [Double](repeating: 0, count: stride - count)
        for (k, coefficients) in combination.enumerated() {
            let start = k * stride
            for (j, coefficient) in coefficients.enumerated() where coefficient != 0 {
                let target = targets[j]
                columns.withUnsafeMutableBufferPointer { column in
                    functions[j].withUnsafeBufferPointer { function in
                        if let outcomes {
                            for (i, place) in outcomes.enumerated() { column[start + i] += coefficient * (function[place] - target) }
                        } else {
                            for i in 0..<count { column[start + i] += coefficient * (function[i] - target) }
                        }
                    }
                }
            }
        }
    }

    /// The family at one θ.
    struct Point: Sendable {
        /// The natural parameters.
        var theta: [Double]
        /// log Σ q·exp(-θ·d).
        var logSum: Double
        /// E[d].
        var mean: [Double]
        /// Cov[d], the lower triangle row by row.
        var covariance: [Double]
        /// The weights, to be divided by `total`; padded with zeros.
        var weights: [Double]
        /// The sum of the weights.
        var total: Double
    }

    /// The weights and moments at θ.
    func point(_ theta: [Double]) -> Point {
        var weights = [Double](repeating: 0, count: stride)
        let pairs = rank * (rank + 1) / 2
        var sums = [SIMD8<Double>](repeating: .zero, count: 1 + rank + pairs)
        var top = -Double.infinity
        weights.withUnsafeMutableBufferPointer { weights in
            top = exponents(theta, into: weights)
            accumulate(top, weights, &sums)
        }
        let totals = sums.map { ($0[0] + $0[4]) + ($0[2] + $0[6]) + (($0[1] + $0[5]) + ($0[3] + $0[7])) }
        let total = totals[0]
        let mean = (0..<rank).map { totals[1 + $0] / total }
        var covariance: [Double] = []
        for k in 0..<rank {
            for l in 0...k { covariance.append(totals[1 + rank + k * (k + 1) / 2 + l] / total - mean[k] * mean[l]) }
        }
        return Point(theta: theta, logSum: top + log(total), mean: mean, covariance: covariance, weights: weights, total: total)
    }

    /// Writes log q - θ·d and gives its maximum.
    private func exponents(_ theta: [Double], into out: UnsafeMutableBufferPointer<Double>) -> Double {
        columns.withUnsafeBufferPointer { columns in
            logPrior.withUnsafeBufferPointer { prior in
                let target = UnsafeMutableRawPointer(out.baseAddress)
                let source = UnsafeRawPointer(columns.baseAddress)
                let start = UnsafeRawPointer(prior.baseAddress)
                var tops = SIMD8<Double>(repeating: -.infinity)
                guard let target else { return 0 }
                var i = 0
                while i < stride {
                    let offset = i * 8
                    var sum =
                        prior.isEmpty ? SIMD8<Double>.zero : start?.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self) ?? .zero
                    for k in 0..<rank {
                        if let source {
                            sum -= theta[k] * source.loadUnaligned(fromByteOffset: (k * stride) * 8 + offset, as: SIMD8<Double>.self)
                        }
                    }
                    target.storeBytes(of: sum, toByteOffset: offset, as: SIMD8<Double>.self)
                    // The padding repeats no outcome: its exponent is 0 and must not be the maximum.
                    if i + 8 <= count {
                        tops.replace(with: sum, where: sum .> tops)
                    } else {
                        for lane in 0..<(count - i) where sum[lane] > tops[lane] { tops[lane] = sum[lane] }
                    }
                    i += 8
                }
                return tops.max()
            }
        }
    }

    /// Turns exponents into weights block by block and adds up their moments while they are at hand.
    private func accumulate(_ top: Double, _ weights: UnsafeMutableBufferPointer<Double>, _ sums: inout [SIMD8<Double>]) {
        let size = 1024
        var shifted = [Double](repeating: 0, count: size)
        var products = [Double](repeating: 0, count: size)
        columns.withUnsafeBufferPointer { columns in
            shifted.withUnsafeMutableBufferPointer { shifted in
                products.withUnsafeMutableBufferPointer { products in
                    sums.withUnsafeMutableBufferPointer { sums in
                        var start = 0
                        while start < stride {
                            let length = min(size, stride - start)
                            for i in 0..<length { shifted[i] = weights[start + i] - top }
                            let block = UnsafeMutableBufferPointer(rebasing: weights[start..<start + length])
                            Vector.exp(UnsafeBufferPointer(rebasing: UnsafeBufferPointer(shifted)[0..<length]), into: block)
                            if start + length > count { for i in count - start..<length { block[i] = 0 } }
                            sums[0] += lanes(block, length)
                            for k in 0..<rank {
                                let column = UnsafeBufferPointer(rebasing: columns[k * stride + start..<k * stride + start + length])
                                sums[1 + k] += product(block, column, into: products, length)
                                for l in 0...k {
                                    let other = UnsafeBufferPointer(rebasing: columns[l * stride + start..<l * stride + start + length])
                                    sums[1 + rank + k * (k + 1) / 2 + l] += dot(products, other, length)
                                }
                            }
                            start += length
                        }
                    }
                }
            }
        }
    }

    @inline(__always) private func lanes(_ x: UnsafeMutableBufferPointer<Double>, _ length: Int) -> SIMD8<Double> {
        guard let x = UnsafeRawPointer(x.baseAddress) else { return .zero }
        var sum = SIMD8<Double>.zero
        var i = 0
        while i < length * 8 {
            sum += x.loadUnaligned(fromByteOffset: i, as: SIMD8<Double>.self)
            i += 64
        }
        return sum
    }

    @inline(__always) private func product(
        _ x: UnsafeMutableBufferPointer<Double>, _ y: UnsafeBufferPointer<Double>, into z: UnsafeMutableBufferPointer<Double>, _ length: Int
    ) -> SIMD8<Double> {
        guard let x = UnsafeRawPointer(x.baseAddress), let y = UnsafeRawPointer(y.baseAddress),
            let z = UnsafeMutableRawPointer(z.baseAddress)
        else { return .zero }
        var sum = SIMD8<Double>.zero
        var i = 0
        while i < length * 8 {
            let product =
                x.loadUnaligned(fromByteOffset: i, as: SIMD8<Double>.self) * y.loadUnaligned(fromByteOffset: i, as: SIMD8<Double>.self)
            z.storeBytes(of: product, toByteOffset: i, as: SIMD8<Double>.self)
            sum += product
            i += 64
        }
        return sum
    }

    @inline(__always) private func dot(_ x: UnsafeMutableBufferPointer<Double>, _ y: UnsafeBufferPointer<Double>, _ length: Int) -> SIMD8<
        Double
    > {
        guard let x = UnsafeRawPointer(x.baseAddress), let y = UnsafeRawPointer(y.baseAddress) else { return .zero }
        var sum = SIMD8<Double>.zero
        var i = 0
        while i < length * 8 {
            sum += x.loadUnaligned(fromByteOffset: i, as: SIMD8<Double>.self) * y.loadUnaligned(fromByteOffset: i, as: SIMD8<Double>.self)
            i += 64
        }
        return sum
    }

    /// Entropy of the normalised weights and their relative entropy to the prior (to the uniform distribution over `outcomes` when none).
    func entropies(_ point: Point, outcomes: Int) -> (entropy: Double, relative: Double) {
        var entropy = 0.0
        var relative = 0.0
        let logUniform = -log(Double(outcomes))
        for i in 0..<count {
            let p = point.weights[i] / point.total
            guard p > 0 else { continue }
            var exponent = logPrior.isEmpty ? 0 : logPrior[i]
            for k in 0..<rank { exponent -= point.theta[k] * columns[k * stride + i] }
            let logP = exponent - point.logSum
            entropy -= p * logP
            relative += p * (logP - (logPrior.isEmpty ? logUniform : logPrior[i]))
        }
        return (entropy, relative)
    }
}
