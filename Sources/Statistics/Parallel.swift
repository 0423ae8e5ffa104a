import Dispatch

/// Work on the elements of an array on all cores, each element by itself, so that results cannot depend on the number of threads.
public enum Parallel {
    /// Lets `body` change every element in place; elements run at the same time when `isWorthwhile`, else one after another.
    ///
    /// `body` may touch only its own element (and what never changes); the order in which elements run is not defined.
    public static func forEach<Element: Sendable>(
        _ elements: inout [Element], when isWorthwhile: Bool = true, _ body: @Sendable (Int, inout Element) -> Void
    ) {
        guard isWorthwhile, elements.count > 1 else {
            for i in elements.indices { body(i, &elements[i]) }
            return
        }
        elements.withUnsafeMutableBufferPointer { buffer in
            let share = Share(base: buffer)
            DispatchQueue.concurrentPerform(iterations: buffer.count) { i in body(i, &share.base[i]) }
        }
    }

    /// Carries the buffer into the workers: safe, since each iteration touches its own element alone.
    private struct Share<Element>: @unchecked Sendable {
        let base: UnsafeMutableBufferPointer<Element>
    }
}
