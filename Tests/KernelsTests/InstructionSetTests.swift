import CKernels
import Kernels
import Testing

/// Every instruction set of this program that this processor can run, and the scalar forms, bit for bit.
@Suite struct InstructionSetTests {
    typealias Map = (UnsafePointer<Double>?, UnsafeMutablePointer<Double>?, Int) -> Void

    static var paths: [wb_path] { availableInstructionSets.compactMap { wb_path_named($0)?.pointee } }

    static func maps(_ path: wb_path) -> [(String, Map, (Double) -> Double)] {
        [
            ("exp", path.exp, exp), ("expm1", path.expm1, expm1), ("log", path.log, log), ("log1p", path.log1p, log1p),
            ("log1pExp", path.log1p_exp, log1pExp), ("logistic", path.logistic, logistic), ("tanh", path.tanh, tanh),
            ("sin", path.sin, sin),
            ("cos", path.cos, cos), ("squareRoot", path.square_root, { $0.squareRoot() }),
            ("normalQuantile", path.normal_quantile, normalQuantile),
        ]
    }

    /// A NaN's payload is no result: every NaN counts as the same.
    func bits(_ x: Double) -> UInt64 { x.isNaN ? 0x7FF8_0000_0000_0000 : x.bitPattern }

    /// Every exponent and sign, the neighbourhoods where formulas change, and dense stretches.
    static let arguments: [Double] = {
        var stream = RandomStream(seed: 11, purpose: "arguments")
        var x: [Double] = [
            0, -0.0, 1, -1, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude,
        ]
        for _ in 0..<20_000 { x.append(Double(bitPattern: stream.bits())) }
        for (low, high) in [
            (-750.0, 750.0), (-2, 2), (-0.5, 0.5), (-50, 50), (-1e6, 1e6), (0, 1), (-1, 0), (0.9, 1.1), (0, 1e-10), (1e5, 1e12),
        ] {
            for _ in 0..<4_000 { x.append(stream.uniform(in: low...high)) }
        }
        for edge in [710, -746, -708.4, -745.13, 1, -1, 0.075, 0.925, 22, -50, 0x1p20, -0x1p20, 0x1p-1022, 1.3889e-11] {
            var up = edge, down = edge
            for _ in 0..<20 { x += [up, down]; up = up.nextUp; down = down.nextDown }
        }
        return x
    }()

    @Test func `the baseline and at least one name are there`() {
        #expect(availableInstructionSets.first == "baseline")
        #expect(availableInstructionSets.contains(instructionSet))
    }

    @Test func `array functions have the bits of the scalar ones on every path`() {
        let x = Self.arguments
        for path in Self.paths {
            for (name, map, scalar) in Self.maps(path) {
                var y = [Double](repeating: 0, count: x.count)
                map(x, &y, x.count)
                let bad = zip(x, y).first { bits(scalar($0)) != bits($1) }
                #expect(bad == nil, "\(String(cString: path.name)) \(name)\(String(describing: bad)), scalar \(scalar(bad?.0 ?? 0))")
            }
        }
    }

    @Test func `every count and working in place give the same elements`() {
        let x = Self.arguments
        for path in Self.paths {
            for (name, map, scalar) in Self.maps(path) {
                for count in [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 65, 255, 256, 257, 300] {
                    var y = Array(x[100..<100 + count]) + [42]
                    y.withUnsafeMutableBufferPointer { map($0.baseAddress, $0.baseAddress, count) }
                    #expect(y[count] == 42, "\(name) wrote past the end")
                    #expect(y.dropLast().map(bits) == x[100..<100 + count].map { bits(scalar($0)) }, "\(name) of \(count) elements")
                }
            }
        }
    }

    /// The documented order: element i in partial sum i mod 16, then halves added to halves.
    func laneSum(_ terms: [Double]) -> Double {
        var lanes = [Double](repeating: 0, count: 16)
        for (i, t) in terms.enumerated() { lanes[i % 16] += t }
        for half in [8, 4, 2, 1] { for i in 0..<half { lanes[i] += lanes[i + half] } }
        return lanes[0]
    }

    @Test func `sums are made in the documented order on every path`() {
        var stream = RandomStream(seed: 12, purpose: "sums")
        for count in [0, 1, 5, 15, 16, 17, 31, 32, 33, 255, 256, 257, 1000, 4099] {
            let x = stream.normals(count: count).map { $0 * 1e10 }
            let y = stream.normals(count: count)
            let z = stream.uniforms(count: count)
            for path in Self.paths {
                #expect(path.sum(x, count) == laneSum(x))
                #expect(path.dot(x, y, count) == laneSum(zip(x, y).map { $0 * $1 }))
                #expect(path.sum_of_products(x, y, z, count) == laneSum(x.indices.map { x[$0] * y[$0] * z[$0] }))
                #expect(path.sum_of_squares(y, 0.25, count) == laneSum(y.map { ($0 - 0.25) * ($0 - 0.25) }))
                #expect(path.sum_of_exp(y, 0.5, count) == laneSum(y.map { exp($0 - 0.5) }))
                #expect(path.maximum(x, count) == x.max() ?? -.infinity)
                var e = [Double](repeating: 0, count: count)
                #expect(path.scaled_exp(y, 2, 0.5, &e, count) == laneSum(y.map { exp(2 * $0 - 0.5) }))
                #expect(e == y.map { exp(2 * $0 - 0.5) })
                var a = z
                path.axpy(3, x, &a, count)
                #expect(a == zip(x, z).map { $1 + 3 * $0 })
                // Two rows: the moments and the Gram matrix are the sums of the products p f and (p f) g.
                var workspace = [Double](repeating: 7, count: 16 * 5)
                var moments = [0.0, 0], gram = [0.0, 0, 0, 0]
                path.weighted_moments(z, x + y, 2, count, &workspace, &moments, &gram)
                #expect(moments == [laneSum(x.indices.map { z[$0] * x[$0] }), laneSum(x.indices.map { z[$0] * y[$0] })])
                let cross = laneSum(x.indices.map { (z[$0] * y[$0]) * x[$0] })
                #expect(
                    gram == [
                        laneSum(x.indices.map { (z[$0] * x[$0]) * x[$0] }), cross, cross,
                        laneSum(x.indices.map { (z[$0] * y[$0]) * y[$0] }),
                    ])
                var mixed = z
                path.combine(x + y, [2, -3], 2, &mixed, count)
                #expect(mixed == x.indices.map { (z[$0] + 2 * x[$0]) + -3 * y[$0] })
            }
        }
    }

    @Test func `random numbers are the same on every path`() {
        for position in [0, 1, 1_000_000_007, UInt64(UInt32.max) * 2 - 3, .max - 10] as [UInt64] {
            for count in [1, 2, 3, 17, 256, 1001] {
                var one = RandomStream(seed: 99, purpose: "paths", chain: 5)
                one.seek(to: position)
                var list = [UInt64](repeating: 0, count: count)
                for path in Self.paths {
                    let key: UInt64 = 0x0123_4567_89AB_CDEF, lane: UInt64 = 0xFEDC_BA98_7654_3210
                    path.random_bits(key, lane, position, &list, count)
                    #expect(list == (0..<count).map { wb_philox_word(key, lane, position &+ UInt64($0)) })
                    var normals = [Double](repeating: 0, count: count)
                    path.random_normals(key, lane, position, &normals, count)
                    #expect(normals.map(bits) == list.map { bits(normalQuantile(wb_uniform($0))) })
                    path.random_uniforms(key, lane, position, &normals, count)
                    #expect(normals == list.map { wb_uniform($0) })
                }
            }
        }
    }

    @Test func `a greatest element is NaN with a NaN anywhere, and zero has one sign`() {
        for path in Self.paths {
            for place in [0, 15, 16, 32] {
                var x = [Double](repeating: 1, count: 33)
                x[place] = .nan
                #expect(path.maximum(x, 33).isNaN)
            }
            #expect(path.maximum([-0.0, -0.0], 2).sign == .plus)
        }
    }

    @Test func `log-sum-exp and softmax neither overflow nor vanish`() {
        #expect(Vector.logSumExp([]) == -.infinity)
        #expect(Vector.logSumExp([-.infinity, -.infinity]) == -.infinity)
        #expect(Vector.logSumExp([.infinity, 0]) == .infinity)
        #expect(Vector.logSumExp([.nan, 0]).isNaN)
        #expect(Vector.logSumExp([1000, 1000]) == 1000 + log(2))
        #expect(Vector.logSumExp([-1e5, -1e5]) == -1e5 + log(2))
        #expect(Vector.softmax([1e4, 1e4, -1e4]) == [0.5, 0.5, 0])
        #expect(Vector.exp([]) == [])
    }
}
