/// A small dense matrix, row by row.
public struct Matrix: Sendable, Hashable, Codable {
    /// How many rows.
    public let rows: Int
    /// How many columns.
    public let columns: Int
    /// The elements, row by row.
    public var values: [Double]

    /// A matrix of zeros.
    public init(rows: Int, columns: Int) {
        precondition(rows >= 0 && columns >= 0, "a matrix has no negative size")
        self.rows = rows
        self.columns = columns
        values = [Double](repeating: 0, count: rows * columns)
    }

    /// A matrix of the given rows, all of one length.
    public init(_ rows: [[Double]]) {
        self.rows = rows.count
        columns = rows.first?.count ?? 0
        precondition(rows.allSatisfy { [columns] in $0.count == columns }, "a matrix' rows have one length")
        values = rows.flatMap { $0 }
    }

    /// Ones on the diagonal.
    public static func identity(_ size: Int) -> Matrix {
        var matrix = Matrix(rows: size, columns: size)
        for i in 0..<size { matrix[i, i] = 1 }
        return matrix
    }

    /// The element in a row and a column, both counted from 0.
    public subscript(row: Int, column: Int) -> Double {
        get { values[row * columns + column] }
        set { values[row * columns + column] = newValue }
    }

    /// Rows and columns exchanged.
    public var transposed: Matrix {
        var result = Matrix(rows: columns, columns: rows)
        for i in 0..<rows { for j in 0..<columns { result[j, i] = self[i, j] } }
        return result
    }

    /// The matrix product.
    public static func * (a: Matrix, b: Matrix) -> Matrix {
        precondition(a.columns == b.rows, "a product needs as many rows right as columns left")
        var result = Matrix(rows: a.rows, columns: b.columns)
        for i in 0..<a.rows {
            for j in 0..<b.columns {
                var sum = 0.0
                for k in 0..<a.columns { sum += a[i, k] * b[k, j] }
                result[i, j] = sum
            }
        }
        return result
    }

    /// The product with a vector.
    public static func * (a: Matrix, x: [Double]) -> [Double] {
        precondition(a.columns == x.count, "a product needs as many elements as columns")
        return (0..<a.rows).map { i in
            var sum = 0.0
            for k in 0..<a.columns { sum += a[i, k] * x[k] }
            return sum
        }
    }
}
