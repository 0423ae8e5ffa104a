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
    /// The points that change places with one another before the first stage.
    private let swaps: [Swap]

    private struct Swap: Sendable {
        var first, second: UInt32
    }

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
        var reversed = [UInt32](repeating: 0, count: size)
        for i in 1..<size { reversed[i] = reversed[i / 2] / 2 | (i % 2 == 0 ? 0 : UInt32(half)) }
        swaps = reversed.enumerated().compactMap { $0.offset < Int($0.element) ? Swap(first: UInt32($0.offset), second: $0.element) : nil }
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

    /// Puts each point where its number's bits in reverse say.
    private func reverseBits(_ re: UnsafeMutableBufferPointer<Double>, _ im: UnsafeMutableBufferPointer<Double>) {
        swaps.withUnsafeBufferPointer { swaps in
            for swap in swaps {
                let (i, j) = (Int(swap.first), Int(swap.second))
                (re[i], re[j]) = (re[j], re[i])
                (im[i], im[j]) = (im[j], im[i])
            }
        }
    }
}
