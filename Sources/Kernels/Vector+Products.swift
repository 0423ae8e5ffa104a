import CKernels

extension Vector {
    /// C += A B for an m by k matrix A and row after row a k by n matrix B and an m by n matrix C.
    ///
    /// Each element of C takes its terms in the order of k, one after the other, so no tiling and no instruction set changes a bit.
    /// - Parameters:
    ///   - rowStride: how far apart elements of A below one another are.
    ///   - columnStride: how far apart elements of A side by side are; a row stride of 1 and a column stride of m read A turned over.
    public static func multiplyAdd(
        _ a: UnsafePointer<Double>, rowStride: Int, columnStride: Int, _ b: UnsafePointer<Double>, into c: UnsafeMutablePointer<Double>,
        _ m: Int, _ k: Int, _ n: Int
    ) {
        path.multiply_add(a, rowStride, columnStride, b, c, m, k, n)
    }

    /// The stages of a Fourier transform (Cooley & Tukey 1965) of `count` points, a power of two, which stand in bit-reversed order.
    ///
    /// Factors follow stage after stage, 1, 2, 4, … of them; every butterfly by itself, so no instruction set changes a bit.
    public static func butterflies(
        _ real: UnsafeMutablePointer<Double>, _ imaginary: UnsafeMutablePointer<Double>, cosines: UnsafePointer<Double>,
        sines: UnsafePointer<Double>, _ count: Int
    ) {
        path.butterflies(real, imaginary, cosines, sines, count)
    }

    /// Y (columns by rows) is X (rows by columns) turned over; they may not overlap.
    public static func transpose(_ x: UnsafePointer<Double>, into y: UnsafeMutablePointer<Double>, rows: Int, columns: Int) {
        path.transpose(x, y, rows, columns)
    }

    /// One step of Adam (Kingma & Ba 2015) along a gradient.
    ///
    /// first = β₁·first + (1-β₁)·g, second = β₂·second + (1-β₂)·g², w -= rate·(first·scale1)/(√(second·scale2) + ε), with
    /// `scale1` = 1/(1-β₁ᵗ) and `scale2` = 1/(1-β₂ᵗ) at step t, counted from 1.
    public static func adam(
        _ w: inout [Double], first: inout [Double], second: inout [Double], gradient: UnsafePointer<Double>, rate: Double,
        decays: (Double, Double), scales: (Double, Double), epsilon: Double
    ) {
        precondition(w.count == first.count && w.count == second.count, "Adam's moments have the parameters' counts")
        let step = wb_adam_step(
            rate: rate, decay1: decays.0, decay2: decays.1, scale1: scales.0, scale2: scales.1, epsilon: epsilon)
        path.adam(&w, &first, &second, gradient, step, w.count)
    }
}
