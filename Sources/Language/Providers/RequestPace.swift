import Synchronization

/// Keeps what is sent to an endpoint within what it takes a minute.
///
/// A request goes when the last sixty seconds hold fewer than the limit of requests, and of tokens few enough for its own. Its tokens are a
/// guess until the endpoint has counted them. Thread-safe; it knows no clock and waits for nothing itself.
final class RequestPace: Sendable {
    /// How much is allowed a minute; nil for as much as one likes.
    struct Limit: Sendable, Hashable {
        var requests: Int?
        var tokens: Int?

        /// The smaller of both limits in each respect.
        func within(_ other: Limit) -> Limit {
            Limit(
                requests: [requests, other.requests].compactMap(\.self).min(), tokens: [tokens, other.tokens].compactMap(\.self).min())
        }

        /// In words, such as "20 requests and 5000 tokens a minute".
        var shown: String {
            let parts = [requests.map { "\($0) requests" }, tokens.map { "\($0) tokens" }].compactMap(\.self)
            return parts.joined(separator: " and ") + " a minute"
        }
    }

    /// What may be done about a request.
    enum Verdict: Hashable {
        /// It is counted under this number and may be sent.
        case go(Int)
        /// Ask again after so many seconds.
        case wait(Double)
    }

    private struct Sent {
        var number: Int
        var seconds: Double
        var tokens: Int
    }

    private static let minute = 60.0
    private let state = Mutex<(sent: [Sent], next: Int)>(([], 0))

    /// Counts a request of about so many tokens when it may be sent at the time `now`, in seconds on a clock that never goes back.
    func ask(tokens: Int, _ limit: Limit, now: Double) -> Verdict {
        state.withLock { state in
            state.sent.removeAll { now - $0.seconds >= Self.minute }
            // When the one that has to be forgotten first is old enough.
            var wait = 0.0
            if let most = limit.requests, state.sent.count >= most {
                wait = state.sent[state.sent.count - max(most, 1)].seconds + Self.minute - now
            }
            if let most = limit.tokens {
                // A request beyond the limit by itself goes alone.
                var excess = state.sent.reduce(tokens) { $0 + $1.tokens } - most
                for sent in state.sent where excess > 0 {
                    excess -= sent.tokens
                    wait = max(wait, sent.seconds + Self.minute - now)
                }
            }
            if wait > 0 { return .wait(wait) }
            state.next += 1
            state.sent.append(Sent(number: state.next, seconds: now, tokens: tokens))
            return .go(state.next)
        }
    }

    /// Takes over how many tokens a request that was sent really had.
    func correct(_ number: Int, tokens: Int) {
        state.withLock { state in
            guard let place = state.sent.firstIndex(where: { $0.number == number }) else { return }
            state.sent[place].tokens = tokens
        }
    }
}
