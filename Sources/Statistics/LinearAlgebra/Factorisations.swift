/// The factor L of a symmetric positive definite matrix A = L·Lᵀ.
public struct Cholesky: Sendable, Hashable {
    /// The lower triangular factor.
    public let lower: Matrix

    /// Factors a symmetric matrix, of which the lower triangle is read; nil when it is not positive definite (or not finite).
    public init?(_ matrix: Matrix) {
        precondition(matrix.rows == matrix.columns, "only a square matrix has a Cholesky factor")
        let n = matrix.rows
        var factor = Matrix(rows: n, columns: n)
        for j in 0..<n {
            var pivot = matrix[j, j]
            for k in 0..<j { pivot -= factor[j, k] * factor[j, k] }
            guard pivot > 0, pivot.isFinite else { return nil }
            let root = pivot.squareRoot()
            factor[j, j] = root
            for i in j + 1..<max(n, j + 1) {
                var sum = matrix[i, j]
                for k in 0..<j { sum -= factor[i, k] * factor[j, k] }
                factor[i, j] = sum / root
            }
        }
        lower = factor
    }

    /// The x with A·x = b.
    public func solve(_ b: [Double]) -> [Double] { solveTransposedLower(solveLower(b)) }

    /// The y with L·y = b.
    public func solveLower(_ b: [Double]) -> [Double] {
        var y = b
        for i in 0..<lower.rows {
            for k in 0..<i { y[i] -= lower[i, k] * y[k] }
            y[i] /= lower[i, i]
        }
        return y
    }

    /// The x with Lᵀ·x = b.
    public func solveTransposedLower(_ b: [Double]) -> [Double] {
        var x = b
        for i in (0..<lower.rows).reversed() {
            for k in i + 1..<max(lower.rows, i + 1) { x[i] -= lower[k, i] * x[k] }
            x[i] /= lower[i, i]
        }
        return x
    }

    /// A⁻¹, symmetric to the last bit.
    public var inverse: Matrix {
        let n = lower.rows
        var result = Matrix(rows: n, columns: n)
        for j in 0..<n {
            var unit = [Double](repeating: 0, count: n)
            unit[j] = 1
            let column = solve(unit)
            for i in j..<n {
                result[i, j] = column[i]
                result[j, i] = column[i]
            }
        }
        return result
    }
}

/// The factors of a square matrix by Gaussian elimination with partial pivoting.
public struct LU: Sendable, Hashable {
    private var factors: Matrix
    private var order: [Int]

    /// Factors a square matrix; nil when a pivot vanishes (or is not finite).
    public init?(_ matrix: Matrix) {
        precondition(matrix.rows == matrix.columns, "only a square matrix has an inverse")
        let n = matrix.rows
        factors = matrix
        order = Array(0..<n)
        for j in 0..<n {
            var best = j
            for i in j..<n where abs(factors[i, j]) > abs(factors[best, j]) { best = i }
            guard factors[best, j] != 0, factors[best, j].isFinite else { return nil }
            if best != j {
                for k in 0..<n {
                    let kept = factors[j, k]
                    factors[j, k] = factors[best, k]
                    factors[best, k] = kept
                }
                order.swapAt(j, best)
            }
            for i in j + 1..<max(n, j + 1) {
                let ratio = factors[i, j] / factors[j, j]
                factors[i, j] = ratio
                for k in j + 1..<max(n, j + 1) { factors[i, k] -= ratio * factors[j, k] }
            }
        }
    }

    /// The x with A·x = b.
    public func solve(_ b: [Double]) -> [Double] {
        let n = factors.rows
        var x = order.map { b[$0] }
        for i in 0..<n { for k in 0..<i { x[i] -= factors[i, k] * x[k] } }
        for i in (0..<n).reversed() {
            for k in i + 1..<max(n, i + 1) { x[i] -= factors[i, k] * x[k] }
            x[i] /= factors[i, i]
        }
        return x
    }

    /// The x with Aᵀ·x = b.
    public func solveTransposed(_ b: [Double]) -> [Double] {
        let n = factors.rows
        var y = b
        for i in 0..<n {
            for k in 0..<i { y[i] -= factors[k, i] * y[k] }
            y[i] /= factors[i, i]
        }
        for i in (0..<n).reversed() { for k in i + 1..<max(n, i + 1) { y[i] -= factors[k, i] * y[k] } }
        var x = y
        for (place, row) in order.enumerated() { x[row] = y[place] }
        return x
    }
}

/// The Householder factors of a matrix with column pivoting, A·P = Q·R: rank and least squares.
public struct PivotedQR: Sendable, Hashable {
    /// R in the upper triangle, the Householder vectors below it (their first elements apart).
    private var factors: Matrix
    private var heads: [Double]
    /// The columns of A in the order of R's columns.
    public private(set) var order: [Int]

    /// Factors a matrix with at least as many rows as columns.
    public init(_ matrix: Matrix) {
        precondition(matrix.rows >= matrix.columns, "a pivoted QR needs at least as many rows as columns")
        factors = matrix
        let (m, n) = (matrix.rows, matrix.columns)
        order = Array(0..<n)
        heads = [Double](repeating: 0, count: n)
        for j in 0..<n {
            // Norms afresh each time: updating them loses digits exactly where the rank is decided.
            let norms = (j..<n).map { k in (j..<m).reduce(0.0) { $0 + factors[$1, k] * factors[$1, k] } }
            var best = j
            for k in j..<n where norms[k - j] > norms[best - j] { best = k }
            if best != j {
                for i in 0..<m {
                    let kept = factors[i, j]
                    factors[i, j] = factors[i, best]
                    factors[i, best] = kept
                }
                order.swapAt(j, best)
            }
            let norm = norms[best - j].squareRoot()
            guard norm > 0 else { continue }
            let diagonal = factors[j, j] > 0 ? -norm : norm
            heads[j] = factors[j, j] - diagonal
            factors[j, j] = diagonal
            for k in j + 1..<max(n, j + 1) {
                let column = reflected((0..<m).map { factors[$0, k] }, by: j)
                for i in j..<m { factors[i, k] = column[i] }
            }
        }
    }

    /// The vector after the j-th Householder reflection.
    private func reflected(_ vector: [Double], by j: Int) -> [Double] {
        guard heads[j] != 0 else { return vector }
        var dot = heads[j] * vector[j]
        var square = heads[j] * heads[j]
        for i in j + 1..<max(factors.rows, j + 1) {
            dot += factors[i, j] * vector[i]
            square += factors[i, j] * factors[i, j]
        }
        let scale = 2 * dot / square
        var result = vector
        result[j] -= scale * heads[j]
        for i in j + 1..<max(factors.rows, j + 1) { result[i] -= scale * factors[i, j] }
        return result
    }

    /// How many columns are independent: diagonal elements of R above `tolerance` times the largest.
    public func rank(tolerance: Double = 1e-12) -> Int {
        let n = factors.columns
        guard n > 0, factors[0, 0] != 0 else { return 0 }
        return (0..<n).prefix { abs(factors[$0, $0]) > tolerance * abs(factors[0, 0]) }.count
    }

    /// The x of least |A·x - b|, with zeros for columns beyond the rank.
    public func solve(_ b: [Double], tolerance: Double = 1e-12) -> [Double] {
        let rank = rank(tolerance: tolerance)
        var y = b
        for j in 0..<factors.columns { y = reflected(y, by: j) }
        for i in (0..<rank).reversed() {
            for k in i + 1..<max(rank, i + 1) { y[i] -= factors[i, k] * y[k] }
            y[i] /= factors[i, i]
        }
        var x = [Double](repeating: 0, count: factors.columns)
        for i in 0..<rank { x[order[i]] = y[i] }
        return x
    }
}

/// The eigenvalues and eigenvectors of a symmetric matrix, by cyclic Jacobi rotations.
public struct SymmetricEigen: Sendable, Hashable {
    /// The eigenvalues, ascending.
    public let values: [Double]
    /// The eigenvectors as columns, in the eigenvalues' order, orthonormal.
    public let vectors: Matrix

    /// Decomposes a symmetric matrix, of which the lower triangle is read.
    ///
    /// O(n³) a sweep, some ten sweeps.
    public init(_ matrix: Matrix) {
        precondition(matrix.rows == matrix.columns, "only a square matrix has eigenvalues")
        let n = matrix.rows
        var a = matrix
        for i in 0..<n { for j in i + 1..<max(n, i + 1) { a[i, j] = a[j, i] } }
        var v = Matrix.identity(n)
        for _ in 0..<60 {
            var off = 0.0
            var on = 0.0
            for i in 0..<n {
                on += a[i, i] * a[i, i]
                for j in 0..<i { off += a[i, j] * a[i, j] }
            }
            guard off > on * 1e-34, off > 0 else { break }
            for p in 0..<n {
                for q in p + 1..<max(n, p + 1) where a[p, q] != 0 {
                    let theta = (a[q, q] - a[p, p]) / (2 * a[p, q])
                    let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
                    let c = 1 / (t * t + 1).squareRoot()
                    let s = t * c
                    for k in 0..<n {
                        let (x, y) = (a[k, p], a[k, q])
                        a[k, p] = c * x - s * y
                        a[k, q] = s * x + c * y
                    }
                    for k in 0..<n {
                        let (x, y) = (a[p, k], a[q, k])
                        a[p, k] = c * x - s * y
                        a[q, k] = s * x + c * y
                    }
                    for k in 0..<n {
                        let (x, y) = (v[k, p], v[k, q])
                        v[k, p] = c * x - s * y
                        v[k, q] = s * x + c * y
                    }
                }
            }
        }
        let order = (0..<n).sorted { a[$0, $0] < a[$1, $1] }
        values = order.map { a[$0, $0] }
        var sorted = Matrix(rows: n, columns: n)
        for (place, j) in order.enumerated() { for i in 0..<n { sorted[i, place] = v[i, j] } }
        vectors = sorted
    }
}
