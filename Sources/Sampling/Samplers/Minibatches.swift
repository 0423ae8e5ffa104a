import Kernels

/// Which data each update of a chain looks at, from a random stream of its own.
///
/// Shuffled: every epoch visits each datum once in a new random order; when the size does not divide the number of data, an epoch's
/// last minibatch is smaller. Independent: each minibatch is drawn with replacement.
struct Minibatches: Sendable, Codable {
    /// How minibatches are drawn.
    enum Batching: String, Sendable, Codable, CaseIterable {
        case shuffled, independent
    }

    let batching: Batching
    private var stream: BufferedStream
    /// All rows, those before `cursor` visited in this epoch; when independent, the latest minibatch.
    private var rows: [Int32]
    private var cursor = 0

    /// Data visited so far in this epoch, or since the last as many when independent.
    var visited: Int { cursor }

    init(count: Int, batching: Batching, seed: UInt64, chain: Int) {
        self.batching = batching
        stream = BufferedStream(RandomStream(seed: seed, purpose: "sampling.minibatch", chain: chain))
        rows = (0..<Int32(count)).map { $0 }
    }

    /// Calls `body` with the rows of the next minibatch, of `size` or, at an epoch's end, fewer.
    @inline(__always)
    mutating func next(_ size: Int, _ body: (UnsafePointer<Int32>, Int) -> Void) {
        let total = rows.count
        if batching == .independent {
            rows.withUnsafeMutableBufferPointer { rows in
                guard let base = rows.baseAddress else { return }
                for k in 0..<size { base[k] = Int32(truncatingIfNeeded: stream.integer(below: total)) }
                body(UnsafePointer(base), size)
            }
            cursor = cursor + size < total ? cursor + size : 0
            return
        }
        // One swap of Fisher & Yates a row, as rows are wanted: any order to start from gives a uniformly random one.
        let taken = min(size, total - cursor)
        rows.withUnsafeMutableBufferPointer { rows in
            guard let base = rows.baseAddress else { return }
            for k in cursor..<cursor + taken {
                let other = k + stream.integer(below: total - k)
                let row = base[other]
                base[other] = base[k]
                base[k] = row
            }
            body(UnsafePointer(base + cursor), taken)
        }
        cursor += taken
        if cursor == total { cursor = 0 }
    }
}
