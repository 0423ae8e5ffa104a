import Foundation
import Surface
import Terminal
import Testing

@testable import WorkbenchUI

/// A screen that keeps what it is shown, and wakes who waits for it.
@MainActor final class RecordingScreen: Screen {
    /// What was waited for in vain, and the screen at that moment.
    struct Failure: Error, CustomStringConvertible { var description: String }

    var columns: Int
    var rows: Int
    var isReady = true
    var mouse = true
    /// Everything shown, oldest first.
    private(set) var shown: [String] = []
    private(set) var redraws = 0
    /// What was put on the clipboard.
    private(set) var copied: [String] = []
    private(set) var suspensions = 0
    private(set) var restorations = 0
    private(set) var isAbandoned = false
    private var waiting: [(condition: (String) -> Bool, resume: (Bool) -> Void)] = []

    init(columns: Int = 100, rows: Int = 30) {
        self.columns = columns
        self.rows = rows
    }

    /// The screen now.
    var now: String { shown.last ?? "" }

    func show(_ surface: Surface, cursor: Cursor?) {
        let text = surface.trimmedText
        shown.append(text)
        let met = waiting.filter { $0.condition(text) }
        waiting.removeAll { $0.condition(text) }
        for wait in met { wait.resume(true) }
    }

    func copy(_ text: String) { copied.append(text) }
    func redraw() { redraws += 1 }
    func suspend() { suspensions += 1 }
    func restore() { restorations += 1 }
    func abandon() { isAbandoned = true }

    /// Waits until the screen shows something; throws with the last screen after twenty seconds.
    @discardableResult func wait(for text: String) async throws -> String { try await wait("“\(text)”") { $0.contains(text) } }

    /// Waits until a condition on the screen holds.
    @discardableResult func wait(_ what: String, until condition: @escaping (String) -> Bool) async throws -> String {
        if condition(now) { return now }
        let isMet = await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
            var isDone = false
            let resume = { (isMet: Bool) in
                if !isDone { continuation.resume(returning: isMet) }
                isDone = true
            }
            waiting.append((condition, resume))
            Task {
                try await Task.sleep(for: .seconds(20))
                resume(false)
            }
        }
        guard isMet else { throw Failure(description: "waited 20 s for \(what); the screen:\n\(now)") }
        return now
    }
}

/// Time that tests move by hand; any thread may look.
final class HandClock: Sendable {
    private let state = Locked(0.0)
    var now: Double {
        get { state.value }
        set { state.value = newValue }
    }
}

/// A value behind a lock.
final class Locked<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var held: Value
    init(_ value: Value) { held = value }
    var value: Value {
        get { lock.withLock { held } }
        set { lock.withLock { held = newValue } }
    }
}
