import CKernels
import Kernels
import Testing

/// Products of matrices and Adam's step, bit for bit as written down, on every path.
@Suite struct ProductTests {
    @Test func `every element of a product takes its terms in order, whatever the sizes and strides`() {
        var stream = RandomStream(seed: 21, purpose: "products")
        for (m, k, n) in [(1, 1, 1), (4, 3, 16), (5, 7, 33), (8, 9, 21), (3, 0, 5), (0, 2, 4), (9, 40, 10), (2, 5, 0), (6, 13, 64)] {
            let a = stream.normals(count: m * k)
            let b = stream.normals(count: k * n)
            let c = stream.normals(count: m * n)
            var wanted = c
            for i in 0..<m { for j in 0..<n { for p in 0..<k { wanted[i * n + j] += a[i * k + p] * b[p * n + j] } } }
            var turned = [Double](repeating: 0, count: m * k)
            for i in 0..<m { for p in 0..<k { turned[p * m + i] = a[i * k + p] } }
            for path in InstructionSetTests.paths {
                var got = c + [42]
                path.multiply_add(a, k, 1, b, &got, m, k, n)
                #expect(got == wanted + [42], "\(String(cString: path.name)) \(m) \(k) \(n)")
                got = c + [42]
                path.multiply_add(turned, 1, m, b, &got, m, k, n)
                #expect(got == wanted + [42])
                var over = [Double](repeating: 7, count: m * k + 1)
                path.transpose(a, &over, m, k)
                #expect(over == turned + [7])
            }
        }
    }

    @Test func `Adam's step is its formula on every path`() {
        var stream = RandomStream(seed: 22, purpose: "adam")
        for count in [0, 1, 7, 16, 100] {
            let w = stream.normals(count: count), g = stream.normals(count: count)
            let first = stream.normals(count: count), second = stream.uniforms(count: count)
            let step = wb_adam_step(rate: 0.01, decay1: 0.9, decay2: 0.999, scale1: 2.5, scale2: 30, epsilon: 1e-8)
            let m = zip(first, g).map { 0.9 * $0 + (1 - 0.9) * $1 }
            let v = zip(second, g).map { 0.999 * $0 + (1 - 0.999) * ($1 * $1) }
            let wanted = w.indices.map { w[$0] - 0.01 * (m[$0] * 2.5) / ((v[$0] * 30).squareRoot() + 1e-8) }
            for path in InstructionSetTests.paths {
                var (x, a, b) = (w, first, second)
                path.adam(&x, &a, &b, g, step, count)
                #expect(a == m && b == v && x == wanted, "\(String(cString: path.name)) \(count)")
            }
        }
    }
}
