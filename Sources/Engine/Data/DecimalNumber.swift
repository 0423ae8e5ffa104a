/// Reads decimal numbers from bytes, correctly rounded and the same in every locale.
///
/// What is a number: an optional sign, digits with at most one point, an optional exponent (`1`, `-0.5`, `.5`, `2.`, `6.02e23`), or
/// `inf`, `infinity`, `nan` in any case. Nothing else: no thousands separators, decimal commas, hexadecimal or white space.
public enum DecimalNumber {
    /// The number that the text spells, or nil when it spells none.
    public static func parse(_ text: some StringProtocol) -> Double? {
        var text = String(text)
        return text.withUTF8 { parse($0) }
    }

    /// The number that the bytes spell, or nil when they spell none.
    ///
    /// Three exact paths. (1) Up to 2⁵³ times or over a power of ten up to 10²²: one operation on exact operands, hence correctly
    /// rounded (Clinger 1990). (2) Up to 19 digits over 10ᵏ, k ≤ 27, which covers what programs print with 17 digits: one exact
    /// division of integers, 128 bits by 64, whose remainder decides the rounding. (3) All else: the standard library's `Double(_:)`.
    static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
        let count = bytes.count
        guard count > 0 else { return nil }
        var place = 0
        let isNegative = bytes[0] == 0x2D
        if isNegative || bytes[0] == 0x2B { place = 1 }
        let start = place
        var mantissa: UInt64 = 0
        var significantDigits = 0
        var digits = 0
        var decimals = 0
        while place < count {
            let digit = bytes[place] &- 0x30
            guard digit < 10 else { break }
            mantissa = mantissa &* 10 &+ UInt64(digit)
            if mantissa != 0 { significantDigits += 1 }
            digits += 1
            place += 1
        }
        if place < count, bytes[place] == 0x2E {
            place += 1
            while place < count {
                let digit = bytes[place] &- 0x30
                guard digit < 10 else { break }
                mantissa = mantissa &* 10 &+ UInt64(digit)
                if mantissa != 0 { significantDigits += 1 }
                digits += 1
                decimals += 1
                place += 1
            }
        }
        guard digits > 0 else { return special(UnsafeBufferPointer(rebasing: bytes[start...]), isNegative: isNegative) }
        var exponent = 0
        if place < count, bytes[place] | 0x20 == 0x65 {
            place += 1
            var isExponentNegative = false
            if place < count, bytes[place] == 0x2D || bytes[place] == 0x2B {
                isExponentNegative = bytes[place] == 0x2D
                place += 1
            }
            guard place < count else { return nil }
            while place < count {
                let digit = bytes[place] &- 0x30
                guard digit < 10 else { return nil }
                // Beyond a million only the sign matters, and the slow path below sees the text itself.
                if exponent < 1_000_000 { exponent = exponent * 10 + Int(digit) }
                place += 1
            }
            if isExponentNegative { exponent = -exponent }
        }
        guard place == count else { return nil }
        guard significantDigits <= 19 else { return slow(bytes) }
        if mantissa == 0 { return isNegative ? -0.0 : 0.0 }
        let power = exponent - decimals
        if mantissa <= 1 << 53, power >= -22, power <= 22 {
            let magnitude = power < 0 ? Double(mantissa) / tens[-power] : Double(mantissa) * tens[power]
            return isNegative ? -magnitude : magnitude
        }
        if power < 0, power >= -27 {
            let magnitude = quotient(mantissa, fives[-power], -power)
            return isNegative ? -magnitude : magnitude
        }
        return slow(bytes)
    }

    /// w/(d·2ᵏ) for w, d ≥ 1, correctly rounded to nearest, ties to even.
    private static func quotient(_ w: UInt64, _ d: UInt64, _ k: Int) -> Double {
        let shiftW = w.leadingZeroBitCount
        let shiftD = d.leadingZeroBitCount
        let n = w << UInt64(shiftW)
        // n/d' lies in (1/2, 2), so the quotient of n·2⁶³ has 63 or 64 bits: 10 or 11 more than a double holds.
        let (q, remainder) = (d << UInt64(shiftD)).dividingFullWidth((n >> 1, n << 63))
        let drop = UInt64(11 - q.leadingZeroBitCount)
        let half: UInt64 = 1 << (drop - 1)
        let rest = q & (half &* 2 &- 1)
        var m = q >> drop
        if rest > half || (rest == half && (remainder != 0 || m & 1 == 1)) { m += 1 }
        let exponent = Int(drop) - 63 + shiftD - shiftW - k
        return Double(m) * Double(bitPattern: UInt64(exponent + 1023) << 52)
    }

    private static func slow(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? { Double(String(decoding: bytes, as: UTF8.self)) }

    private static func special(_ bytes: UnsafeBufferPointer<UInt8>, isNegative: Bool) -> Double? {
        guard bytes.count == 3 || bytes.count == 8 else { return nil }
        switch String(decoding: bytes, as: UTF8.self).lowercased() {
        case "inf", "infinity": return isNegative ? -.infinity : .infinity
        case "nan": return .nan
        default: return nil
        }
    }

    /// 10⁰…10²², each exact.
    private static let tens: [Double] = (0...22).map { power in (0..<power).reduce(1.0) { product, _ in product * 10 } }
    /// 5⁰…5²⁷, each below 2⁶³.
    private static let fives: [UInt64] = (0...27).map { power in (0..<power).reduce(1) { product, _ in product * 5 } }
}
