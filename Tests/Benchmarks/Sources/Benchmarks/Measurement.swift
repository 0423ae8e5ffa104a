/// One figure of the report: what was measured, in seconds a call, beside which peer (a name that `peers/*.py` prints) and the aim.
struct Measurement {
    var name: String
    var seconds: Double
    /// What else is worth saying: "12.3 M updates/s".
    var note = ""
    /// The peers' names of the same task.
    var peers: [String] = []
}

/// The median time of `rounds` calls, after one to warm up.
func time(rounds: Int = 7, _ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    try body()
    var seconds: [Double] = []
    for _ in 0..<rounds {
        let elapsed = try clock.measure(body)
        seconds.append(Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18)
    }
    seconds.sort()
    return seconds[rounds / 2]
}
