import Kernels
import Statistics

/// The two directions in which vectors differ most, as a map (principal component analysis).
///
/// Found from the products of the vectors with one another, so that few long vectors are as quick as many short ones. Each axis points to
/// where its coordinate of greatest size is positive.
struct PrincipalAxes: Sendable {
    /// The vectors that made the map, less their mean.
    private let centred: [[Double]]
    private let mean: [Double]
    /// Each axis as the vectors' weights in it.
    private let weights: [[Double]]
    /// The shares of the variance that the two axes show; 0 where there is none.
    let shares: [Double]

    /// The map of vectors of one length.
    init(_ vectors: [[Double]]) {
        let n = vectors.count
        var mean = [Double](repeating: 0, count: vectors.first?.count ?? 0)
        for vector in vectors { Vector.axpy(1 / Double(n), vector, &mean) }
        centred = vectors.map { vector in
            var vector = vector
            Vector.axpy(-1, mean, &vector)
            return vector
        }
        self.mean = mean
        var gram = Matrix(rows: n, columns: n)
        for i in 0..<n {
            for j in 0...i {
                let product = Vector.dot(centred[i], centred[j])
                gram[i, j] = product
                gram[j, i] = product
            }
        }
        let total = (0..<n).reduce(0) { $0 + gram[$1, $1] }
        var found: [(value: Double, vector: [Double])] = Self.greatest(gram, count: 2).filter { $0.value > 1e-12 * max(total, 1e-300) }
        for i in found.indices {
            let peak = found[i].vector.indices.max { abs(found[i].vector[$0]) < abs(found[i].vector[$1]) } ?? 0
            if found[i].vector[peak] < 0 { found[i].vector = found[i].vector.map { -$0 } }
        }
        weights = found.map { axis in axis.vector.map { $0 / axis.value.squareRoot() } }
        shares = (0..<2).map { $0 < found.count && total > 0 ? found[$0].value / total : 0 }
    }

    /// Where a vector lies on the map.
    func place(_ vector: [Double]) -> (x: Double, y: Double) {
        guard vector.count == mean.count else { return (0, 0) }
        var vector = vector
        Vector.axpy(-1, mean, &vector)
        let products = centred.map { Vector.dot($0, vector) }
        let coordinates = weights.map { Vector.dot($0, products) }
        return (coordinates.first ?? 0, coordinates.count > 1 ? coordinates[1] : 0)
    }

    /// Where the vectors that made the map lie.
    var places: [(x: Double, y: Double)] {
        centred.map { vector in
            var whole = vector
            Vector.axpy(1, mean, &whole)
            return place(whole)
        }
    }

    /// The greatest eigenvalues of a symmetric matrix with their vectors: by rotations where it is small, else by iterating on a few
    /// directions at once and solving among these.
    private static func greatest(_ matrix: Matrix, count: Int) -> [(value: Double, vector: [Double])] {
        let n = matrix.rows
        guard n > 0 else { return [] }
        if n <= 48 {
            let eigen = SymmetricEigen(matrix)
            return (0..<min(count, n)).map { k in (eigen.values[n - 1 - k], (0..<n).map { eigen.vectors[$0, n - 1 - k] }) }
        }
        let rows = (0..<n).map { i in Array(matrix.values[i * n..<(i + 1) * n]) }
        func times(_ v: [Double]) -> [Double] { rows.map { Vector.dot($0, v) } }
        var stream = RandomStream(seed: 1, purpose: "language.axes")
        var block = (0..<count + 6).map { _ in stream.normals(count: n) }
        for _ in 0..<60 {
            block = orthonormal(block.map(times))
        }
        let images = block.map(times)
        var small = Matrix(rows: block.count, columns: block.count)
        for i in block.indices { for j in block.indices { small[i, j] = Vector.dot(block[i], images[j]) } }
        let eigen = SymmetricEigen(small)
        return (0..<count).map { k in
            let column = block.count - 1 - k
            var vector = [Double](repeating: 0, count: n)
            for i in block.indices { Vector.axpy(eigen.vectors[i, column], block[i], &vector) }
            return (eigen.values[column], vector)
        }
    }

    private static func orthonormal(_ vectors: [[Double]]) -> [[Double]] {
        var result: [[Double]] = []
        for vector in vectors {
            var vector = vector
            // Twice, since once leaves rounding errors of vectors that nearly agree.
            for _ in 0..<2 { for other in result { Vector.axpy(-Vector.dot(vector, other), other, &vector) } }
            let length = Vector.sumOfSquares(vector).squareRoot()
            result.append(length > 0 ? vector.map { $0 / length } : vector)
        }
        return result
    }
}
