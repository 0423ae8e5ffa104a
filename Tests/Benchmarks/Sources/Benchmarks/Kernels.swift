import Kernels
import PlainC

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

    func perElement(_ body: () -> Void) -> Double { time(rounds: 15) { for _ in 0..<rounds { body() } } / Double(rounds * count) }
    func each(_ name: String, beside peers: [String] = [], aimedRatio: Double? = nil, _ body: () -> Void) {
        let seconds = perElement(body)
        list.append(
            Measurement(
                name: name, seconds: seconds, note: "an element; \(millions(1, seconds)) M/s", peers: peers, aimedRatio: aimedRatio))
    }
    func besideLibrary(
        _ name: String, _ input: [Double], aimedRatio: Double? = nil,
        _ ours: (UnsafeBufferPointer<Double>, UnsafeMutableBufferPointer<Double>) -> Void,
        _ library: (UnsafePointer<Double>?, UnsafeMutablePointer<Double>?, Int) -> Void
    ) {
        input.withUnsafeBufferPointer { input in
            y.withUnsafeMutableBufferPointer { y in
                list.append(.peer("C library \(name), a loop", perElement { library(input.baseAddress, y.baseAddress, count) }))
                each("\(name) (\(instructionSet))", beside: ["C library \(name), a loop", "numpy \(name)"], aimedRatio: aimedRatio) {
                    ours(input, y)
                }
            }
        }
    }
    besideLibrary("exp", x, aimedRatio: 3, { Vector.exp($0, into: $1) }, plain_exp)
    besideLibrary("expm1", x, { Vector.expm1($0, into: $1) }, plain_expm1)
    besideLibrary("log", positive, { Vector.log($0, into: $1) }, plain_log)
    besideLibrary("log1p", positive, { Vector.log1p($0, into: $1) }, plain_log1p)
    besideLibrary("sin", x, { Vector.sin($0, into: $1) }, plain_sin)
    besideLibrary("cos", x, { Vector.cos($0, into: $1) }, plain_cos)
    besideLibrary("tanh", x, { Vector.tanh($0, into: $1) }, plain_tanh)
    // There is no vector form of pow: one call an element on both sides.
    besideLibrary("pow", positive, { for i in $0.indices { $1[i] = pow($0[i], 1.7) } }, plain_pow)

    each("Philox words in bulk", beside: ["numpy Philox words"]) { words.withUnsafeMutableBufferPointer { stream.bits(into: $0) } }
    each("uniform numbers in bulk", beside: ["numpy uniforms"]) { stream.uniforms(into: &y) }
    each("normal numbers in bulk", beside: ["numpy normals"]) { stream.normals(into: &y) }
    each("normal numbers one by one") { for i in 0..<count { y[i] = stream.normal() } }
    each("gamma numbers, shape 2.5", beside: ["numpy gamma"]) { for i in 0..<count { y[i] = stream.gamma(shape: 2.5) } }
    each("sum", beside: ["numpy sum"]) { kept += Vector.sum(x) }
    each("dot", beside: ["numpy dot"]) { kept += Vector.dot(x, positive) }
    each("log-sum-exp") { kept += Vector.logSumExp(x) }

    let outcomes = 100_000
    let features = stream.normals(count: 4 * outcomes)
    let weights = stream.uniforms(count: outcomes)
    let moments = time { kept += Vector.weightedMoments(weights, rows: features, count: 4).gram[3] }
    list.append(Measurement(name: "moments and Gram matrix, 1e5 outcomes x 4", seconds: moments, peers: ["numpy moments and Gram matrix"]))
    precondition(!kept.isNaN)
    return list
}
