// The elementary functions on one number. Errors are the greatest found by Tests/References/kernels/measure.py against MPFR and mpmath;
// a unit in the last place (ulp) is that of the true value's double.

import CKernels

/// eˣ, within 0.75 ulp.
@inlinable public func exp(_ x: Double) -> Double { wb_exp(x) }

/// eˣ - 1 without the loss near zero, within 1 ulp.
@inlinable public func expm1(_ x: Double) -> Double { wb_expm1(x) }

/// The natural logarithm, within 0.6 ulp; -∞ at zero, NaN below.
@inlinable public func log(_ x: Double) -> Double { wb_log(x) }

/// log(1 + x) without the loss near zero, within 0.6 ulp.
@inlinable public func log1p(_ x: Double) -> Double { wb_log1p(x) }

/// log(1 + eˣ), which overflows for no x, within 1.5 ulp.
@inlinable public func log1pExp(_ x: Double) -> Double { wb_log1p_exp(x) }

/// 1/(1 + e⁻ˣ), within 2 ulp in both tails.
@inlinable public func logistic(_ x: Double) -> Double { wb_logistic(x) }

/// The sine of an angle in radians of any size, within 0.8 ulp.
///
/// Up to 2²⁰ the argument is reduced by π/2 in four parts, above that by the bits of 2/π that matter (Payne & Hanek 1983).
@inlinable public func sin(_ x: Double) -> Double { wb_sin(x) }

/// The cosine of an angle in radians of any size, within 0.8 ulp.
@inlinable public func cos(_ x: Double) -> Double { wb_cos(x) }

/// The hyperbolic tangent, within 2 ulp.
@inlinable public func tanh(_ x: Double) -> Double { wb_tanh(x) }

/// The angle of the point (x, y) in -π...π, within 1.2 ulp, with the signs of zero and infinity as IEEE 754 has them.
public func atan2(_ y: Double, _ x: Double) -> Double { wb_atan2(y, x) }

/// xʸ, within 0.6 ulp, with the special cases of IEEE 754; 1 ulp where the result is subnormal.
public func pow(_ x: Double, _ y: Double) -> Double { wb_pow(x, y) }

/// The logarithm to base 2, within 0.51 ulp; exact for powers of two.
public func log2(_ x: Double) -> Double { wb_log2(x) }

/// The logarithm to base 10, within 0.51 ulp; exact for the powers of ten that are doubles.
public func log10(_ x: Double) -> Double { wb_log10(x) }
