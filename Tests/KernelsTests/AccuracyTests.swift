import Foundation
import Kernels
import Testing

/// Each function against the 50 digits of MPFR and mpmath, in units of the last place.
///
/// `Tests/References/kernels/references.py` makes the values: arguments, the true value as the nearest double, and the rest of it as a fraction of that double's last place.
@Suite struct AccuracyTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(
        path: "References/kernels/values")

    struct Reference {
        var arguments: [Double]
        var value: Double
        var rest: Double

        /// The distance from the true value, in units of its last place.
        func error(of got: Double) -> Double { got.isFinite ? abs((got - value) / value.ulp - rest) : .infinity }
    }

    static func references(_ name: String, arguments: Int) throws -> [Reference] {
        let data = try Data(contentsOf: folder.appending(path: "\(name).bin"))
        let size = 8 * arguments + 8 + 4
        try #require(data.count > 0 && data.count % size == 0)
        return data.withUnsafeBytes { raw in
            stride(from: 0, to: data.count, by: size).map { start in
                Reference(
                    arguments: (0..<arguments).map { raw.loadUnaligned(fromByteOffset: start + 8 * $0, as: Double.self) },
                    value: raw.loadUnaligned(fromByteOffset: start + 8 * arguments, as: Double.self),
                    rest: Double(raw.loadUnaligned(fromByteOffset: start + 8 * arguments + 8, as: Float.self)))
            }
        }
    }

    /// The bounds are those of the doc comments.
    static let functions: [(String, Double, @Sendable (Double) -> Double)] = [
        ("exp", 0.75, { Kernels.exp($0) }), ("expm1", 1, { Kernels.expm1($0) }), ("log", 0.6, { Kernels.log($0) }),
        ("log1p", 0.6, { Kernels.log1p($0) }),
        ("log1pExp", 1.5, { Kernels.log1pExp($0) }),
        ("logistic", 2, { Kernels.logistic($0) }), ("sin", 0.8, { Kernels.sin($0) }), ("cos", 0.8, { Kernels.cos($0) }),
        ("tanh", 2, { Kernels.tanh($0) }),
        ("log2", 0.51, { Kernels.log2($0) }),
        ("log10", 0.51, { Kernels.log10($0) }), ("lgamma", 2.5, { Kernels.lgamma($0) }), ("digamma", 2.5, { Kernels.digamma($0) }),
        ("trigamma", 4, { Kernels.trigamma($0) }), ("erf", 2.5, { Kernels.erf($0) }),
        ("erfc", 3, { Kernels.erfc($0) }), ("normalQuantile", 4, { Kernels.normalQuantile($0) }),
    ]

    @Test(arguments: functions.indices) func `functions of one number stay within their bounds`(index: Int) throws {
        let (name, bound, f) = Self.functions[index]
        for r in try Self.references(name, arguments: 1) {
            let error = r.error(of: f(r.arguments[0]))
            #expect(error <= bound, "\(name)(\(r.arguments[0])) = \(f(r.arguments[0])), expected \(r.value): \(error) ulp")
        }
    }

    @Test(arguments: [("atan2", 1.2), ("pow", 1)]) func `functions of two numbers stay within their bounds`(name: String, bound: Double)
        throws
    {
        for r in try Self.references(name, arguments: 2) {
            let got = name == "pow" ? Kernels.pow(r.arguments[0], r.arguments[1]) : Kernels.atan2(r.arguments[0], r.arguments[1])
            #expect(r.error(of: got) <= bound, "\(name)(\(r.arguments)) = \(got), expected \(r.value): \(r.error(of: got)) ulp")
        }
    }

    /// Between the poles of negative arguments the reflection formula subtracts: the unit is that of the greater part.
    @Test func `negative arguments of the gamma functions stay within the stated bounds`() throws {
        for r in try Self.references("lgammaNegative", arguments: 1) {
            let x = r.arguments[0]
            let unit = max(1, abs(r.value), abs(Foundation.lgamma(-x))).ulp
            #expect(
                abs((Kernels.lgamma(x) - r.value) - r.rest * r.value.ulp) <= 3 * unit,
                "lgamma(\(x)) = \(Kernels.lgamma(x)), expected \(r.value)")
        }
        for r in try Self.references("digammaNegative", arguments: 1) {
            let x = r.arguments[0]
            let unit = max(1, abs(r.value), abs(Double.pi / Foundation.tan(Double.pi * x))).ulp
            #expect(abs((digamma(x) - r.value) - r.rest * r.value.ulp) <= 4 * unit, "digamma(\(x)) = \(digamma(x)), expected \(r.value)")
        }
    }
}
