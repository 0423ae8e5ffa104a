import CLanguageModel
import Kernels

/// Vectors of one length side by side, to be held against another vector all at once.
///
/// A product is the same to the bit on every instruction set: sixteen lanes over blocks of 32 numbers, added as a tree.
public struct DenseRows: Sendable {
    /// How many there are.
    public let count: Int
    /// Their length.
    public let columns: Int
    private let stride: Int
    private let values: [Float]

    /// Rows of one length.
    ///
    /// - Throws: `LanguageModelError` when their lengths differ.
    public init(_ rows: [[Float]]) throws {
        count = rows.count
        columns = rows.first?.count ?? 0
        stride = (columns + 31) / 32 * 32
        guard rows.allSatisfy({ [columns] in $0.count == columns }) else {
            throw LanguageModelError("the vectors have different lengths; expected \(columns) numbers each")
        }
        var values = [Float](repeating: 0, count: stride * rows.count)
        for (place, row) in rows.enumerated() { values.replaceSubrange(place * stride..<place * stride + columns, with: row) }
        self.values = values
    }

    /// The row in a place.
    public func row(_ place: Int) -> ArraySlice<Float> { values[place * stride..<place * stride + columns] }

    /// The dot products of the rows in a range with a vector of their length.
    ///
    /// O(rows · columns); about 10 GB of rows a second where memory is as fast.
    public func products(with vector: [Float], rows: Range<Int>) -> [Float] {
        guard stride > 0, vector.count == columns, !rows.isEmpty, rows.lowerBound >= 0, rows.upperBound <= count,
            let path = lm_path_named(Kernels.instructionSet)
        else { return [Float](repeating: 0, count: rows.count) }
        let padded = vector + [Float](repeating: 0, count: stride - columns)
        return [Float](unsafeUninitializedCapacity: rows.count) { buffer, written in
            values.withUnsafeBytes { bytes in
                guard let start = bytes.bindMemory(to: UInt8.self).baseAddress else { return }
                var matrix = lm_matrix(
                    data: start + rows.lowerBound * stride * 4, row_bytes: stride * 4, rows: UInt32(rows.count), columns: UInt32(stride),
                    type: Int32(LM_F32))
                padded.withUnsafeBufferPointer {
                    var input = lm_input(x: $0.baseAddress, x_stride: stride, sums: $0.baseAddress, stride: 0, whole: nil, scales: nil)
                    path.pointee.multiply(&matrix, 0, UInt32(rows.count), &input, 1, buffer.baseAddress, rows.count)
                }
            }
            written = rows.count
        }
    }
}
