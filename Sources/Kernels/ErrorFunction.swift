import CKernels

/// (2/√π) ∫₀ˣ exp(-t²) dt, within 2.5 ulp.
public func erf(_ x: Double) -> Double { wb_erf(x) }

/// 1 - erf(x) without the loss in the upper tail, within 3 ulp down to the smallest number.
public func erfc(_ x: Double) -> Double { wb_erfc(x) }

/// The x below which a standard normal variable falls with probability p, within 4 ulp; -∞ at 0, +∞ at 1, NaN outside.
public func normalQuantile(_ p: Double) -> Double { wb_normal_quantile(p) }
