import Kernels

/// The discrete Fourier transform of a power-of-two length, with its twiddle factors computed once.
///
/// Decimation in time (Cooley & Tukey 1965), in place, on separate real and imaginary parts. The same bits on every machine, since
/// the factors come from `Kernels` and the order of operations is fixed.
public struct FourierTransform: Sendable {
    /// The number of points, a power of two.
    public let size: Int
    private let cosines: [Double]
    private let sines: [Double]

    /// A transform of the least power of two that is at least `count` points.
    public init(atLeast count: Int) {
        var size = 2
        while size < count { size *= 2 }
        self.size = size
        let step = -2 * Double.pi / Double(size)
        cosines = (0..<size / 2).map { Kernels.cos(step * Double($0)) }
        sines = (0..<size / 2).map { Kernels.sin(step * Double($0)) }
    }

    /// Replaces the points by Σ_j (re + i·im)_j · exp(-2πi·jk/size), unscaled.
    ///
    /// Both arrays have `size` elements.
    public func forward(_ real: inout [Double], _ imaginary: inout [Double]) {
        precondition(real.count == size && imaginary.count == size, "a transform of \(size) points takes \(size) points")
        real.withUnsafeMutableBufferPointer { re in
            imaginary.withUnsafeMutableBufferPointer { im in
                cosines.withUnsafeBufferPointer { c in
                    sines.withUnsafeBufferPointer { s in transform(re, im, c, s) }
                }
            }
        }
    }

    private func transform(
        _ re: UnsafeMutableBufferPointer<Double>, _ im: UnsafeMutableBufferPointer<Double>, _ c: UnsafeBufferPointer<Double>,
        _ s: UnsafeBufferPointer<Double>
    ) {
        var reversed = 0
        for i in 1..<size {
            var bit = size >> 1
            while reversed & bit != 0 {
                reversed ^= bit
                bit >>= 1
            }
            reversed |= bit
            if i < reversed {
                re.swapAt(i, reversed)
                im.swapAt(i, reversed)
            }
        }
        var half = 1
        while half < size {
            let stride = size / (2 * half)
            var start = 0
            while start < size {
                var factor = 0
                for i in start..<start + half {
                    let j = i + half
                    let (wr, wi) = (c[factor], s[factor])
                    let tr = wr * re[j] - wi * im[j]
                    let ti = wr * im[j] + wi * re[j]
                    re[j] = re[i] - tr
                    im[j] = im[i] - ti
                    re[i] += tr
                    im[i] += ti
                    factor += stride
                }
                start += 2 * half
            }
            half *= 2
        }
    }
}
