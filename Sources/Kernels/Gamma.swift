import CKernels

/// log |Γ(x)|.
///
/// Within 2.5 ulp for x > 0, near the zeros at 1 and 2 as elsewhere. For x < 0 the reflection formula subtracts two numbers: the error
/// stays within 3 ulp of the greater of 1 and the parts, so near the zeros between the poles the relative error is large.
/// +∞ at zero and the negative integers.
public func lgamma(_ x: Double) -> Double { wb_lgamma(x) }

/// The slope of log Γ, ψ(x).
///
/// Within 2.5 ulp for x > 0, near the zero at 1.4616 as elsewhere. For x < 0 within 4 ulp of the greater of 1 and π cot(πx), so near
/// the zeros between the poles the relative error is large. NaN at the negative integers.
public func digamma(_ x: Double) -> Double { wb_digamma(x) }

/// The slope of ψ, ψ′(x), within 4 ulp; +∞ at zero and the negative integers.
public func trigamma(_ x: Double) -> Double { wb_trigamma(x) }
