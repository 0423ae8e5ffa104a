/// The ticks of one axis: values with texts, minor ticks without, and what the axis must add to its label.
struct Ticks: Hashable {
    struct Tick: Hashable {
        var value: Double
        /// Empty for a tick whose text has no room.
        var text: String
    }

    /// The labelled ticks, inside the range, in order.
    var major: [Tick] = []
    /// Ticks without text.
    var minor: [Double] = []
    /// "×10³" and the like.
    var note = ""

    /// Ticks for a numeric axis.
    ///
    /// - Parameters:
    ///   - map: The axis' scale and range.
    ///   - wished: How many labels would be right.
    ///   - fits: Whether texts at these fractions of the axis stay clear of each other.
    static func numeric(
        _ map: ScaleMap, wished: Int, isASCII: Bool, fits: ([(fraction: Double, text: String)]) -> Bool
    ) -> Ticks {
        switch map.kind {
        case .linear: linear(map, wished: wished, isASCII: isASCII, fits: fits)
        case .log: logarithmic(map, isASCII: isASCII, fits: fits)
        case .symlog(let threshold):
            symmetric(map, threshold: threshold, wished: wished, isASCII: isASCII, fits: fits)
        }
    }

    private static func linear(
        _ map: ScaleMap, wished: Int, isASCII: Bool, fits: ([(fraction: Double, text: String)]) -> Bool
    ) -> Ticks {
        let slack = (map.upper - map.lower) * 1e-9
        func inside(_ values: [Double]) -> [Double] {
            values.filter { $0 >= map.lower - slack && $0 <= map.upper + slack }
        }
        func texts(_ values: [Double], _ step: Double) -> TickText { TickText(values, step: step) }
        func search(least: Int) -> ExtendedWilkinson.Labelling? {
            ExtendedWilkinson.search(map.lower, map.upper, wished: wished, above: 0) { labelling in
                // Labels outside the view are dropped, and must not win by being there.
                let values = inside(labelling.values)
                guard values.count >= least else { return false }
                return fits(
                    zip(values, texts(values, labelling.step).texts).map {
                        (fraction: map.fraction($0), text: $1)
                    })
            }
        }
        let found = (wished >= 3 ? search(least: 3) : nil) ?? search(least: 2)
        if let found {
            let values = inside(found.values)
            let text = texts(values, found.step)
            return Ticks(
                major: zip(values, text.texts).map { Tick(value: $0, text: $1) },
                note: text.note(isASCII: isASCII))
        }
        // Degenerate or no room for two labels: the ends if they fit, else one value in between.
        let ends = [map.lower, map.upper]
        let apart = Set(ends.map { Numbers.shortest($0) }).count == 2
        for values in [apart ? ends : [], roundOne(map)] where !values.isEmpty {
            let shown = values.map { value in
                Numbers.shortest(value).utf8.count <= 8 ? Numbers.shortest(value) : Numbers.short(value)
            }
            guard Set(shown).count == shown.count,
                fits(zip(values, shown).map { (fraction: map.fraction($0), text: $1) })
            else { continue }
            return Ticks(major: zip(values, shown).map { Tick(value: $0, text: $1) })
        }
        return Ticks()
    }

    /// The roundest single value in the range.
    private static func roundOne(_ map: ScaleMap) -> [Double] {
        if map.lower <= 0, map.upper >= 0 { return [0] }
        let range = map.upper - map.lower
        guard range > 0, range.isFinite else { return [map.lower] }
        for exponent in stride(
            from: Numbers.decimalExponent(map.upper), through: Numbers.decimalExponent(range) - 1, by: -1)
        {
            let unit = Numbers.powerOfTen(exponent)
            guard unit > 0 else { break }
            let value = (map.upper / unit).rounded(.down) * unit
            if value >= map.lower, value <= map.upper { return [value] }
        }
        return [map.lower]
    }

    /// Decades, every n-th when there are many; 2 and 5 too when fewer than three decades show; the rest without text.
    private static func logarithmic(
        _ map: ScaleMap, isASCII: Bool, fits: ([(fraction: Double, text: String)]) -> Bool
    ) -> Ticks {
        let (lower, upper) = (map.lower * (1 - 1e-9), map.upper * (1 + 1e-9))
        let first = Numbers.decimalExponent(map.lower)
        let last = Numbers.decimalExponent(upper)
        func inside(_ value: Double) -> Bool { value >= lower && value <= upper }
        let decades = (first...max(first, last)).filter { inside(Numbers.powerOfTen($0)) }
        let isPlain = first >= -4 && last <= 4
        func text(_ digit: Int, _ exponent: Int) -> String {
            if isPlain { return Numbers.short(Double(digit) * Numbers.powerOfTen(exponent)) }
            if isASCII { return "\(digit)e\(exponent)" }
            return (digit == 1 ? "" : "\(digit)·") + "10" + Numbers.superscript(exponent)
        }
        func ticks(_ digits: [Int], every step: Int) -> [Tick] {
            var result: [Tick] = []
            for exponent in first...max(first, last) where exponent % step == 0 || step == 1 {
                for digit in digits {
                    let value = Double(digit) * Numbers.powerOfTen(exponent)
                    if inside(value) { result.append(Tick(value: value, text: text(digit, exponent))) }
                }
            }
            return result
        }
        func fit(_ ticks: [Tick]) -> Bool {
            fits(ticks.map { (fraction: map.fraction($0.value), text: $0.text) })
        }
        var minor: [Double] = []
        if last - first <= 8 {
            for exponent in first...max(first, last) {
                for digit in 2...9 {
                    let value = Double(digit) * Numbers.powerOfTen(exponent)
                    if inside(value) { minor.append(value) }
                }
            }
        }
        if decades.count < 3 {
            for digits in [[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 5], [1, 3], [1, 5], [1, 2]]
            where digits.count < 9 || decades.count < 1 {
                let candidate = ticks(digits, every: 1)
                if candidate.count >= 2, fit(candidate) { return Ticks(major: candidate, minor: minor) }
            }
            if decades.count < 2 {
                // Less than a decade: labels as on a linear axis say more.
                let linear = linear(ScaleMap(.linear, map.lower, map.upper), wished: 3, isASCII: isASCII) {
                    labels in
                    fits(
                        labels.map {
                            (
                                fraction: map.fraction(map.lower + $0.fraction * (map.upper - map.lower)),
                                text: $0.text
                            )
                        })
                }
                if linear.major.count >= 2 {
                    return Ticks(major: linear.major, minor: minor, note: linear.note)
                }
            }
        }
        var step = 1
        while step <= 700 {
            let candidate = ticks([1], every: step)
            if candidate.isEmpty { break }
            if fit(candidate) {
                return Ticks(major: candidate, minor: step == 1 ? minor : decades.map(Numbers.powerOfTen))
            }
            step = step < 3 ? step + 1 : step * 2
        }
        return Ticks(minor: minor)
    }

    /// Zero, and decades on both sides from the threshold on.
    private static func symmetric(
        _ map: ScaleMap, threshold: Double, wished: Int, isASCII: Bool,
        fits: ([(fraction: Double, text: String)]) -> Bool
    ) -> Ticks {
        let first = Numbers.decimalExponent(threshold)
        let last = Numbers.decimalExponent(max(abs(map.lower), abs(map.upper)))
        guard last >= first, threshold > 0 else {
            let inner = linear(ScaleMap(.linear, map.lower, map.upper), wished: wished, isASCII: isASCII) { labels in
                fits(
                    labels.map {
                        (
                            fraction: map.fraction(map.lower + $0.fraction * (map.upper - map.lower)),
                            text: $0.text
                        )
                    })
            }
            return inner
        }
        let isPlain = first >= -4 && last <= 4
        func text(_ value: Double, _ exponent: Int) -> String {
            let sign = value < 0 ? "-" : ""
            if isPlain { return Numbers.short(value) }
            return sign + (isASCII ? "1e\(exponent)" : "10" + Numbers.superscript(exponent))
        }
        var step = 1
        while step <= 700 {
            var candidate: [Tick] = []
            for exponent in stride(from: last, through: first, by: -1) where (exponent - last) % step == 0 {
                let value = -Numbers.powerOfTen(exponent)
                if value >= map.lower, -value >= threshold {
                    candidate.append(Tick(value: value, text: text(value, exponent)))
                }
            }
            if map.lower <= 0, map.upper >= 0 { candidate.append(Tick(value: 0, text: "0")) }
            for exponent in first...last where (exponent - last) % step == 0 {
                let value = Numbers.powerOfTen(exponent)
                if value <= map.upper, value >= threshold {
                    candidate.append(Tick(value: value, text: text(value, exponent)))
                }
            }
            candidate.removeAll { $0.value < map.lower || $0.value > map.upper }
            if candidate.isEmpty { break }
            if fits(candidate.map { (fraction: map.fraction($0.value), text: $0.text) }) {
                return Ticks(major: candidate)
            }
            step = step < 3 ? step + 1 : step * 2
        }
        return Ticks()
    }
}
