/// When a run tells the journal where it stands: every second, by a digest for the first minute and then every ten seconds, by its step
/// alone between, so that a day's session stays a small file.
struct DigestPace: Sendable {
    /// What the journal is told.
    enum Stamp: Sendable {
        /// What the results are.
        case digest
        /// The step alone.
        case step

        /// The event that tells it.
        func event(at time: Double, of pane: Pane, _ index: Int) -> Event {
            Event(at: time, pane: index, step: pane.step, self == .digest ? .digest(pane.digest()) : .reached)
        }
    }

    private static let fullDigests = 60
    private static let digestSeconds = 10.0
    private var lastTime: Double
    private var lastDigestTime = -1.0
    private var digestStep = -1
    private var run = -1
    private var digests = 0

    /// A pace whose first word is due a second after a time.
    init(since time: Double = -1) { lastTime = time }

    /// What is to be told now, taken as told; nil while the last word is less than a second old.
    mutating func due(at time: Double, of pane: Pane) -> Stamp? {
        guard time - lastTime >= 1 else { return nil }
        let stamp: Stamp =
            run != pane.run || digests < Self.fullDigests || time - lastDigestTime >= Self.digestSeconds ? .digest : .step
        note(stamp, at: time, of: pane)
        return stamp
    }

    /// Whether the run stands elsewhere than at its last digest.
    func isNews(of pane: Pane) -> Bool { pane.step != digestStep || pane.run != run }

    /// Takes a stamp as told.
    mutating func note(_ stamp: Stamp, at time: Double, of pane: Pane) {
        lastTime = time
        guard stamp == .digest else { return }
        digests = pane.run == run ? digests + 1 : 1
        (lastDigestTime, digestStep, run) = (time, pane.step, pane.run)
    }
}
