import CLanguageModel
import Kernels

/// A conversation that a network has read: the keys and values of each token so far.
///
/// Memory is used as it fills. One thread at a time may use it; it shares the work out itself.
public final class LlamaContext {
    /// The network.
    public let model: LlamaModel
    /// How many tokens there is room for.
    public let capacity: Int
    /// How many threads share the work.
    public var threads: Int { Int(lm_team_count(team)) }
    /// The tokens that were read.
    public private(set) var ids: [Int] = []
    /// Whether what quantised weights are multiplied with is left in single precision.
    ///
    /// Otherwise each 32 numbers are shortened to 16 bits, which takes less time. What was read otherwise is forgotten.
    public var isExact: Bool {
        didSet { if isExact != oldValue { keep(0) } }
    }

    private let path: UnsafePointer<lm_path>
    private let team: OpaquePointer
    private var space: lm_workspace
    private let memory: UnsafeMutablePointer<Float>
    private let memoryCount: Int

    /// Room for a conversation.
    ///
    /// - Parameters:
    ///   - capacity: tokens at most; nil for what the model was trained for.
    ///   - threads: how many share the work; nil for the processors this program may use.
    ///   - instructionSet: whose loops are used; nil for the one that Kernels uses.
    ///   - isExact: whether everything is computed in single precision.
    /// - Throws: `LanguageModelError` when there is no memory.
    public init(
        _ model: LlamaModel, capacity: Int? = nil, threads: Int? = nil, instructionSet: String? = nil, isExact: Bool = false
    ) throws {
        self.isExact = isExact
        let name = instructionSet ?? Kernels.instructionSet
        guard let path = lm_path_named(name) else { throw LanguageModelError("there are no loops for “\(name.shown)” here") }
        let network = model.network
        let capacity = max(1, min(capacity ?? model.contextLength, model.contextLength))
        let threads = max(1, min(threads ?? Int(lm_processors()), 64))
        let batch = LlamaModel.batch
        let (n, feed, head) = (Int(network.embedding), Int(network.feed), Int(network.head))
        let (queries, keys) = (Int(network.heads) * head, Int(network.key_heads) * head)
        let widest = max(n, feed, queries)
        let share = (batch * (n + 2 * (widest / 32) + widest / 2) + 15) / 16 * 16
        // In the order of lm_workspace; each part begins at a multiple of 64 bytes.
        let parts = [
            Int(network.layers) * keys * capacity, Int(network.layers) * keys * capacity, batch * n, batch * (queries + 2 * keys),
            batch * queries, 2 * batch * feed, batch * n, threads * share, threads * capacity,
        ].map { ($0 + 15) / 16 * 16 }
        memoryCount = parts.reduce(0, +)
        guard let memory = lm_reserve(memoryCount) else {
            throw LanguageModelError("there is no memory for a context of \(capacity) tokens (\(memoryCount / 250_000) MB)")
        }
        guard let team = lm_team_make(Int32(threads)) else {
            lm_release(memory, memoryCount)
            throw LanguageModelError("there is no memory for the network's threads")
        }
        var place = memory
        let starts = parts.map { count in
            defer { place += count }
            return place
        }
        space = lm_workspace(
            batch: UInt32(batch), capacity: UInt32(capacity), keys: starts[0], values: starts[1], stream: starts[2], projected: starts[3],
            attended: starts[4], fed: starts[5], added: starts[6], shares: starts[7], weights: starts[8], share: share,
            widest: widest)
        (self.model, self.capacity, self.path, self.team, self.memory) = (model, capacity, path, team, memory)
    }

    deinit {
        lm_team_free(team)
        lm_release(memory, memoryCount)
    }

    /// Forgets all but the first tokens.
    public func keep(_ count: Int) { ids.removeLast(ids.count - max(0, min(count, ids.count))) }

    /// Reads a text from its start and returns the next token's logits; what it shares with the text read before is not read again.
    ///
    /// - Parameters:
    ///   - isStopped: asked between passes of 32 tokens; the result is nil when it says yes.
    ///   - progress: told between passes how many tokens are read.
    /// - Throws: `LanguageModelError` when the text is empty, too long, or has ids beyond the vocabulary.
    public func read(_ text: [Int], isStopped: () -> Bool = { false }, progress: (Int) -> Void = { _ in }) throws -> [Float]? {
        try check(text)
        let shared = zip(ids, text).prefix { $0 == $1 }.count
        keep(min(shared, text.count - 1))
        while true {
            if isStopped() { return nil }
            let next = text[ids.count..<min(ids.count + LlamaModel.batch, text.count)]
            let logits = pass(next, wanted: 1)
            if ids.count == text.count { return logits }
            progress(ids.count)
        }
    }

    /// Reads one token more and returns the next one's logits.
    ///
    /// - Throws: `LanguageModelError` when there is no room left or no such token.
    public func read(next id: Int) throws -> [Float] {
        try check([id])
        guard ids.count < capacity else { throw LanguageModelError("the context of \(capacity) tokens is full") }
        return pass([id], wanted: 1)
    }

    /// Reads a text from its start and calls `heard` with each position and the logits of the token after it.
    ///
    /// - Parameter isStopped: asked between passes; reading ends when it says yes, and the result is false.
    /// - Throws: `LanguageModelError` when the text is empty, too long, or has ids beyond the vocabulary.
    public func readAll(_ text: [Int], isStopped: () -> Bool = { false }, heard: (Int, ArraySlice<Float>) -> Void) throws -> Bool {
        try check(text)
        keep(0)
        let vocabulary = Int(model.network.vocabulary)
        while ids.count < text.count {
            if isStopped() { return false }
            let start = ids.count
            let next = text[start..<min(start + LlamaModel.batch, text.count)]
            let logits = pass(next, wanted: next.count)
            for i in 0..<next.count { heard(start + i, logits[i * vocabulary..<(i + 1) * vocabulary]) }
        }
        return true
    }

    private func check(_ text: [Int]) throws {
        guard !text.isEmpty else { throw LanguageModelError("there is no token to read") }
        guard text.count <= capacity else {
            throw LanguageModelError("the text has \(text.count) tokens, more than the context of \(capacity)")
        }
        if let id = text.first(where: { $0 < 0 || $0 >= model.network.vocabulary }) {
            throw LanguageModelError("there is no token \(id); expected 0 to \(model.network.vocabulary - 1)")
        }
    }

    /// One pass over tokens that were checked and fit.
    private func pass(_ next: ArraySlice<Int>, wanted: Int) -> [Float] {
        let start = ids.count
        let angles = model.angles(start..<start + next.count)
        let numbers = next.map { UInt32(truncatingIfNeeded: $0) }
        let count = wanted * Int(model.network.vocabulary)
        let logits = [Float](unsafeUninitializedCapacity: count) { buffer, written in
            withUnsafePointer(to: model.network) { network in
                lm_forward(
                    path, network, &space, team, numbers, UInt32(numbers.count), UInt32(start), angles, isExact ? 1 : 0, UInt32(wanted),
                    buffer.baseAddress)
            }
            written = count
        }
        ids += next
        return logits
    }
}
