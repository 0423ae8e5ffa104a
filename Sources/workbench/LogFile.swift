import Engine
import Foundation
import Logging
import Synchronization

/// The log: a file, never the screen.
///
/// What is worth a sentence to the user is shown in the pane; the details go here.
struct LogFile: LogHandler {
    /// The file that all loggers of this program share.
    private final class Sink: Sendable {
        let handle: Mutex<FileHandle>
        init(_ handle: FileHandle) { self.handle = Mutex(handle) }
    }

    private let sink: Sink
    private let label: String
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info

    private init(sink: Sink, label: String) {
        self.sink = sink
        self.label = label
    }

    /// Sends all logging to `workbench.log` in the state folder; where that cannot be written, logging is off and the program goes on.
    static func install() {
        let folder = Folders.state()
        let path = folder + "/workbench.log"
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            LoggingSystem.bootstrap { _ in SwiftLogNoOpLogHandler() }
            return
        }
        let sink = Sink(FileHandle(fileDescriptor: descriptor, closeOnDealloc: true))
        LoggingSystem.bootstrap { LogFile(sink: sink, label: $0) }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let details = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        let text = "\(Date().formatted(.iso8601)) \(event.level) \(label): \(event.message)\(details)\n"
        // A log that cannot be written must not stop the work.
        sink.handle.withLock { try? $0.write(contentsOf: Data(text.utf8)) }
    }
}
