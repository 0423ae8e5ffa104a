import Kernels

/// The step sizes of a stochastic-gradient sampler, ε_t = a(b + t)^-γ for t = 0, 1, 2 and on.
///
/// Given by the first and last of U steps: b = U/((end/start)^(-1/γ) - 1) and a = start·b^γ; or by a and b themselves. Equal ends
/// give a constant step. Welling & Teh (2011), §4.2: γ in (½, 1] makes Σε diverge and Σε² converge.
struct StepSchedule: Sendable, Hashable, Codable {
    /// The factor a; the step itself when constant.
    let a: Double
    /// The offset b, in updates; infinite when constant.
    let b: Double
    /// The decay γ.
    let gamma: Double

    /// The schedule that goes from `start` to `end` in `updates` updates.
    init(start: Double, end: Double, gamma: Double, updates: Int) {
        self.gamma = gamma
        if start == end {
            a = start
            b = .infinity
        } else {
            b = Double(updates) / (Kernels.pow(end / start, -1 / gamma) - 1)
            a = start * Kernels.pow(b, gamma)
        }
    }

    /// The schedule with given constants.
    init(a: Double, b: Double, gamma: Double) {
        self.a = a
        self.b = b
        self.gamma = gamma
    }

    /// ε_t.
    func step(_ t: Int) -> Double {
        b.isInfinite ? a : a * Kernels.exp(-gamma * Kernels.log(b + Double(t)))
    }

    /// ε_t for t in a range, with the bits of `step`.
    func steps(_ range: Range<Int>) -> [Double] {
        if b.isInfinite { return [Double](repeating: a, count: range.count) }
        let logarithms = Vector.log(range.map { b + Double($0) })
        return Vector.exp(logarithms.map { -gamma * $0 }).map { a * $0 }
    }
}
