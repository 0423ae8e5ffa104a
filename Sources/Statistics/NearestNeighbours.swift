/// Finds the nearest of a set of points by the greatest difference of any coordinate (the maximum norm).
///
/// A k-d tree: halved at the median of the widest coordinate down to buckets of eight. Building takes O(N log N), a query for k
/// neighbours O(k log N) for points in few dimensions. Equal distances go by the points' order, so the answer does not depend on the tree.
///
/// Source: J. L. Bentley, "Multidimensional binary search trees used for associative searching" (1975).
public struct NearestNeighbours: Sendable {
    /// A neighbour and how far it is.
    public struct Neighbour: Sendable, Hashable {
        /// Its place among the points.
        public var index: Int
        /// The greatest difference of any coordinate.
        public var distance: Double
    }

    private struct Node {
        var low: Int32
        var high: Int32
        /// The coordinate split at; negative for a bucket.
        var axis: Int32
        /// The child with the greater coordinates; the other follows its parent.
        var right: Int32 = 0
        /// No coordinate of the left child is above, none of the right below.
        var split = 0.0
    }

    private static let bucket = 8
    private let dimensions: Int
    private var nodes: [Node] = []
    /// The points' places in the order of the tree.
    private var order: [Int32]
    /// The coordinates in the order of the tree, point by point.
    private var coordinates: [Double]
    /// Where each point stands in that order.
    private var positions: [Int32]

    /// A tree of points given by their coordinates: finite numbers, one column a dimension, all of one length.
    public init(columns: [[Double]]) {
        let count = columns.first?.count ?? 0
        precondition(!columns.isEmpty && columns.allSatisfy { $0.count == count } && count < Int(Int32.max), "columns of one length")
        dimensions = columns.count
        order = (0..<Int32(count)).map { $0 }
        positions = [Int32](repeating: 0, count: count)
        coordinates = []
        coordinates.reserveCapacity(count * columns.count)
        if count > 0 { build(columns, 0, count) }
        for (place, point) in order.enumerated() {
            positions[Int(point)] = Int32(place)
            for column in columns { coordinates.append(column[Int(point)]) }
        }
    }

    private mutating func build(_ columns: [[Double]], _ low: Int, _ high: Int) {
        let place = nodes.count
        nodes.append(Node(low: Int32(low), high: Int32(high), axis: -1))
        guard high - low > Self.bucket else { return }
        var (axis, widest) = (0, -1.0)
        for (candidate, column) in columns.enumerated() {
            var (least, greatest) = (Double.infinity, -Double.infinity)
            for i in low..<high {
                let value = column[Int(order[i])]
                least = min(least, value)
                greatest = max(greatest, value)
            }
            // Halves, since the whole width may overflow.
            let width = greatest / 2 - least / 2
            if width > widest { (axis, widest) = (candidate, width) }
        }
        let middle = (low + high) / 2
        columns[axis].withUnsafeBufferPointer { keys in
            order.withUnsafeMutableBufferPointer { Self.select($0, keys, low, high - 1, middle) }
        }
        let split = columns[axis][Int(order[middle])]
        build(columns, low, middle)
        nodes[place].axis = Int32(axis)
        nodes[place].split = split
        nodes[place].right = Int32(nodes.count)
        build(columns, middle, high)
    }

    /// Moves the element that belongs at `target` there, with none greater before it and none smaller behind (Hoare 1961).
    private static func select(
        _ order: UnsafeMutableBufferPointer<Int32>, _ keys: UnsafeBufferPointer<Double>, _ first: Int, _ last: Int, _ target: Int
    ) {
        var (low, high) = (first, last)
        while low < high {
            let (a, b, c) = (keys[Int(order[low])], keys[Int(order[(low + high) / 2])], keys[Int(order[high])])
            let pivot = max(min(a, b), min(max(a, b), c))
            var (i, j) = (low, high)
            while i <= j {
                while keys[Int(order[i])] < pivot { i += 1 }
                while keys[Int(order[j])] > pivot { j -= 1 }
                if i <= j {
                    order.swapAt(i, j)
                    i += 1
                    j -= 1
                }
            }
            if target <= j { high = j } else if target >= i { low = i } else { return }
        }
    }

    /// The `count` nearest other points of one of the points, nearest first, into `list`; fewer when there are not so many.
    public func neighbours(of point: Int, count: Int, into list: inout [Neighbour]) {
        list.removeAll(keepingCapacity: true)
        guard count > 0, order.count > 1 else { return }
        coordinates.withUnsafeBufferPointer { coordinates in
            nodes.withUnsafeBufferPointer { nodes in
                order.withUnsafeBufferPointer { order in
                    let own = Int(positions[point])
                    var search = Search(
                        nodes: nodes, order: order, coordinates: coordinates, dimensions: dimensions, own: own, count: count, list: list)
                    list = []
                    search.descend(0)
                    list = search.list
                }
            }
        }
    }

    private struct Search {
        let nodes: UnsafeBufferPointer<Node>
        let order: UnsafeBufferPointer<Int32>
        let coordinates: UnsafeBufferPointer<Double>
        let dimensions: Int
        let own: Int
        let count: Int
        var list: [Neighbour]

        /// Nothing farther than this is wanted.
        var reach: Double { list.count < count ? .infinity : list[count - 1].distance }

        mutating func descend(_ place: Int) {
            let node = nodes[place]
            guard node.axis >= 0 else {
                for i in Int(node.low)..<Int(node.high) where i != own { look(i) }
                return
            }
            let offset = coordinates[own * dimensions + Int(node.axis)] - node.split
            let isLeft = offset < 0
            descend(isLeft ? place + 1 : Int(node.right))
            // At the same distance a point of lower place may still be wanted.
            if abs(offset) <= reach { descend(isLeft ? Int(node.right) : place + 1) }
        }

        mutating func look(_ place: Int) {
            var distance = 0.0
            for axis in 0..<dimensions {
                distance = max(distance, abs(coordinates[place * dimensions + axis] - coordinates[own * dimensions + axis]))
            }
            guard distance <= reach else { return }
            let candidate = Neighbour(index: Int(order[place]), distance: distance)
            func isBefore(_ a: Neighbour, _ b: Neighbour) -> Bool {
                a.distance != b.distance ? a.distance < b.distance : a.index < b.index
            }
            if list.count == count {
                guard isBefore(candidate, list[count - 1]) else { return }
                list.removeLast()
            }
            var slot = list.count
            list.append(candidate)
            while slot > 0, isBefore(candidate, list[slot - 1]) {
                list[slot] = list[slot - 1]
                slot -= 1
            }
            list[slot] = candidate
        }
    }
}
