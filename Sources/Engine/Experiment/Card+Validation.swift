extension Card {
    /// The parameter of that name; unknown names are refused with the nearest known one.
    public func required(_ name: String) throws -> Parameter {
        if let parameter = parameter(name) { return parameter }
        let near = nearest(name, among: parameters.map(\.name))
        throw UserError(
            "\(id) has no parameter “\(name)”" + (near.map { "; did you mean “\($0)”?" } ?? "; `workbench describe \(id)` lists them"))
    }

    /// The value that a typed text means for the parameter of that name.
    ///
    /// - Throws: `UserError` naming the parameter, the text and what was expected.
    public func parse(_ name: String, _ text: String) throws -> Value { try required(name).parse(text) }

    /// Values for every parameter: the given ones checked, the defaults for the rest.
    public func complete(_ values: [String: Value]) throws -> [String: Value] {
        var complete: [String: Value] = [:]
        for parameter in parameters { complete[parameter.name] = parameter.initial }
        for name in values.keys.sorted() {
            let parameter = try required(name)
            if let value = values[name] { complete[name] = try parameter.checked(value) }
        }
        return complete
    }
}

extension Parameter {
    /// The value that a typed text means.
    ///
    /// - Throws: `UserError` naming the parameter, the text and what was expected.
    public func parse(_ text: String) throws -> Value {
        let trimmed = text.trimmingSpaces
        switch kind {
        case .real:
            guard let number = Double(trimmed) else { throw refusal(of: text) }
            return try checked(.real(number))
        case .integer:
            if let number = Int(trimmed) { return try checked(.integer(number)) }
            // 1e6 and 100_000 are whole numbers too.
            guard let number = Double(trimmed.filter { $0 != "_" && $0 != "," }), let whole = Int(exactly: number) else {
                throw refusal(of: text)
            }
            return try checked(.integer(whole))
        case .choice: return try checked(.text(trimmed))
        case .flag:
            switch trimmed.lowercased() {
            case "on", "true", "yes", "1": return .flag(true)
            case "off", "false", "no", "0": return .flag(false)
            default: throw refusal(of: text)
            }
        case .text, .list, .file, .files: return .text(text)
        }
    }

    /// The value if it is of this parameter's kind and within its range; whole numbers are taken for reals.
    ///
    /// - Throws: `UserError` naming the parameter, the value and the range.
    public func checked(_ value: Value) throws -> Value {
        switch (kind, value) {
        case (.real(let range, _, _), .real(let x)):
            guard range.contains(x) else { throw refusal(of: value.description) }
            return value
        case (.real, .integer(let n)): return try checked(.real(Double(n)))
        case (.real, .text(let text)):
            // Infinite values travel as text in JSON.
            guard let number = Double(text) else { throw refusal(of: text) }
            return try checked(.real(number))
        case (.integer(let range, _, _), .integer(let n)):
            guard range.contains(n) else { throw refusal(of: value.description) }
            return value
        case (.integer, .real(let x)):
            guard let n = Int(exactly: x) else { throw refusal(of: value.description) }
            return try checked(.integer(n))
        case (.choice(let names), .text(let name)):
            guard names.contains(name) else {
                let near = nearest(name, among: names).map { "; did you mean “\($0)”?" } ?? ""
                throw UserError("\(self.name) = “\(name)” is not among \(names.joined(separator: ", "))\(near)", parameter: self.name)
            }
            return value
        case (.flag, .flag): return value
        case (.text, .text), (.list, .text), (.file, .text), (.files, .text): return value
        // A number typed for a list or text arrives as a number from JSON.
        case (.text, _), (.list, _): return .text(value.description)
        default: throw refusal(of: value.description)
        }
    }

    /// What values are accepted, in words: "a number from 0 to 1".
    public var expectation: String {
        switch kind {
        case .real(let range, _, _):
            if range.lowerBound <= -1e300, range.upperBound >= 1e300 { return "a number" }
            if range.upperBound >= 1e300 { return "a number of at least \(Value.real(range.lowerBound))" }
            if range.lowerBound <= -1e300 { return "a number of at most \(Value.real(range.upperBound))" }
            return "a number from \(Value.real(range.lowerBound)) to \(Value.real(range.upperBound))"
        case .integer(let range, _, _):
            if range.upperBound == .max { return "a whole number of at least \(range.lowerBound)" }
            return "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .choice(let names): return "one of \(names.joined(separator: ", "))"
        case .flag: return "on or off"
        case .text: return "text, or @file"
        case .list: return "numbers such as 1,2,3 or 1..6, or @file"
        case .file(let builtins):
            return builtins.isEmpty ? "a file" : "a file, or one of \(builtins.joined(separator: ", "))"
        case .files(let builtins):
            return "files: a path, a.csv,b.csv, or a pattern such as chain_*.csv"
                + (builtins.isEmpty ? "" : ", or one of \(builtins.joined(separator: ", "))")
        }
    }

    private func refusal(of text: String) -> UserError {
        UserError("\(name) = \(text.isEmpty ? "“”" : text) was refused; expected \(expectation)", parameter: name)
    }

    /// The value `count` tweaks up (or down, when negative), kept within the range; the same value where tweaking means nothing.
    public func tweaked(_ value: Value, by count: Int) -> Value {
        switch (kind, value) {
        case (.real(let range, let step, let isLog), .real(let x)):
            var next = x
            if isLog, x != 0 {
                for _ in 0..<abs(count) { next = count > 0 ? next * (1 + step) : next / (1 + step) }
                next = next.roundedToSignificant(4)
            } else {
                next = x + Double(count) * step
                // Steps of 0.1 from 4.5 should show 4.6, not 4.6000000000000005.
                let grain = step / 1000
                if grain > 0 { next = ((next / grain).rounded() * grain).roundedToSignificant(12) }
            }
            return .real(min(max(next, range.lowerBound), range.upperBound))
        case (.integer(let range, let step, let isLog), .integer(let n)):
            var next = n
            if isLog {
                for _ in 0..<abs(count) { next = count > 0 ? Parameter.nextRound(above: next) : Parameter.nextRound(below: next) }
            } else {
                let (product, overflow) = count.multipliedReportingOverflow(by: step)
                let (sum, again) = n.addingReportingOverflow(product)
                next = overflow || again ? n : sum
            }
            return .integer(min(max(next, range.lowerBound), range.upperBound))
        case (.choice(let names), .text(let name)):
            guard let index = names.firstIndex(of: name), !names.isEmpty else { return value }
            return .text(names[((index + count) % names.count + names.count) % names.count])
        case (.flag, .flag(let on)): return .flag(count % 2 == 0 ? on : !on)
        case (.file(let builtins), .text(let name)), (.files(let builtins), .text(let name)):
            guard !builtins.isEmpty else { return value }
            let index = builtins.firstIndex(of: name) ?? -1
            return .text(builtins[((index + count) % builtins.count + builtins.count) % builtins.count])
        default: return value
        }
    }

    /// The least of 1, 2, 5, 10, 20, 50, … above n.
    static func nextRound(above n: Int) -> Int {
        var decade = 1
        while decade <= Int.max / 10 {
            for factor in [1, 2, 5] where decade * factor > n { return decade * factor }
            decade *= 10
        }
        return n
    }

    /// The greatest of 1, 2, 5, 10, 20, 50, … below n.
    static func nextRound(below n: Int) -> Int {
        var below = n <= 1 ? n - 1 : 1
        var decade = 1
        while decade <= Int.max / 10 {
            for factor in [1, 2, 5] {
                if decade * factor >= n { return below }
                below = decade * factor
            }
            decade *= 10
        }
        return below
    }
}

extension Double {
    /// The nearest number with that many significant decimal digits, for display values that came from repeated steps.
    func roundedToSignificant(_ digits: Int) -> Double {
        guard isFinite, self != 0 else { return self }
        var scale = 1.0
        var size = magnitude
        while size >= 10 { size /= 10; scale /= 10 }
        while size < 1 { size *= 10; scale *= 10 }
        for _ in 1..<digits { scale *= 10 }
        let rounded = (self * scale).rounded() / scale
        return rounded.isFinite ? rounded : self
    }
}

extension String {
    /// The text without white space at its ends.
    var trimmingSpaces: String {
        var slice = self[...]
        while let first = slice.first, first.isWhitespace { slice.removeFirst() }
        while let last = slice.last, last.isWhitespace { slice.removeLast() }
        return String(slice)
    }
}
