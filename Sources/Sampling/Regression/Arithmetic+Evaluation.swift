import Engine
import Kernels

extension Arithmetic {
    /// The values row by row; missing cells stay missing (NaN).
    ///
    /// - Throws: `UserError` with the line where a function has no value, as log(-1).
    func values(_ table: DataTable) throws -> [Double] {
        let result = try evaluated(table)
        guard case .column = self else {
            let sources = try columns.map { try table.numbers($0, allowingMissing: true) }
            for row in result.indices where !result[row].isFinite && sources.allSatisfy({ $0[row].isFinite }) {
                throw UserError("\(table.name), line \(table.line(ofRow: row)): \(text) is \(result[row]); expected a finite number")
            }
            return result
        }
        return result
    }

    private func evaluated(_ table: DataTable) throws -> [Double] {
        switch self {
        case .number(let x): return [Double](repeating: x, count: table.rowCount)
        case .column(let name):
            let values = try table.numbers(name, allowingMissing: true)
            if let row = values.firstIndex(where: \.isInfinite) {
                throw UserError("\(table.place(row: row, column: name)): infinite; expected a finite number")
            }
            return values
        case .negated(let inner): return try inner.evaluated(table).map { -$0 }
        case .function(let function, let inner): return try inner.evaluated(table).map { function($0) }
        case .operation(let sign, let a, let b): return zip(try a.evaluated(table), try b.evaluated(table)).map { sign($0, $1) }
        }
    }
}

extension Arithmetic.Operator {
    func callAsFunction(_ a: Double, _ b: Double) -> Double {
        switch self {
        case .plus: a + b
        case .minus: a - b
        case .times: a * b
        case .over: a / b
        case .power: b == 2 ? a * a : Kernels.pow(a, b)
        }
    }
}

extension Arithmetic.Function {
    func callAsFunction(_ x: Double) -> Double {
        switch self {
        case .log: Kernels.log(x)
        case .log2: Kernels.log2(x)
        case .log10: Kernels.log10(x)
        case .log1p: Kernels.log1p(x)
        case .exp: Kernels.exp(x)
        case .sqrt: x.squareRoot()
        case .abs: Swift.abs(x)
        case .sin: Kernels.sin(x)
        case .cos: Kernels.cos(x)
        case .tanh: Kernels.tanh(x)
        case .identity: x
        }
    }
}
