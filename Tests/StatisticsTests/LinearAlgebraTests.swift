import Kernels
import Statistics
import Testing

private func random(_ rows: Int, _ columns: Int, _ stream: inout RandomStream) -> Matrix {
    var matrix = Matrix(rows: rows, columns: columns)
    for i in matrix.values.indices { matrix.values[i] = 2 * stream.uniform() - 1 }
    return matrix
}

private func distance(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } }

@Suite struct `Small dense matrices` {
    @Test(arguments: [0, 1, 2, 5, 12]) func `Cholesky solves, inverts and multiplies back`(size: Int) throws {
        var stream = RandomStream(seed: 1, purpose: "matrix", chain: size)
        let a = random(size + 8, size, &stream)
        let gram = a.transposed * a
        let x = (0..<size).map { Double($0) - 1.5 }
        let factor = try #require(Cholesky(gram))
        #expect(distance((factor.lower * factor.lower.transposed).values, gram.values) < 1e-13)
        #expect(distance(factor.solve(gram * x), x) < 1e-10)
        #expect(distance((factor.inverse * gram).values, Matrix.identity(size).values) < 1e-10)
    }

    @Test func `a matrix that is not positive definite has no Cholesky factor`() {
        #expect(Cholesky(Matrix([[1, 2], [2, 1]])) == nil)
        #expect(Cholesky(Matrix([[.nan]])) == nil)
        #expect(Cholesky(Matrix([[0]])) == nil)
    }

    @Test(arguments: [1, 2, 5, 12]) func `LU solves a system and its transpose`(size: Int) throws {
        var stream = RandomStream(seed: 2, purpose: "matrix", chain: size)
        let a = random(size, size, &stream)
        let x = (0..<size).map { Double($0) + 0.5 }
        let lu = try #require(LU(a))
        #expect(distance(lu.solve(a * x), x) < 1e-10)
        #expect(distance(lu.solveTransposed(a.transposed * x), x) < 1e-10)
    }

    @Test func `LU exchanges rows where it must and refuses a singular matrix`() {
        #expect(LU(Matrix([[0, 1], [1, 0]]))?.solve([3, 4]) == [4, 3])
        #expect(LU(Matrix([[1, 2], [2, 4]])) == nil)
    }

    @Test func `the residual of least squares is orthogonal to the columns`() {
        var stream = RandomStream(seed: 3, purpose: "matrix")
        let a = random(9, 4, &stream)
        let b = (0..<9).map { Double($0 * $0 % 7) }
        let qr = PivotedQR(a)
        let residual = zip(b, a * qr.solve(b)).map { $0 - $1 }
        #expect(qr.rank() == 4)
        #expect(distance(a.transposed * residual, [0, 0, 0, 0]) < 1e-13)
    }

    @Test func `dependent columns lower the rank`() {
        let a = Matrix([[1, 2, 3], [2, 4, 1], [3, 6, 7], [4, 8, 0.1]])
        #expect(PivotedQR(a).rank() == 2)
        #expect(PivotedQR(Matrix(rows: 3, columns: 2)).rank() == 0)
        let x = PivotedQR(a).solve([1, 2, 3, 4])
        #expect(distance(a * x, [1, 2, 3, 4]) < 1e-13)
    }

    @Test(arguments: [1, 2, 6, 20]) func `eigenvectors reproduce the matrix and are orthonormal`(size: Int) {
        var stream = RandomStream(seed: 4, purpose: "matrix", chain: size)
        let a = random(size, size, &stream)
        let symmetric = a.transposed * a
        let eigen = SymmetricEigen(symmetric)
        var scaled = eigen.vectors
        for i in 0..<size { for j in 0..<size { scaled[i, j] *= eigen.values[j] } }
        #expect(distance((scaled * eigen.vectors.transposed).values, symmetric.values) < 1e-12)
        #expect(distance((eigen.vectors.transposed * eigen.vectors).values, Matrix.identity(size).values) < 1e-13)
        #expect(eigen.values == eigen.values.sorted())
    }
}
