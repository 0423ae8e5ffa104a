import CKernels
import Testing

@testable import Kernels

/// The loops of trajectories and likelihoods, bit for bit as written down, on every path.
@Suite struct DynamicsTests {
    static let counts = [1, 2, 7, 15, 16, 17, 40, 63, 64, 65, 127, 128, 129, 200, 300, 520, 1030]

    @Test func `kicks and drifts are their formulas, and the sum of p v is taken in order`() {
        var stream = RandomStream(seed: 31, purpose: "kicks")
        for n in Self.counts {
            let g = stream.normals(count: n), m = stream.uniforms(count: n), p = stream.normals(count: n), q = stream.normals(count: n)
            for mass in [m, nil] {
                let kicked = p.indices.map { p[$0] + 0.3 * g[$0] }
                let velocity = kicked.indices.map { mass == nil ? kicked[$0] : m[$0] * kicked[$0] }
                let moved = q.indices.map { q[$0] + 0.7 * velocity[$0] }
                var sum = 0.0
                for i in 0..<n { sum += kicked[i] * velocity[i] }
                for path in InstructionSetTests.paths {
                    let name = "\(String(cString: path.name)) \(n)"
                    var (momentum, place) = (p + [42], q + [42])
                    path.kick_and_drift(0.3, 0.7, g, mass, &momentum, &place, n)
                    #expect(momentum == kicked + [42] && place == moved + [42], "\(name)")
                    var speed = [Double](repeating: 7, count: n + 1)
                    momentum = p + [42]
                    #expect(path.kick(0.3, g, mass, &momentum, &speed, n) == sum, "\(name)")
                    #expect(momentum == kicked + [42] && speed == velocity + [7], "\(name)")
                }
            }
        }
    }

    @Test func `a trajectory goes on exactly where the sums in order are above 0`() {
        var stream = RandomStream(seed: 32, purpose: "turns")
        var answers = [0, 0]
        for n in Self.counts {
            for round in 0..<40 {
                // The later rounds lean forward, so that both answers come.
                let lean = round < 20 ? 0 : 0.8
                let vectors = (0..<8).map { _ in stream.normals(count: n).map { $0 + lean } }
                for isPair in [true, false] {
                    let wanted = Self.stretches(vectors, isPair) { Vector.goesOnInOrder($0, n) }
                    answers[wanted ? 1 : 0] += 1
                    #expect(Self.stretches(vectors, isPair) { Vector.goesOn($0, n) } == wanted)
                    for path in InstructionSetTests.paths {
                        let quick = Self.quick(path, vectors, isPair, n)
                        #expect(quick < 0 || (quick == 1) == wanted, "\(String(cString: path.name)) \(n)")
                    }
                }
            }
        }
        #expect(answers[0] > 100 && answers[1] > 100)
    }

    @Test func `where rounding or infinities could decide, the sums are taken in order`() {
        // The products cancel to the last bit: 1, 2⁻⁶⁰ and -1 sum to 0 or 2⁻⁶⁰ by their order.
        let n = 33
        var velocity = [Double](repeating: 0, count: n)
        (velocity[0], velocity[1], velocity[17]) = (1, 0x1p-60, -1)
        let ones = [Double](repeating: 1, count: n)
        let half = [Double](repeating: 0.5, count: n)
        var wild = ones
        wild[3] = .infinity
        for (v, w) in [(velocity, ones), (ones, velocity), (wild, ones), (ones.map { _ in Double.nan }, ones)] {
            let vectors = [half, half, v, w, ones, ones, ones, ones]
            for path in InstructionSetTests.paths { #expect(Self.quick(path, vectors, true, n) == -1) }
            #expect(
                Self.stretches(vectors, true) { Vector.goesOn($0, n) } == Self.stretches(vectors, true) { Vector.goesOnInOrder($0, n) })
        }
        #expect(Self.stretches([half, half, wild, ones, ones, ones, ones, ones], true) { Vector.goesOn($0, n) })
    }

    private static func stretches<R>(_ v: [[Double]], _ isPair: Bool, _ body: (Vector.Stretches) -> R) -> R {
        let n = v[0].count
        return v.flatMap { $0 }.withUnsafeBufferPointer { all in
            guard let base = all.baseAddress else { preconditionFailure("vectors have elements") }
            return body(
                Vector.Stretches(
                    firstSum: base, secondSum: base + n, beginVelocity: base + 2 * n, endVelocity: base + 3 * n,
                    secondBegin: isPair ? nil : Vector.TrajectoryEnd(momentum: base + 4 * n, velocity: base + 5 * n),
                    firstEnd: isPair ? nil : Vector.TrajectoryEnd(momentum: base + 6 * n, velocity: base + 7 * n)))
        }
    }

    private static func quick(_ path: wb_path, _ v: [[Double]], _ isPair: Bool, _ n: Int) -> Int32 {
        stretches(v, isPair) {
            path.goes_on(
                wb_stretches(
                    first_sum: $0.firstSum, second_sum: $0.secondSum, begin_velocity: $0.beginVelocity, end_velocity: $0.endVelocity,
                    second_begin_momentum: $0.secondBegin?.momentum, second_begin_velocity: $0.secondBegin?.velocity,
                    first_end_momentum: $0.firstEnd?.momentum, first_end_velocity: $0.firstEnd?.velocity), n)
        }
    }

    @Test func `many dots are single dots, and sums of rows take them in order`() {
        var stream = RandomStream(seed: 33, purpose: "dots")
        for n in Self.counts {
            for k in [0, 1, 3, 4, 5, 9] {
                let x = stream.normals(count: k * n), y = stream.normals(count: n), start = stream.normals(count: k)
                let wanted = (0..<k).map { start[$0] + Vector.dot(Array(x[$0 * n..<($0 + 1) * n]), y) }
                let weights = stream.normals(count: k)
                var sums = y
                for j in 0..<k { for i in 0..<n { sums[i] += weights[j] * x[j * n + i] } }
                for path in InstructionSetTests.paths {
                    var out = start + [42]
                    path.dots(x, y, k, n, &out)
                    #expect(out == wanted + [42], "\(String(cString: path.name)) \(k) \(n)")
                    var z = y + [42]
                    path.combine(x, weights, k, &z, n)
                    #expect(z == sums + [42], "\(String(cString: path.name)) \(k) \(n)")
                    z = y + [42]
                    path.accumulate(y, y, &z, n)
                    #expect(z == y.map { $0 + ($0 + $0) } + [42])
                }
            }
        }
    }

    @Test func `kicks of momenta and velocities, and differences, are their formulas`() {
        var stream = RandomStream(seed: 36, purpose: "kicks of both")
        for n in Self.counts {
            let g = stream.normals(count: n), a = stream.normals(count: n)
            let p = stream.normals(count: n), v = stream.normals(count: n), q = stream.normals(count: n)
            let kicked = p.indices.map { p[$0] + 0.3 * g[$0] }, speed = v.indices.map { v[$0] + 0.3 * a[$0] }
            let moved = q.indices.map { q[$0] + 0.7 * speed[$0] }
            let sum = zip(kicked, speed).reduce(0) { $0 + $1.0 * $1.1 }
            let apart = v.indices.map { $0 == 0 ? v[0] : 0.7 * (v[$0] - v[$0 - 1]) }
            for path in InstructionSetTests.paths {
                let name = "\(String(cString: path.name)) \(n)"
                var (momentum, velocity, place) = (p + [42], v + [7], q + [3])
                path.kick_all_and_drift(0.3, 0.7, g, a, &momentum, &velocity, &place, n)
                #expect(momentum == kicked + [42] && velocity == speed + [7] && place == moved + [3], "\(name)")
                (momentum, velocity) = (p + [42], v + [7])
                #expect(path.kick_all(0.3, g, a, &momentum, &velocity, n) == sum, "\(name)")
                #expect(momentum == kicked + [42] && velocity == speed + [7], "\(name)")
                velocity = v + [7]
                path.differences(0.7, &velocity, n)
                #expect(velocity == apart + [7], "\(name)")
            }
        }
    }

    @Test(arguments: [0.9, 0.9999, 0.05, 1e-80])
    func `a tridiagonal system is solved in place`(coupling: Double) {
        var stream = RandomStream(seed: 37, purpose: "tridiagonal")
        for n in Self.counts + [3, 4, 5, 8, 9, 23, 24, 2905] {
            let l = stream.uniforms(count: n).map { coupling * (2 * $0 - 1) }
            let d = stream.uniforms(count: n).map { 0.5 + $0 }, y = stream.normals(count: n)
            // L·D·Lᵀ·y, from the right.
            var upper = y
            for i in 0..<n {
                if i + 1 < n { upper[i] += l[i + 1] * y[i + 1] }
                upper[i] *= d[i]
            }
            var b = upper
            for i in 1..<max(1, n) { b[i] += l[i] * upper[i - 1] }
            let factor = TridiagonalFactor(below: l, pivots: d)
            var solved = b + [42]
            factor.solve(&solved)
            #expect(zip(solved, y).allSatisfy { abs($0 - $1) < 1e-12 } && solved[n] == 42, "\(n)")
            // The numbers as the factor keeps them, on every path.
            let lower = [0] + l.dropFirst() + [0], reciprocals = d.map { 1 / $0 }
            let length = n / 8
            func product(_ range: Range<Int>) -> Double { range.reduce(1) { abs($0) < 0x1p-500 ? 0 : $0 * -lower[$1] } }
            let after = (0..<n).map { $0 < 8 * length ? product($0 / length * length..<$0 + 1) : 0 }
            let before = (0..<n).map { $0 < 8 * length ? product($0 + 1..<($0 / length + 1) * length + 1) : 0 }
            for path in InstructionSetTests.paths {
                var x = b + [42]
                path.solve_tridiagonal(lower, reciprocals, after, before, &x, n)
                #expect(zip(x, y).allSatisfy { abs($0 - $1) < 1e-12 } && x[n] == 42, "\(String(cString: path.name)) \(n)")
                var again = b + [42]
                InstructionSetTests.paths[0].solve_tridiagonal(lower, reciprocals, after, before, &again, n)
                #expect(x == again)
            }
        }
    }

    @Test func `a Fourier transform's stages are its sums`() {
        var stream = RandomStream(seed: 38, purpose: "fourier")
        for n in [2, 4, 8, 32, 128] {
            // Points given in bit-reversed order, so that the transform is of their order undone.
            let re = stream.normals(count: n), im = stream.normals(count: n)
            let bits = n.trailingZeroBitCount
            func reversed(_ i: Int) -> Int {
                var result = 0
                for bit in 0..<bits where i >> bit & 1 == 1 { result |= 1 << (bits - 1 - bit) }
                return result
            }
            var (c, s) = ([Double](), [Double]())
            var half = 1
            while half < n {
                for k in 0..<half {
                    c.append(cos(-Double.pi * Double(k) / Double(half)))
                    s.append(sin(-Double.pi * Double(k) / Double(half)))
                }
                half *= 2
            }
            for path in InstructionSetTests.paths {
                var (x, y) = (re, im)
                path.butterflies(&x, &y, c, s, n)
                for k in 0..<n {
                    var (a, b) = (0.0, 0.0)
                    for j in 0..<n {
                        let angle = -2 * Double.pi * Double(j * k % n) / Double(n)
                        a += re[reversed(j)] * cos(angle) - im[reversed(j)] * sin(angle)
                        b += re[reversed(j)] * sin(angle) + im[reversed(j)] * cos(angle)
                    }
                    #expect(abs(x[k] - a) < 1e-11 && abs(y[k] - b) < 1e-11, "\(String(cString: path.name)) \(n) \(k)")
                }
            }
        }
    }

    @Test func `the Bernoulli likelihood is its formula`() {
        var stream = RandomStream(seed: 34, purpose: "bernoulli")
        for n in Self.counts {
            let x = stream.normals(count: n).map { 20 * $0 }, y = stream.uniforms(count: n).map { $0 < 0.5 ? 0.0 : 1 }
            var (value, product) = (0.0, 1.0)
            var slopes = [Double](repeating: 0, count: n)
            for i in 0..<n {
                let e = exp(-abs(x[i]))
                value += y[i] * x[i] - max(x[i], 0)
                product *= 1 + e
                if i & 511 == 511 {
                    value -= log(product)
                    product = 1
                }
                slopes[i] = y[i] - (x[i] > 0 ? 1 : e) / (1 + e)
            }
            value -= log(product)
            for path in InstructionSetTests.paths {
                var got = [Double](repeating: 0, count: n) + [42]
                #expect(path.bernoulli(x, y, &got, n) == value, "\(String(cString: path.name)) \(n)")
                #expect(got == slopes + [42])
            }
        }
    }

    @Test func `a logistic regression in one pass is its parts`() {
        var stream = RandomStream(seed: 36, purpose: "regression")
        for n in Self.counts {
            for (k, gap) in [(1, 0), (5, 3), (31, 8)] {
                let x = stream.normals(count: k * (n + gap)), w = stream.normals(count: k), offset = stream.normals(count: n)
                let y = stream.uniforms(count: n).map { $0 < 0.5 ? 0.0 : 1 }, start = stream.normals(count: k)
                var odds = offset
                for j in 0..<k { for i in 0..<n { odds[i] += w[j] * x[j * (n + gap) + i] } }
                for path in InstructionSetTests.paths {
                    var slopes = [Double](repeating: 0, count: n)
                    let value = path.bernoulli(odds, y, &slopes, n)
                    let wanted = (0..<k).map { start[$0] + Vector.dot(Array(x[$0 * (n + gap)..<$0 * (n + gap) + n]), slopes) }
                    var workspace = [Double](repeating: 7, count: 16 * k)
                    var g = start + [42]
                    let got = path.bernoulli_regression(x, n + gap, w, k, offset, y, &workspace, &g, n)
                    #expect(got == value && g == wanted + [42], "\(String(cString: path.name)) \(n) \(k)")
                }
            }
        }
    }

    @Test func `the sums of tied normals are their formulas`() {
        var stream = RandomStream(seed: 39, purpose: "tied")
        for n in Self.counts {
            let x = stream.normals(count: n).map { 3 * $0 }
            let (a, b) = (0.3, -1.7)
            var (wanted, product) = ([0.0, 0, 0, 0, 0], 1.0)
            for i in 0..<n {
                let d = x[i] - a
                let delta = d * (0.5 * b) - 0.25 * b * b
                let e = exp(-abs(delta))
                let r = (delta > 0 ? 1 : e) / (1 + e)
                wanted[0] += d * d
                wanted[1] += delta > 0 ? delta : 0
                product *= 1 + e
                if i & 511 == 511 {
                    wanted[2] += log(product)
                    product = 1
                }
                wanted[3] += d - r * b
                wanted[4] += r * (d - b)
            }
            wanted[2] += log(product)
            for path in InstructionSetTests.paths {
                var sums = [0.0, 0, 0, 0, 0, 42]
                path.tied_normals(x, a, b, &sums, n)
                #expect(sums == wanted + [42], "\(String(cString: path.name)) \(n)")
            }
        }
    }

    @Test func `a series of Student t returns and its walk are their formulas`() {
        var stream = RandomStream(seed: 35, purpose: "series")
        for n in Self.counts {
            let x = stream.normals(count: n).map { 0.01 * $0 }, z = stream.normals(count: n)
            let (nu, scale) = (7.5, 0.2)
            for walks in [true, false] {
                var s = [-4.5] + z.dropFirst().map { $0 - 4 }
                let given = s
                if walks { for i in 1..<n { s[i] = s[i - 1] + scale * z[i] } }
                var (slopes, sums) = (s, [0.0, 0, 0])
                for i in 0..<n {
                    let r = exp(-2 * s[i]) * (x[i] * x[i] * (1 / nu))
                    let share = 1 - 1 / (1 + r)
                    sums[0] += s[i]
                    sums[1] += log1p(r)
                    sums[2] += share
                    slopes[i] = (nu + 1) * share - 1
                }
                var (gradient, walked) = ([Double](repeating: 0, count: n), [0.0, 0, 0])
                for i in stride(from: n - 1, to: 0, by: -1) {
                    walked[0] += slopes[i]
                    walked[1] += walked[0] * z[i]
                    walked[2] += z[i] * z[i]
                    gradient[i] = scale * walked[0] - z[i]
                }
                for path in InstructionSetTests.paths {
                    let name = "\(String(cString: path.name)) \(n) \(walks)"
                    var (states, got, totals) = (given + [42], [Double](repeating: 0, count: n) + [42], [0.0, 0, 0])
                    path.student_series(x, nu, walks ? z : nil, scale, &states, &got, &totals, n)
                    #expect(states == s + [42] && got == slopes + [42] && totals == sums, "\(name)")
                    var (g, ends) = ([Double](repeating: 0, count: n) + [42], [0.0, 0, 0])
                    path.walk_slopes(slopes, z, scale, &g, &ends, n)
                    #expect(g == gradient + [42] && ends == walked, "\(name)")
                }
            }
        }
    }
}
