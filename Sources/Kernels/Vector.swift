import CKernels

/// Functions of whole arrays, with the bits of the scalar forms and a fixed order of summation.
///
/// The buffer forms may work in place (the same buffer in and out) but not on buffers that overlap otherwise; all buffers of one
/// call have the same count. Sums keep sixteen partial sums, element i in sum i mod 16, and add them as a tree: the rounding error of a sum
/// of n terms is at most about (n/16 + 4) 2⁻⁵³ of the sum of their magnitudes, and no instruction set changes a bit.
public enum Vector {
    @usableFromInline typealias Map = @convention(c) (UnsafePointer<Double>?, UnsafeMutablePointer<Double>?, Int) -> Void

    static var path: wb_path { wb_path_active().pointee }

    private static func map(_ x: [Double], _ body: (UnsafeBufferPointer<Double>, UnsafeMutableBufferPointer<Double>) -> Void) -> [Double] {
        [Double](unsafeUninitializedCapacity: x.count) { y, count in
            x.withUnsafeBufferPointer { body($0, UnsafeMutableBufferPointer(rebasing: y[..<x.count])) }
            count = x.count
        }
    }

    /// exp of each element.
    public static func exp(_ x: [Double]) -> [Double] { map(x) { exp($0, into: $1) } }
    /// expm1 of each element.
    public static func expm1(_ x: [Double]) -> [Double] { map(x) { expm1($0, into: $1) } }
    /// log of each element.
    public static func log(_ x: [Double]) -> [Double] { map(x) { log($0, into: $1) } }
    /// log1p of each element.
    public static func log1p(_ x: [Double]) -> [Double] { map(x) { log1p($0, into: $1) } }
    /// log(1 + exp) of each element.
    public static func log1pExp(_ x: [Double]) -> [Double] { map(x) { log1pExp($0, into: $1) } }
    /// The logistic function of each element.
    public static func logistic(_ x: [Double]) -> [Double] { map(x) { logistic($0, into: $1) } }
    /// tanh of each element.
    public static func tanh(_ x: [Double]) -> [Double] { map(x) { tanh($0, into: $1) } }
    /// sin of each element.
    public static func sin(_ x: [Double]) -> [Double] { map(x) { sin($0, into: $1) } }
    /// cos of each element.
    public static func cos(_ x: [Double]) -> [Double] { map(x) { cos($0, into: $1) } }
    /// The square root of each element.
    public static func squareRoot(_ x: [Double]) -> [Double] { map(x) { squareRoot($0, into: $1) } }
    /// The normal quantile of each element.
    public static func normalQuantile(_ x: [Double]) -> [Double] { map(x) { normalQuantile($0, into: $1) } }

    private static func same(_ a: Int, _ b: Int) {
        precondition(a == b, "arrays of \(a) and \(b) elements where equal counts were expected")
    }

    /// exp of each element of x, into y.
    public static func exp(_ x: UnsafeBufferPointer<Double>, into y: UnsafeMutableBufferPointer<Double>) {
        same(x.count, y.count)
        path.exp(x.baseAddress, y.baseAddress, x.count)
    }
    /// expm1 of each element of x, into y.
    public static func expm1(_ x: UnsafeBufferPointer<Double>, into y: UnsafeMutableBufferPointer<Double>) {
        same(x.count, y.count)
        path.expm1(x.baseAddress, y.baseAddress, x.count)
    }
    /// log of each element of x, into y.
    public static func log(_ x: UnsafeBufferPointer<Double>, into y: UnsafeMutableBufferPointer<Double>) {
        same(x.count, y.count)
        path.log(x.baseAddress, y.baseAddress, x.count)
    }
    /// log1p of each element of x, into y.
    public static func log1p(_ x: UnsafeBufferPointer<Double>, into y: UnsafeMutableBufferPointer<Double>) {
        same(x.count, y.count)
        path.log1p(x.baseAddress, y.baseAddress, x.count)
    }
    /// log(1 + exp) of each element of x, into y.
    public static func log1pExp(_ x: UnsafeBufferPointer<Double>, into y: UnsafeMutableBufferPointer<Double>) {
        same(x.count, y.count)
        path.log1p_exp(x.baseAddress, y.baseAddress, x.count)
    }
    /// The logistic function of each element of x, into y.
    public static func logistic(_ x: UnsafeBufferPointer<Double>, into y: UnsafeMutableBufferPointer<Double>) {
        same(x.count, y.count)
        path.logistic(x.baseAddress, y.baseAddress, x.count)
    }
    /// tanh of each element of x, into y.
    public static func tanh(_ x: UnsafeBufferPointer<Double>, into y: UnsafeMutableBufferPointer<Double>) {
        same(x.count, y.count)
        path.tanh(x.baseAddress, y.baseAddress, x.count)
    }
    /// sin of each element of x, into y.
    public static func sin(_ x: UnsafeBufferPointer<Double>, into y: UnsafeMutableBufferPointer<Double>) {
        same(x.count, y.count)
        path.sin(x.baseAddress, y.baseAddress, x.count)
    }
    /// cos of each element of x, into y.
    public static func cos(_ x: UnsafeBufferPointer<Double>, into y: UnsafeMutableBufferPointer<Double>) {
        same(x.count, y.count)
        path.cos(x.baseAddress, y.baseAddress, x.count)
    }
    /// The square root of each element of x, into y.
    public static func squareRoot(_ x: UnsafeBufferPointer<Double>, into y: UnsafeMutableBufferPointer<Double>) {
        same(x.count, y.count)
        path.square_root(x.baseAddress, y.baseAddress, x.count)
    }
    /// The normal quantile of each element of x, into y.
    public static func normalQuantile(_ x: UnsafeBufferPointer<Double>, into y: UnsafeMutableBufferPointer<Double>) {
        same(x.count, y.count)
        path.normal_quantile(x.baseAddress, y.baseAddress, x.count)
    }
}
