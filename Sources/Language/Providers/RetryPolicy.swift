import Foundation

/// When a failed request is tried again, and how long after.
///
/// Half a second doubling to eight, less up to a quarter by chance so that many clients do not return at once; a server's own
/// wish of up to a minute goes before it.
struct RetryPolicy: Sendable {
    /// The most tries after the first that a request may ask for.
    static let most = 5

    /// Seconds to wait before try `retry` (1 for the first after the original), given a uniform number in 0..<1.
    func delay(retry: Int, wish: Double?, random: Double) -> Double {
        if let wish { return wish }
        let doubled = 0.5 * Double(1 << min(max(retry - 1, 0), 10))
        return min(doubled, 8) * (1 - 0.25 * random)
    }

    /// Whether a status may pass by itself; `x-should-retry` overrides.
    static func isPassing(status: Int, headers: [String: String]) -> Bool {
        switch headers["x-should-retry"]?.lowercased() {
        case "true": true
        case "false": false
        default: status == 408 || status == 409 || status == 429 || status >= 500
        }
    }

    /// The wait a server asks for: `retry-after-ms`, or `Retry-After` in seconds or as a date; only between 0 and 60 seconds.
    static func wish(headers: [String: String], now: Date) -> Double? {
        var seconds: Double?
        if let text = headers["retry-after-ms"], let milliseconds = Double(text.trimmingCharacters(in: .whitespaces)) {
            seconds = milliseconds / 1000
        } else if let text = headers["retry-after"]?.trimmingCharacters(in: .whitespaces) {
            seconds = Double(text) ?? HTTPDate.parse(text)?.timeIntervalSince(now)
        }
        guard let seconds, seconds > 0, seconds <= 60 else { return nil }
        return seconds
    }
}

/// The date format of HTTP headers: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
enum HTTPDate {
    /// The moment a date names; nil when it is none.
    static func parse(_ text: String) -> Date? {
        let parts = text.split { $0 == " " || $0 == "," || $0 == ":" }
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard parts.count == 8, parts[7] == "GMT", let day = Int(parts[1]), let month = months.firstIndex(of: String(parts[2])),
            let year = Int(parts[3]), let hour = Int(parts[4]), let minute = Int(parts[5]), let second = Int(parts[6]),
            (1...31).contains(day), (1970...9999).contains(year), (0..<24).contains(hour), (0..<60).contains(minute),
            (0...60).contains(second)
        else { return nil }
        // Days since 1970-03-01 in the proleptic Gregorian calendar, years starting in March.
        let shifted = month >= 2 ? year : year - 1
        let dayOfYear = (153 * ((month + 10) % 12) + 2) / 5 + day - 1
        let days = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
        return Date(timeIntervalSince1970: Double(days) * 86_400 + Double(hour * 3600 + minute * 60 + second))
    }
}
