import Foundation
import Kernels
import Statistics
import Testing

/// Values made by Tests/References/statistics/diagnostics.py with ArviZ 0.23.4.
private struct Reference: Decodable {
    struct Case: Decodable {
        var name: String
        var draws: [[Double?]]
        var rhat, essBulk, essTail, essMean, essSd, essQ10, mcseMean, mcseSd: Number?
        var chains: [[Double]] { draws.map { $0.map { $0 ?? .nan } } }
    }
    /// A number, or "inf".
    struct Number: Decodable {
        var value: Double
        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            value = (try? container.decode(Double.self)) ?? .infinity
        }
    }
    var cases: [Case]
    var energies: [[Double]]
    var bfmi: [Double]
    var chain: [Double]
    var autocorrelation: [Double]

    static func load() throws -> Reference {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../References/statistics/diagnostics.json")
        return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
    }
}

private func agrees(_ got: Double?, _ want: Double?) -> Bool {
    guard let got, let want else { return got == nil && want == nil }
    if want.isInfinite { return got == want }
    return abs(got - want) <= 1e-8 * max(1, abs(want))
}

@Suite struct `Convergence diagnostics` {
    @Test func `every diagnostic equals ArviZ to 1e-8`() throws {
        let reference = try Reference.load()
        #expect(reference.cases.count == 23)
        for item in reference.cases {
            let chains = item.chains
            #expect(agrees(Diagnostics.rhat(chains), item.rhat?.value), "rhat, \(item.name)")
            #expect(agrees(Diagnostics.essBulk(chains), item.essBulk?.value), "essBulk, \(item.name)")
            #expect(agrees(Diagnostics.essTail(chains), item.essTail?.value), "essTail, \(item.name)")
            #expect(agrees(Diagnostics.essMean(chains), item.essMean?.value), "essMean, \(item.name)")
            #expect(agrees(Diagnostics.essSd(chains), item.essSd?.value), "essSd, \(item.name)")
            #expect(agrees(Diagnostics.essQuantile(chains, 0.1), item.essQ10?.value), "essQ10, \(item.name)")
            #expect(agrees(Diagnostics.mcseMean(chains), item.mcseMean?.value), "mcseMean, \(item.name)")
            #expect(agrees(Diagnostics.mcseSd(chains), item.mcseSd?.value), "mcseSd, \(item.name)")
        }
    }

    @Test func `the summary repeats the single diagnostics`() throws {
        for item in try Reference.load().cases {
            let chains = item.chains
            let summary = Diagnostics.summary(chains)
            #expect(summary.rhat == Diagnostics.rhat(chains))
            #expect(summary.essBulk == Diagnostics.essBulk(chains))
            #expect(summary.essTail == Diagnostics.essTail(chains))
            #expect(summary.mcseMean == Diagnostics.mcseMean(chains))
            #expect(summary.mcseSd == Diagnostics.mcseSd(chains))
        }
    }

    @Test func `the energy fraction and the autocorrelation equal ArviZ`() throws {
        let reference = try Reference.load()
        for (energies, want) in zip(reference.energies, reference.bfmi) {
            #expect(agrees(Diagnostics.energyFraction(energies), want))
        }
        let got = Diagnostics.autocorrelation(reference.chain, maximumLag: 19)
        #expect(got.count == 20)
        for (a, b) in zip(got, reference.autocorrelation) { #expect(abs(a - b) < 1e-12) }
    }

    @Test func `what cannot be diagnosed gives nothing instead of a trap`() {
        #expect(Diagnostics.rhat([]) == nil)
        #expect(Diagnostics.rhat([[]]) == nil)
        #expect(Diagnostics.essBulk([[1, 2, 3]]) == nil)
        #expect(Diagnostics.essBulk([[1, 2, 3, 4], [1, 2, 3, 4, 5]]) == nil)
        #expect(Diagnostics.rhat([[1, 2, 3, 4]]) == nil)
        #expect(Diagnostics.energyFraction([1, 1, 1, 1]) == nil)
        #expect(Diagnostics.autocorrelation([2], maximumLag: 3) == [])
        #expect(Diagnostics.summary([]).mean == nil)
        #expect(Diagnostics.summary([[7]]).mean == 7)
        #expect(Diagnostics.summary([[7]]).sd == nil)
        let unbounded = Diagnostics.summary([[1, .infinity, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6]])
        #expect(unbounded.mean == .infinity)
        #expect(unbounded.essBulk != nil)
    }

    @Test func `R-hat and bulk ESS do not change under a monotone transformation`() {
        var stream = RandomStream(seed: 7, purpose: "diagnostics")
        let chains = (0..<4).map { _ in (0..<50).map { _ in stream.normal() } }
        let cubed = chains.map { $0.map { 3 * $0 * $0 * $0 + 1 } }
        #expect(Diagnostics.essBulk(chains) == Diagnostics.essBulk(cubed))
    }
}

@Suite struct `Quantiles and ranks` {
    @Test func `quantiles interpolate as NumPy's default does`() {
        // numpy.quantile([3, 1, 4, 1, 5, 9, 2, 6], [0, .05, .25, .5, .9, 1])
        let want = [1.0, 1.0, 1.75, 3.5, 6.9, 9.0]
        let got = quantiles([3, 1, 4, 1, 5, 9, 2, 6], [0, 0.05, 0.25, 0.5, 0.9, 1])
        for (a, b) in zip(got ?? [], want) { #expect(abs(a - b) < 1e-12) }
        #expect(quantiles([], [0.5]) == nil)
        #expect(quantiles([.nan], [0.5]) == nil)
        #expect(quantiles([2], [0.3]) == [2])
        #expect(quantile(sorted: [1, 2], 1.5) == nil)
    }

    @Test func `an infinite neighbour that is not needed does not make a quantile NaN`() {
        #expect(quantile(sorted: [1, 2, .infinity], 0.5) == 2)
    }

    @Test func `ties share the average of their ranks`() {
        #expect(averageRanks([10, 20, 10, 30]) == [1.5, 3, 1.5, 4])
        #expect(averageRanks([]) == [])
    }
}

@Suite struct `The Fourier transform` {
    @Test func `equals the sum that defines it`() {
        var stream = RandomStream(seed: 3, purpose: "fourier")
        let transform = FourierTransform(atLeast: 27)
        #expect(transform.size == 32)
        let re = (0..<32).map { _ in stream.uniform() - 0.5 }
        let im = (0..<32).map { _ in stream.uniform() - 0.5 }
        var (fr, fi) = (re, im)
        transform.forward(&fr, &fi)
        for k in 0..<32 {
            var (sr, si) = (0.0, 0.0)
            for j in 0..<32 {
                let angle = -2 * Double.pi * Double(j * k) / 32
                sr += re[j] * Kernels.cos(angle) - im[j] * Kernels.sin(angle)
                si += re[j] * Kernels.sin(angle) + im[j] * Kernels.cos(angle)
            }
            #expect(abs(fr[k] - sr) < 1e-13)
            #expect(abs(fi[k] - si) < 1e-13)
        }
    }
}

@Suite struct `Parallel work` {
    @Test func `changes every element once`() {
        var numbers = Array(0..<1000)
        Parallel.forEach(&numbers) { i, n in n = n * 2 + i }
        #expect(numbers == (0..<1000).map { $0 * 3 })
        var none: [Int] = []
        Parallel.forEach(&none) { _, _ in }
        #expect(none.isEmpty)
    }
}
