import Kernels

/// Numbers as text, and powers of ten, without a locale and the same on every machine.
public enum Numbers {
    /// 10 to a whole power, rounded correctly; 0 or infinity beyond the range of `Double`.
    static func powerOfTen(_ exponent: Int) -> Double {
        exponent < -345 ? 0 : exponent > 308 ? .infinity : powers[exponent + 345]
    }

    private static let powers: [Double] = (-345...308).map { Double("1e\($0)") ?? 0 }

    /// The greatest e with 10^e <= |x|; 0 for zero and for what is not finite.
    static func decimalExponent(_ x: Double) -> Int {
        let size = abs(x)
        guard size > 0, size.isFinite else { return 0 }
        // The logarithm of a subnormal number may be off by more than one unit; the comparisons mend it.
        var exponent = Int((log10(size)).rounded(.down))
        while powerOfTen(exponent) > size { exponent -= 1 }
        while exponent < 308, powerOfTen(exponent + 1) <= size { exponent += 1 }
        return exponent
    }

    /// The logarithm to base ten, to display accuracy.
    static func log10(_ x: Double) -> Double { Kernels.log(x) * 0.4342944819032518 }

    /// 10 to a power, to display accuracy.
    static func exp10(_ x: Double) -> Double { Kernels.exp(x * 2.302585092994046) }

    /// The nearest number with so many decimals.
    static func rounded(_ x: Double, decimals: Int) -> Double {
        let power = powerOfTen(decimals)
        return (x * power).rounded() / power
    }

    /// The number with exactly so many decimals; `-0` never appears.
    public static func fixed(_ x: Double, decimals: Int) -> String {
        guard x.isFinite else { return special(x) }
        let decimals = min(max(0, decimals), 17)
        let scaled = (abs(x) * powerOfTen(decimals)).rounded()
        guard scaled < 9e18 else { return shortest(x) }
        var digits = String(Int(scaled))
        if digits.utf8.count <= decimals {
            digits = String(repeating: "0", count: decimals + 1 - digits.utf8.count) + digits
        }
        let isNegative = x < 0 && scaled > 0
        guard decimals > 0 else { return (isNegative ? "-" : "") + digits }
        return (isNegative ? "-" : "") + digits.dropLast(decimals) + "." + digits.suffix(decimals)
    }

    /// The number to so many significant digits, without trailing zeros: 0.00123, 48200, 6.02e23.
    public static func short(_ x: Double, digits: Int = 4) -> String {
        guard x.isFinite else { return special(x) }
        guard x != 0 else { return "0" }
        var exponent = decimalExponent(x)
        if exponent >= -4, exponent < max(6, digits) {
            let decimals = max(0, digits - 1 - exponent)
            return trimmed(fixed(x, decimals: decimals))
        }
        var mantissa =
            exponent < -300 ? x * 1e300 / powerOfTen(exponent + 300) : x / powerOfTen(exponent)
        if abs(mantissa) >= 10 - 0.5 * powerOfTen(1 - digits) {
            mantissa /= 10
            exponent += 1
        }
        return trimmed(fixed(mantissa, decimals: digits - 1)) + "e\(exponent)"
    }

    /// The shortest text that reads back to the same number, without a useless `.0`.
    public static func shortest(_ x: Double) -> String {
        guard x.isFinite else { return special(x) }
        if x == 0 { return "0" }
        let text = x.description
        if text.hasSuffix(".0") { return String(text.dropLast(2)) }
        guard let sign = text.firstIndex(of: "+") else { return text }
        return String(text[..<sign] + text[text.index(after: sign)...])
    }

    private static func special(_ x: Double) -> String { x.isNaN ? "nan" : x < 0 ? "-inf" : "inf" }

    /// The text without zeros at the end of its decimals.
    static func trimmed(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: ".")) else { return text }
        var text = Substring(text)
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return String(text)
    }

    /// A whole number with a comma at each third digit: 48,200.
    public static func grouped(_ n: Int) -> String {
        var digits = Array(String(n.magnitude))
        var place = digits.count - 3
        while place > 0 {
            digits.insert(",", at: place)
            place -= 3
        }
        return (n < 0 ? "-" : "") + String(digits)
    }

    /// A whole number in superscript digits.
    static func superscript(_ n: Int) -> String {
        let digits: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
        return (n < 0 ? "⁻" : "")
            + String(String(n.magnitude).compactMap { $0.wholeNumberValue.map { digits[$0] } })
    }
}
