import CKernels

extension RandomStream {
    /// Uniform between two finite bounds.
    public mutating func uniform(in range: ClosedRange<Double>) -> Double {
        let u = uniform()
        // Both products, as upper - lower may overflow.
        return min(max(range.lowerBound * (1 - u) + range.upperBound * u, range.lowerBound), range.upperBound)
    }

    /// Gamma with the given shape > 0 and scale 1.
    ///
    /// Marsaglia & Tsang (2000): the cube of a normal variable, rejected about once in twenty times. A shape below 1 takes the draw of shape + 1 times
    /// u^(1/shape), which for shapes below about 0.01 is often smaller than any double: 0 then.
    public mutating func gamma(shape: Double) -> Double {
        precondition(shape > 0 && shape.isFinite, "a gamma variable's shape is positive and finite, not \(shape)")
        if shape < 1 {
            let full = gamma(shape: shape + 1)
            return full * wb_exp(-exponential() / shape)
        }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let t = 1 + c * x
            let u = uniform()
            guard t > 0 else { continue }
            let v = t * t * t
            let square = x * x
            if u < 1 - 0.0331 * square * square { return d * v }
            if wb_log(u) < 0.5 * square + d * (1 - v + wb_log(v)) { return d * v }
        }
    }

    /// Beta with the given parameters > 0.
    public mutating func beta(_ a: Double, _ b: Double) -> Double {
        if a <= 1 && b <= 1 {
            // Jöhnk (1964), in logarithms: tiny parameters underflow otherwise.
            while true {
                let x = -exponential() / a
                let y = -exponential() / b
                let top = max(x, y)
                let total = top + wb_log(wb_exp(x - top) + wb_exp(y - top))
                if total <= 0 { return wb_exp(x - total) }
            }
        }
        let x = gamma(shape: a)
        return x / (x + gamma(shape: b))
    }

    /// Student-t with the given degrees of freedom > 0; +∞ degrees are the normal distribution.
    public mutating func studentT(degreesOfFreedom: Double) -> Double {
        let z = normal()
        guard degreesOfFreedom < .infinity else { return z }
        return z / (gamma(shape: degreesOfFreedom / 2) / (degreesOfFreedom / 2)).squareRoot()
    }

    /// Chi-square with the given degrees of freedom > 0.
    public mutating func chiSquare(degreesOfFreedom: Double) -> Double { 2 * gamma(shape: degreesOfFreedom / 2) }

    /// Proportions with the Dirichlet distribution of the given parameters > 0.
    public mutating func dirichlet(_ parameters: [Double]) -> [Double] {
        let draws = parameters.map { gamma(shape: $0) }
        let total = Vector.sum(draws)
        // All underflowed: in that limit all weight falls on one outcome, in proportion to the parameters.
        guard total > 0 else {
            let chosen = categorical(parameters)
            return parameters.indices.map { $0 == chosen ? 1 : 0 }
        }
        return draws.map { $0 / total }
    }
}
