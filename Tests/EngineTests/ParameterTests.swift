import Testing

@testable import Engine

@Suite struct ParameterTests {
    private func sentence(_ name: String, _ text: String) -> String {
        do {
            return "accepted \(try Walk.card.parse(name, text))"
        } catch { return "\(error)" }
    }

    @Test func `a refusal names the parameter, the value and the range`() {
        #expect(sentence("drift", "11") == "drift = 11 was refused; expected a number from -10 to 10")
        #expect(sentence("drift", "nan") == "drift = nan was refused; expected a number from -10 to 10")
        #expect(sentence("drift", "fast") == "drift = fast was refused; expected a number from -10 to 10")
        #expect(sentence("length", "0.5") == "length = 0.5 was refused; expected a whole number from 1 to 1000000")
        #expect(sentence("shape", "norml") == "shape = “norml” is not among normal, uniform; did you mean “normal”?")
        #expect(sentence("drfit", "1") == "toy.walk has no parameter “drfit”; did you mean “drift”?")
    }

    @Test func `what users type is understood`() {
        #expect(sentence("drift", " 1e-1 ") == "accepted 0.1")
        #expect(sentence("length", "1e5") == "accepted 100000")
        #expect(sentence("length", "100_000") == "accepted 100000")
        #expect(sentence("shape", "uniform") == "accepted uniform")
    }

    @Test func `tweaks stay on the grid and within the range`() throws {
        let drift = try Walk.card.required("drift")
        var value = Value.real(0)
        for _ in 0..<3 { value = drift.tweaked(value, by: 1) }
        #expect(value == .real(0.3))
        #expect(drift.tweaked(.real(9.95), by: 10) == .real(10))
        let log = Parameter.integer("n", 1, in: 1...100_000, log: true, "")
        var n = Value.integer(1)
        var seen: [Value] = []
        for _ in 0..<6 {
            n = log.tweaked(n, by: 1)
            seen.append(n)
        }
        #expect(seen == [2, 5, 10, 20, 50, 100].map { .integer($0) })
        #expect(log.tweaked(.integer(100), by: -1) == .integer(50))
        #expect(log.tweaked(.integer(1), by: -1) == .integer(1))
        #expect(Parameter.integer("n", 1, in: 0...Int.max, "").tweaked(.integer(.max), by: 1) == .integer(.max))
    }

    @Test func `number lists take ranges, and point at what they cannot read`() throws {
        #expect(try NumberList.parse("1..3, 0.5 -2e3", parameter: "p") == [1, 2, 3, 0.5, -2000])
        #expect(try NumberList.parse("", parameter: "p").isEmpty)
        for bad in ["1,x", "6..1", "1..99999999999", "1..", "..3"] {
            #expect { try NumberList.parse(bad, parameter: "p") } throws: { "\($0)".hasPrefix("p: item") }
        }
    }
}
