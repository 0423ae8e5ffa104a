/// Texts for the labels of a linear axis, with what they share taken out.
struct TickText: Hashable {
    /// The texts, as many as the values.
    var texts: [String]
    /// Labels are to be multiplied by ten to this power; 0 for none.
    var exponent = 0
    /// Labels are to be added to this; 0 for none.
    var offset = 0.0

    /// Texts with the fewest decimals with which all differ and equal their values to a billionth of the step.
    ///
    /// A power of ten, a multiple of three, is factored out when the largest is >= 1e5 or < 1e-3; an offset when they
    /// would need more than eight digits.
    init(_ values: [Double], step: Double) {
        let largest = values.reduce(0) { max($0, abs($1)) }
        guard largest > 0, largest.isFinite, step > 0 else {
            texts = values.map { Numbers.short($0) }
            return
        }
        let power =
            largest >= 1e5 || largest < 1e-3
            ? (Numbers.decimalExponent(largest) - (largest < 1 ? 2 : 0)) / 3 * 3 : 0
        let plain = Self.formatted(values, step: step, exponent: power)
        let wholeDigits = max(1, Numbers.decimalExponent(largest) - power + 1)
        if let plain, wholeDigits + plain.decimals <= 8 {
            texts = plain.texts
            exponent = power
            return
        }
        // Too many digits in common: say them once.
        let base = values.first.map { Self.rounded($0, to: step * 100) } ?? 0
        let rests = values.map { $0 - base }
        let restLargest = rests.reduce(0) { max($0, abs($1)) }
        let restPower =
            restLargest >= 1e5 || restLargest < 1e-3
            ? (Numbers.decimalExponent(restLargest) - (restLargest < 1 ? 2 : 0)) / 3 * 3 : 0
        if let rest = Self.formatted(rests, step: step, exponent: restPower), base != 0 {
            texts = rest.texts.map { $0.hasPrefix("-") ? $0 : "+" + $0 }
            exponent = restPower
            offset = base
        } else {
            texts = values.map { Numbers.shortest($0) }
        }
    }

    /// The nearest multiple of a round number of the size of `unit` at or below a value.
    private static func rounded(_ value: Double, to unit: Double) -> Double {
        let size = Numbers.powerOfTen(Numbers.decimalExponent(unit))
        let result = (value / size).rounded(.down) * size
        return result.isFinite ? result : value
    }

    private static func formatted(_ values: [Double], step: Double, exponent: Int) -> (
        texts: [String], decimals: Int
    )? {
        func scaled(_ x: Double) -> Double {
            // Dividing by exact powers keeps labels such as 0.0025 free of a second rounding.
            exponent < -300
                ? x * 1e300 / Numbers.powerOfTen(exponent + 300)
                : exponent < 0 ? x * Numbers.powerOfTen(-exponent) : x / Numbers.powerOfTen(exponent)
        }
        let tolerance = scaled(step) * 1e-9
        let wanted = values.map(scaled)
        decimals: for decimals in 0...15 {
            for want in wanted
            where abs(Numbers.rounded(want, decimals: decimals) - want)
                > max(tolerance, abs(want) * 4e-16)
            {
                continue decimals
            }
            let texts = wanted.map { Numbers.fixed($0, decimals: decimals) }
            if Set(texts).count == Set(values).count { return (texts, decimals) }
        }
        return nil
    }

    /// What the axis must say about its labels: "×10³", "+ 1e15"; empty for nothing.
    func note(isASCII: Bool) -> String {
        var parts: [String] = []
        if exponent != 0 {
            parts.append(isASCII ? "1e\(exponent)" : "×10" + Numbers.superscript(exponent))
        }
        if offset != 0 { parts.append((offset < 0 ? "- " : "+ ") + Numbers.short(abs(offset), digits: 15)) }
        return parts.joined(separator: " ")
    }
}
