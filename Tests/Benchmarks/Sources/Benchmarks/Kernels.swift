import Glibc
import Kernels

/// Array functions and random numbers, beside the C library called in a loop in the same run and numpy in the next.
func kernelsBenchmarks() throws -> [Measurement] {
    let count = 1 << 14
    let rounds = 50
    var stream = RandomStream(seed: 1, purpose: "benchmark")
    let x = stream.normals(count: count).map { 3 * $0 }
    let positive = x.map { abs($0) + 1e-3 }
    var y = [Double](repeating: 0, count: count)
    var words = [UInt64](repeating: 0, count: count)
    var kept = 0.0
    var list: [Measurement] = []

    func each(_ name: String, beside peers: [String] = [], _ body: () -> Void) -> Double {
        let seconds = time(rounds: 15) { for _ in 0..<rounds { body() } } / Double(rounds * count)
        list.append(Measurement(name: name, seconds: seconds, note: "an element; \(Int(1e-6 / seconds)) M/s", peers: peers))
        return seconds
    }
    func besideLibrary(_ name: String, _ input: [Double], _ ours: () -> Void, _ scalar: (Double) -> Double, _ library: (Double) -> Double) {
        let theirs = each("C library \(name), a loop") {
            for i in 0..<count { y[i] = library(input[i]) }
            kept += y[7]
        }
        _ = each("scalar \(name), a loop") {
            for i in 0..<count { y[i] = scalar(input[i]) }
            kept += y[7]
        }
        let own = each("vector \(name) (\(instructionSet))", beside: ["numpy \(name)"]) {
            ours()
            kept += y[7]
        }
        list[list.count - 1].note += "; C library x\((theirs / own * 10).rounded() / 10)"
    }
    func mapped(_ input: [Double], _ f: (UnsafeBufferPointer<Double>, UnsafeMutableBufferPointer<Double>) -> Void) {
        input.withUnsafeBufferPointer { x in y.withUnsafeMutableBufferPointer { f(x, $0) } }
    }
    besideLibrary("exp", x, { mapped(x) { Vector.exp($0, into: $1) } }, { Kernels.exp($0) }, { Glibc.exp($0) })
    besideLibrary("log", positive, { mapped(positive) { Vector.log($0, into: $1) } }, { Kernels.log($0) }, { Glibc.log($0) })
    besideLibrary("sin", x, { mapped(x) { Vector.sin($0, into: $1) } }, { Kernels.sin($0) }, { Glibc.sin($0) })
    besideLibrary("tanh", x, { mapped(x) { Vector.tanh($0, into: $1) } }, { Kernels.tanh($0) }, { Glibc.tanh($0) })

    _ = each("Philox words in bulk", beside: ["numpy Philox words"]) { words.withUnsafeMutableBufferPointer { stream.bits(into: $0) } }
    _ = each("uniform numbers in bulk", beside: ["numpy uniforms"]) { stream.uniforms(into: &y) }
    _ = each("normal numbers in bulk", beside: ["numpy normals"]) { stream.normals(into: &y) }
    _ = each("normal numbers one by one") { for i in 0..<count { y[i] = stream.normal() } }
    _ = each("gamma numbers, shape 2.5", beside: ["numpy gamma"]) { for i in 0..<count { y[i] = stream.gamma(shape: 2.5) } }
    _ = each("sum", beside: ["numpy sum"]) { kept += Vector.sum(x) }
    _ = each("dot", beside: ["numpy dot"]) { kept += Vector.dot(x, positive) }
    _ = each("log-sum-exp") { kept += Vector.logSumExp(x) }

    let outcomes = 100_000
    let features = stream.normals(count: 4 * outcomes)
    let weights = stream.uniforms(count: outcomes)
    let moments = time { kept += Vector.weightedMoments(weights, rows: features, count: 4).gram[3] }
    list.append(Measurement(name: "moments and Gram matrix, 1e5 outcomes x 4", seconds: moments, peers: ["numpy moments and Gram matrix"]))
    precondition(!kept.isNaN)
    return list
}
