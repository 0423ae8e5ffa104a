import Engine
import Kernels
import LanguageModel

/// What a judge said of one answer: a rating from 0 (not even close) to 10 (the exact meaning).
struct Judgement: Sendable, Hashable, Codable {
    /// The rating, 0…10; with probabilities their expected value.
    var rating: Double
    /// The probability that the judge gave to ratings at all; nil when only a reply is known.
    var mass: Double?
    /// The rating a reply names, or the probabilities of 0 to 10 (scaled to sum to 1).
    var probabilities: [Double]

    /// A reply that must be a whole number from 0 to 10, with or without a full stop; nil when it is anything else.
    init?(reply: String) {
        var text = reply.unicodeScalars[...]
        while let first = text.first, first.properties.isWhitespace { text.removeFirst() }
        while let last = text.last, last.properties.isWhitespace { text.removeLast() }
        if text.last == "." { text.removeLast() }
        guard (1...2).contains(text.count), text.allSatisfy({ ("0"..."9").contains($0) }), let rating = Int(String(text)) else {
            return nil
        }
        self.init(whole: rating)
    }

    /// A rating as a number; nil when it is not a whole one from 0 to 10.
    init?(whole rating: Int) {
        guard (0...10).contains(rating) else { return nil }
        self.rating = Double(rating)
        probabilities = (0...10).map { $0 == rating ? 1 : 0 }
    }

    /// The expected value over ratings with log-probabilities: the softmax over those present; nil when there are none.
    init?(logProbabilities: [(rating: Int, value: Double)]) {
        let present = logProbabilities.filter { (0...10).contains($0.rating) && $0.value > -.infinity && !$0.value.isNaN }
        guard !present.isEmpty else { return nil }
        let total = Vector.logSumExp(present.map(\.value))
        var table = [Double](repeating: 0, count: 11)
        for (rating, value) in present { table[rating] += Kernels.exp(value - total) }
        self.init(table: table, mass: Kernels.exp(total))
    }

    /// The expected value over ratings with probabilities, scaled to sum to 1; nil when they are all 0.
    init?(probabilities: [(rating: Int, value: Double)]) {
        var table = [Double](repeating: 0, count: 11)
        for (rating, value) in probabilities where (0...10).contains(rating) && value >= 0 && value.isFinite { table[rating] += value }
        let total = table.reduce(0, +)
        guard total > 0, total.isFinite else { return nil }
        self.init(table: table.map { $0 / total }, mass: total)
    }

    private init(table: [Double], mass: Double) {
        rating = table.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
        self.mass = mass
        probabilities = table
    }

    /// What a file records: a number, a reply, or an object of probabilities or log-probabilities by rating; nil when it is no rating.
    init?(recorded value: JSONValue) {
        switch value {
        case .number:
            guard let whole = value.integer else { return nil }
            self.init(whole: whole)
        case .text(let text): self.init(reply: text)
        case .object(let members):
            guard let options = Self.options(members) else { return nil }
            // Probabilities are never negative, logarithms of them never positive.
            if options.contains(where: { $0.value < 0 }) { self.init(logProbabilities: options) } else { self.init(probabilities: options) }
        default: return nil
        }
    }

    /// The ratings an object names, in rising order; nil when it holds anything else.
    static func options(_ members: [String: JSONValue]) -> [(rating: Int, value: Double)]? {
        var options: [(rating: Int, value: Double)] = []
        for (name, value) in members {
            guard let rating = Int(name), (0...10).contains(rating), let number = value.double else { return nil }
            options.append((rating, number))
        }
        return options.isEmpty ? nil : options.sorted { $0.rating < $1.rating }
    }

    /// The expected value over a reply's token distributions: the first token's alternatives that are numbers, with 10 told from 1
    /// where it takes two tokens; without log-probabilities the number that the reply is.
    init?(_ reply: ChatReply) {
        guard let tokens = reply.tokens, let place = tokens.firstIndex(where: { !Self.isBlank($0.text) }),
            !tokens[place].alternatives.isEmpty
        else {
            self.init(reply: reply.text)
            return
        }
        var options: [(rating: Int, value: Double)] = []
        var seen: Set<String> = []
        for alternative in tokens[place].alternatives where seen.insert(alternative.text).inserted {
            guard let whole = Judgement(reply: alternative.text) else { continue }
            options.append((Int(whole.rating), alternative.logProbability))
        }
        if let one = options.firstIndex(where: { $0.rating == 1 }), tokens.indices.contains(place + 1),
            Judgement(reply: tokens[place].text)?.rating == 1
        {
            // P(10) = P(1)·P(0 | 1); what is left of P(1) is the rating 1.
            let zero = tokens[place + 1].alternatives.first { $0.text == "0" }
            if let zero, zero.logProbability < 0 {
                let whole = options[one].value
                options[one].value = whole + Kernels.log(-Kernels.expm1(zero.logProbability))
                options.append((10, whole + zero.logProbability))
            } else if zero != nil {
                options[one].rating = 10
            }
        }
        guard !options.isEmpty else {
            self.init(reply: reply.text)
            return
        }
        self.init(logProbabilities: options)
    }

    private static func isBlank(_ text: String) -> Bool { text.unicodeScalars.allSatisfy(\.properties.isWhitespace) }
}
