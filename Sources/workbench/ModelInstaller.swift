import Engine
import Foundation
import Language
import Synchronization

/// A model as the interactive session installs it.
struct ModelInstaller: Installable {
    let model: InstallableModel
    let library: ModelLibrary

    /// Every model there is, for an environment's folders.
    static func all(environment: [String: String]) -> [any Installable] {
        InstallableModel.all.map { ModelInstaller(model: $0, library: ModelLibrary(environment: environment)) }
    }

    var name: String { model.name }
    var summary: String { "\(model.summary), a download of \(model.downloadBytes / 1_000_000) MB" }
    var uses: [String: [String: Value]] { model.uses }
    var isInstalled: Bool { (library.installed() + library.embedding()).contains { $0.name == model.name && $0.bytes == model.bytes } }

    func install(report: @escaping @Sendable (String) -> Void) async throws {
        let stop = Flag()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                // A thread of its own: it waits for pip, and the pool's threads are the experiments'.
                Thread.detachNewThread {
                    let installation = ModelInstallation(model: model, library: library, shouldStop: { stop.isRaised }) { what, share in
                        report("\(model.name): \(what)" + (share.map { ", \(Int(100 * $0))%" } ?? ""))
                    }
                    continuation.resume(
                        with: Result {
                            do { try installation.install(wheel: nil) } catch Status.interrupted { throw CancellationError() }
                        })
                }
            }
        } onCancel: {
            stop.raise()
        }
    }

    private final class Flag: Sendable {
        private let state = Atomic(false)
        var isRaised: Bool { state.load(ordering: .relaxed) }
        func raise() { state.store(true, ordering: .relaxed) }
    }
}
