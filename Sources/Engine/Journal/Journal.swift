import Foundation
import Synchronization

/// The file that a session's events are appended to as they happen, before they act.
///
/// Each line is written through at once and reaches the disk at least every second, at each save, pause and quit: a `kill -9` loses
/// at most the last second. What a disk refuses is kept in memory and written as soon as the disk takes it again. A mutex, not an
/// actor: an append must be done when it returns, or a slice of steps could slip in between an event's stamp and its effect.
public final class Journal: Sendable {
    private struct State {
        var descriptor: Int32 = -1
        var path: String?
        var events: [Event] = []
        var unwritten: [UInt8] = []
        var isDirty = false
        var failure: String?
    }

    /// What the session is called and where it came from.
    public let header: Workspace.Header
    private let state: Mutex<State>

    /// A journal kept in memory alone until it is saved.
    public init(header: Workspace.Header) {
        self.header = header
        state = Mutex(State())
    }

    /// Begins a new file, which must not exist yet.
    ///
    /// - Throws: `UserError` when it exists or cannot be made.
    public convenience init(creating path: String, header: Workspace.Header) throws {
        self.init(header: header)
        try state.withLock { state in
            state.descriptor = try Journal.open(path, flags: O_CREAT | O_EXCL | O_RDWR | O_APPEND | O_CLOEXEC)
            state.path = path
            state.unwritten = try Workspace.line(for: header)
            Journal.flush(&state)
            if let failure = state.failure { throw UserError(failure) }
        }
        sync()
    }

    /// Goes on with an existing file whose content has been read; a torn last line is cut off.
    ///
    /// - Throws: `UserError` when another session is writing it or it cannot be written.
    public convenience init(continuing path: String, workspace: Workspace) throws {
        self.init(header: workspace.header)
        try state.withLock { state in
            state.descriptor = try Journal.open(path, flags: O_RDWR | O_APPEND | O_CLOEXEC)
            state.path = path
            state.events = workspace.events
            if lseek(state.descriptor, 0, SEEK_END) > off_t(workspace.intactBytes) {
                ftruncate(state.descriptor, off_t(workspace.intactBytes))
            }
        }
    }

    deinit { state.withLock { Journal.release($0.descriptor) } }

    /// Lets a file go, its lock first: a copy of the descriptor that is being synced, or that a child process holds between fork and
    /// exec, would keep the lock beyond the closing.
    private static func release(_ descriptor: Int32) {
        guard descriptor >= 0 else { return }
        flock(descriptor, LOCK_UN)
        Foundation.close(descriptor)
    }

    private static func open(_ path: String, flags: Int32) throws -> Int32 {
        let name = (path as NSString).lastPathComponent
        let descriptor = Foundation.open(path, flags, 0o644)
        guard descriptor >= 0 else {
            let reason = String(cString: strerror(errno))
            throw UserError("the workspace “\(name)” cannot be written: \(reason)")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            Foundation.close(descriptor)
            throw UserError("the workspace “\(name)” is being written by another session")
        }
        return descriptor
    }

    /// Why a session in this file cannot be gone on with, in one sentence: another writes it, or it is read-only; nil when it can.
    public static func obstacle(to path: String) -> String? {
        do {
            release(try open(path, flags: O_RDWR | O_APPEND | O_CLOEXEC))
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// The file's path; nil while it is in memory alone.
    public var path: String? { state.withLock(\.path) }

    /// All events so far.
    public var events: [Event] { state.withLock(\.events) }

    /// Why the last write failed, in one sentence; nil when all is well.
    public var failure: String? { state.withLock(\.failure) }

    /// Appends an event; it is in the operating system's hands when this returns, or kept for the next try.
    public func append(_ event: Event) {
        state.withLock { state in
            state.events.append(event)
            guard state.descriptor >= 0 else { return }
            do {
                state.unwritten.append(contentsOf: try Record(event).line())
            } catch {
                state.failure = "an event could not be written down: \(error)"
            }
            Journal.flush(&state)
        }
    }

    /// Brings everything to the disk.
    ///
    /// Called every second while there is something to bring, and at save, pause and quit.
    public func sync() {
        let descriptor: Int32? = state.withLock { state in
            guard state.descriptor >= 0 else { return nil }
            if !state.unwritten.isEmpty { Journal.flush(&state) }
            guard state.isDirty else { return nil }
            state.isDirty = false
            // Not dup, whose copy a child process would inherit.
            return fcntl(state.descriptor, F_DUPFD_CLOEXEC, 0)
        }
        // Outside the lock: a slow disk must not hold up the panes.
        guard let descriptor, descriptor >= 0 else { return }
        if fsync(descriptor) != 0 {
            let reason = String(cString: strerror(errno))
            state.withLock { $0.failure = "the workspace may not be on the disk yet: \(reason)" }
        }
        Foundation.close(descriptor)
    }

    /// Brings everything to the disk and lets the file go, so that another session may write it; later events stay in memory.
    public func close() {
        sync()
        state.withLock { state in
            Journal.release(state.descriptor)
            state.descriptor = -1
        }
    }

    private static func flush(_ state: inout State) {
        while !state.unwritten.isEmpty {
            let written = state.unwritten.withUnsafeBytes { write(state.descriptor, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR { continue }
                state.failure =
                    "the workspace cannot be written (\(String(cString: strerror(errno)))); events are kept in memory and tried again"
                return
            }
            state.unwritten.removeFirst(written)
            state.isDirty = true
        }
        state.failure = nil
    }

    /// Writes the whole session to a new file and goes on there; the old file stays as it is.
    ///
    /// - Throws: `UserError` when the file exists or cannot be written whole; the session then goes on where it was.
    public func save(as path: String) throws {
        try state.withLock { state in
            var bytes = try Workspace.line(for: header)
            for event in state.events { bytes.append(contentsOf: try Record(event).line()) }
            var next = State()
            next.descriptor = try Journal.open(path, flags: O_CREAT | O_EXCL | O_RDWR | O_APPEND | O_CLOEXEC)
            next.path = path
            next.unwritten = bytes
            Journal.flush(&next)
            if let failure = next.failure {
                Foundation.close(next.descriptor)
                unlink(path)
                throw UserError(failure)
            }
            next.events = state.events
            Journal.release(state.descriptor)
            state = next
        }
        sync()
    }
}
