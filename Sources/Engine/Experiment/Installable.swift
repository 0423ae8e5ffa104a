/// Something experiments can use that this machine may lack, as a model's file, and the way to get it.
public protocol Installable: Sendable {
    /// What it is called.
    var name: String { get }
    /// What it is and how large, in a few words.
    var summary: String { get }
    /// The parameter values that put it to use, by experiment.
    var uses: [String: [String: Value]] { get }
    /// Whether it is there.
    var isInstalled: Bool { get }

    /// Gets it; stops when its task is cancelled and leaves nothing behind then.
    ///
    /// - Parameter report: called now and then with what is being done and how far it is.
    /// - Throws: `UserError` saying what went wrong, `CancellationError` when it was stopped.
    func install(report: @escaping @Sendable (String) -> Void) async throws
}
