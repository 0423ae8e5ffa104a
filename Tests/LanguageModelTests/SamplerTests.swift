import Kernels
import LanguageModel
import Testing

@Suite struct SamplerTests {
    /// Probabilities 0.4, 0.3, 0.2, 0.1 at the places 2, 0, 3, 1.
    static let logits = [0.3, 0.1, 0.4, 0.2].map { Float(Kernels.log($0)) }

    private func candidates(_ change: (inout Sampling) -> Void) -> [Candidate] {
        var sampling = Sampling()
        sampling.temperature = 1
        change(&sampling)
        return Sampler.candidates(Self.logits, sampling)
    }

    private func expect(_ got: [Candidate], _ ids: [Int], _ probabilities: [Double], _ location: SourceLocation = #_sourceLocation) {
        #expect(got.map(\.id) == ids, sourceLocation: location)
        for (got, want) in zip(got, probabilities) { #expect(abs(got.probability - want) < 1e-7, sourceLocation: location) }
    }

    @Test func `temperature, top-k, top-p and min-p leave what their definitions say`() {
        expect(candidates { $0.temperature = 0 }, [2], [1])
        expect(candidates { _ in }, [0, 1, 2, 3], [0.3, 0.1, 0.4, 0.2])
        // Probabilities to the power of two, over their sum 0.3.
        expect(candidates { $0.temperature = 0.5 }, [0, 1, 2, 3], [0.3, 1 / 30.0, 16 / 30.0, 4 / 30.0])
        expect(candidates { $0.topK = 2 }, [2, 0], [4 / 7.0, 3 / 7.0])
        expect(candidates { $0.topP = 0.65 }, [2, 0], [4 / 7.0, 3 / 7.0])
        expect(candidates { $0.topP = 0.75 }, [2, 0, 3], [4 / 9.0, 3 / 9.0, 2 / 9.0])
        expect(candidates { $0.minP = 0.45 }, [2, 0, 3], [4 / 9.0, 3 / 9.0, 2 / 9.0])
        expect(candidates { $0.topK = 9 }, [0, 1, 2, 3], [0.3, 0.1, 0.4, 0.2])
        // After top-k 3 the masses are 4, 3, 2 ninths: 0.7 of them needs two.
        expect(candidates { ($0.topK, $0.topP) = (3, 0.7) }, [2, 0], [4 / 7.0, 3 / 7.0])
        #expect(candidates { $0.topP = 1e-9 }.map(\.id) == [2])
    }

    @Test func `equally likely tokens are ordered by their ids`() {
        var sampling = Sampling()
        (sampling.temperature, sampling.topK) = (1, 3)
        #expect(Sampler.candidates([1, 1, 1, 1, 1], sampling).map(\.id) == [0, 1, 2])
        sampling.temperature = 0
        #expect(Sampler.candidates([1, 2, 2], sampling).map(\.id) == [1])
    }

    @Test func `choices come as often as they should, and again with the same seed`() {
        var sampling = Sampling()
        sampling.temperature = 1
        var (sampler, again) = (Sampler(sampling, seed: 3), Sampler(sampling, seed: 3))
        var counts = [0.0, 0, 0, 0]
        for _ in 0..<4000 {
            let id = sampler.choose(Self.logits, recent: [])
            #expect(again.choose(Self.logits, recent: []) == id)
            counts[id] += 1
        }
        let expected = [1200.0, 400, 1600, 800]
        // 16.3 is the 0.999 quantile of chi-square with 3 degrees of freedom.
        #expect(zip(counts, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) / $1.1 } < 16.3)
        var other = Sampler(sampling, seed: 4)
        #expect((0..<50).map { _ in other.choose(Self.logits, recent: []) } != (0..<50).map { _ in again.choose(Self.logits, recent: []) })
    }

    @Test func `the penalty weakens what was said lately`() {
        var sampling = Sampling()
        sampling.repetitionPenalty = 1.5
        var sampler = Sampler(sampling, seed: 0)
        #expect(sampler.choose([2, 3, -1], recent: []) == 1)
        #expect(sampler.choose([2.1, 3, -1], recent: [1]) == 0)
        #expect(sampler.choose([-1, -1.4, -9], recent: [0, 0]) == 1)
        // What is more than 64 tokens back is forgotten.
        #expect(sampler.choose([2.1, 3, -1], recent: [1] + [Int](repeating: 2, count: 64)) == 1)
    }
}
