import Plotting

/// Something that came from outside a pane's experiment, stamped with the step at which it took effect.
///
/// Events are the whole truth of a session: appended to the journal before they act, and enough to show it again bit for bit.
public struct Event: Sendable, Hashable {
    /// The most panes a workspace may have; a sweep keeps one a run.
    public static let mostPanes = 100_000

    /// Seconds since the session began, by the wall clock: for pacing a replay, nothing else.
    public var at: Double
    /// The pane it concerns; nil for the whole session.
    public var pane: Int?
    /// The pane's step when it took effect.
    public var step: Int
    /// What happened.
    public var kind: Kind

    /// What can happen.
    public enum Kind: Sendable, Hashable {
        /// The pane was given an experiment and its configuration.
        case opened(Configuration)
        /// A parameter was set; live ones act at once, others restart the run.
        case set(name: String, value: Value, input: Input?)
        /// The run went back to step 0 with this seed.
        case restarted(seed: UInt64)
        /// The run was started.
        case started
        /// The run was paused.
        case paused
        /// The experiment stopped by itself: finished, failed or waiting, and why. A replay asks it for one step more at this
        /// point, as the live run did, since being asked may change what it knows.
        case stopped(String)
        /// A provider answered; run-unique ids tie it to its request.
        case answered(Answer)
        /// So many seeds run side by side from now on, from step 0; 1 for the pane's own alone. Of as many, only the bands change.
        case seeds(Int, Spread)
        /// A figure was chosen.
        case selected(figure: String)
        /// The run as it stands was pinned for comparison.
        case pinned
        /// A pinned run was let go.
        case unpinned(Int)
        /// The user marked this moment with a sentence.
        case marked(String)
        /// How the session is looked at, in the interface's own words.
        case viewed(String)
        /// What the results were, for verification.
        case digest(Digest)
        /// The run had come to this step: paces a replay between digests, and bounds what a killed session loses.
        case reached
        /// The session was closed in good order.
        case closed
    }

    /// An event.
    public init(at: Double, pane: Int? = nil, step: Int = 0, _ kind: Kind) {
        self.at = at
        self.pane = pane
        self.step = step
        self.kind = kind
    }
}

/// What a pane's results were at a step, short enough to journal every second and exact enough to prove a replay.
public struct Digest: Sendable, Hashable, Codable {
    /// Each result by name: a number in its shortest exact decimal form, text as it is when short, everything else hashed.
    public var results: [String: String]

    /// The digest of results; rates, which depend on the clock, are left out.
    public init(_ results: Results, card: Card) {
        let rates = Set(card.results.filter { $0.perSecondOf != nil }.map(\.name))
        self.results = [:]
        for (name, value) in results.values where !rates.contains(name) { self.results[name] = Digest.text(of: value) }
    }

    /// A digest read from a journal.
    public init(results: [String: String]) { self.results = results }

    private static func text(of value: ResultValue) -> String {
        switch value {
        // Every NaN counts as the same: its payload bits are not portable and mean nothing.
        case .number(let x): return x.isNaN ? "nan" : x.description
        case .integer(let n): return n.description
        case .flag(let on): return on ? "true" : "false"
        case .none: return "none"
        case .text(let text): return text.utf8.count <= 40 ? text : "text of \(text.utf8.count) bytes, \(hash(of: value))"
        case .array(let items):
            return items.count <= 3 ? items.map(Digest.text).joined(separator: " ") : "\(items.count) values, \(hash(of: value))"
        }
    }

    /// The FNV-1a hash of a value's kind and bits.
    private static func hash(of value: ResultValue) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func take(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        func take(_ word: UInt64) {
            for shift in stride(from: 0 as UInt64, to: 64, by: 8) { take(UInt8(truncatingIfNeeded: word >> shift)) }
        }
        func walk(_ value: ResultValue) {
            switch value {
            case .number(let x):
                take(1 as UInt8)
                take(x.isNaN ? 0x7ff8_0000_0000_0000 : x.bitPattern)
            case .integer(let n):
                take(2 as UInt8)
                take(UInt64(bitPattern: Int64(n)))
            case .flag(let on): take(on ? 3 as UInt8 : 4)
            case .none: take(5 as UInt8)
            case .text(let text):
                take(6 as UInt8)
                for byte in text.utf8 { take(byte) }
            case .array(let items):
                take(7 as UInt8)
                take(UInt64(items.count))
                for item in items { walk(item) }
            }
        }
        walk(value)
        return String(hash, radix: 16)
    }

    /// The first result, by name, in which the two differ, with both values.
    public func firstDifference(from other: Digest) -> (name: String, here: String, there: String)? {
        for name in Set(results.keys).union(other.results.keys).sorted() {
            let here = results[name] ?? "absent"
            let there = other.results[name] ?? "absent"
            if here != there { return (name, here, there) }
        }
        return nil
    }
}
