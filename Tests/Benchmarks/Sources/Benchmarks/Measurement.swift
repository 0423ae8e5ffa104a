/// One figure of the report: what was measured, in seconds a call, the aim, and which peers (by the names they print) did the same.
struct Measurement {
    var name: String
    var seconds: Double
    /// What else is worth saying: "12.3 M updates/s".
    var note = ""
    /// The time aimed at.
    var aim: Double?
    /// The peers' names of the same task, and how many times their speed is aimed at, if a multiple is.
    var peers: [String] = []
    var aimedRatio: Double?
    /// How many of those, from the first, the multiple is aimed at.
    var aimedPeers = 1
    /// What `seconds` and `aim` count when they are no time: "MB".
    var unit: String?
    /// Whether this is a peer's time: another implementation's, measured here because it is C.
    var isPeer = false

    /// A peer's time.
    static func peer(_ name: String, _ seconds: Double) -> Measurement { Measurement(name: name, seconds: seconds, isPeer: true) }
}

/// The least time of `rounds` calls, after one to warm up: what else the machine does can only add to it.
func time(rounds: Int = 7, _ body: () throws -> Void) rethrows -> Double {
    try time(rounds: rounds, before: {}, { _ in try body() })
}

/// The least time of `rounds` calls of `body`, each on what an untimed `before` has made.
func time<Start>(rounds: Int = 7, before: () throws -> Start, _ body: (inout Start) throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    var least = Double.infinity
    for round in 0...rounds {
        var start = try before()
        let elapsed = try clock.measure { try body(&start) }
        if round > 0 { least = min(least, Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18) }
    }
    return least
}

/// Millions a second, to two digits.
func millions(_ count: Int, _ seconds: Double) -> String {
    let rate = Double(count) / seconds / 1e6
    return rate >= 10 ? "\(Int(rate.rounded()))" : "\((rate * 100).rounded() / 100)"
}
