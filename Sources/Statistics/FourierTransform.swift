import Kernels

/// The discrete Fourier transform of a power-of-two length, with its twiddle factors computed once.
///
/// Decimation in time (Cooley & Tukey 1965), in place, on separate real and imaginary parts. The same bits on every machine, since
/// the factors come from `Kernels` and the order of operations is fixed.
public struct FourierTransform: Sendable {
    /// The number of points, a power of two.
    public let size: Int
    /// The factors of each stage, stage after stage: 1, 2, 4, … of them.
    private let cosines: [Double]
    private let sines: [Double]

    /// A transform of the least power of two that is at least `count` points.
    public init(atLeast count: Int) {
        var size = 2
        while size < count { size *= 2 }
        self.size = size
        let step = -2 * Double.pi / Double(size)
        let half = size / 2
        let cosines = Vector.cos((0..<half).map { step * Double($0) })
        let sines = Vector.sin((0..<half).map { step * Double($0) })
        var (byStageCosines, byStageSines) = ([Double](), [Double]())
        byStageCosines.reserveCapacity(size)
        byStageSines.reserveCapacity(size)
        var many = 1
        while many < size {
            for k in 0..<many {
                byStageCosines.append(cosines[k * (half / many)])
                byStageSines.append(sines[k * (half / many)])
            }
            many *= 2
        }
        self.cosines = byStageCosines
        self.sines = byStageSines
    }

    /// Replaces the points by Σ_j (re + i·im)_j · exp(-2πi·jk/size), unscaled.
    ///
    /// Both arrays have `size` elements.
    public func forward(_ real: inout [Double], _ imaginary: inout [Double]) {
        precondition(real.count == size && imaginary.count == size, "a transform of \(size) points takes \(size) points")
        real.withUnsafeMutableBufferPointer { re in
            imaginary.withUnsafeMutableBufferPointer { im in
                guard let first = re.baseAddress, let second = im.baseAddress else { return }
                reverseBits(re, im)
                Vector.butterflies(first, second, cosines: cosines, sines: sines, size)
            }
        }
    }

    private func reverseBits(_ re: UnsafeMutableBufferPointer<Double>, _ im: UnsafeMutableBufferPointer<Double>) {
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
    }
}
