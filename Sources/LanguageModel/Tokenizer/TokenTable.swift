/// Finds tokens by their bytes: an open-addressed hash table of ids.
///
/// Strings would not do as keys, since Swift holds canonically equivalent ones for equal.
struct TokenTable {
    private var slots: [Int32]

    init(capacity: Int) {
        var size = 16
        while size < 2 * capacity { size *= 2 }
        slots = Array(repeating: -1, count: size)
    }

    /// FNV-1a.
    private static func hash(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return hash ^ (hash >> 32)
    }

    /// The slot that holds these bytes, or the empty one where they would be.
    private func slot(of bytes: ArraySlice<UInt8>, _ contents: [UInt8], _ starts: [Int]) -> Int {
        var slot = Int(truncatingIfNeeded: Self.hash(bytes)) & (slots.count - 1)
        while slots[slot] >= 0 {
            let id = Int(slots[slot])
            if contents[starts[id]..<starts[id + 1]].elementsEqual(bytes) { break }
            slot = (slot + 1) & (slots.count - 1)
        }
        return slot
    }

    /// Takes a token in; of several with the same bytes the first is found.
    mutating func insert(_ id: Int32, _ contents: [UInt8], _ starts: [Int]) {
        let slot = slot(of: contents[starts[Int(id)]..<starts[Int(id) + 1]], contents, starts)
        if slots[slot] < 0 { slots[slot] = id }
    }

    /// The token of these bytes.
    func id(of bytes: ArraySlice<UInt8>, _ contents: [UInt8], _ starts: [Int]) -> Int32? {
        let id = slots[slot(of: bytes, contents, starts)]
        return id >= 0 ? id : nil
    }
}

/// The merges that could be done next, the earliest learned on top, the leftmost of equals.
struct MergeHeap {
    struct Entry {
        var rank: UInt32
        var place: UInt32
        var left: Int32
        var right: Int32
        var whole: Int32

        var key: UInt64 { UInt64(rank) << 32 | UInt64(place) }
    }

    private var entries: [Entry] = []

    mutating func push(_ entry: Entry) {
        entries.append(entry)
        var child = entries.count - 1
        while child > 0, entries[child].key < entries[(child - 1) / 2].key {
            entries.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func pop() -> Entry? {
        guard let top = entries.first, let last = entries.popLast() else { return nil }
        guard !entries.isEmpty else { return top }
        entries[0] = last
        var parent = 0
        while 2 * parent + 1 < entries.count {
            var child = 2 * parent + 1
            if child + 1 < entries.count, entries[child + 1].key < entries[child].key { child += 1 }
            guard entries[child].key < entries[parent].key else { break }
            entries.swapAt(child, parent)
            parent = child
        }
        return top
    }
}
