import CKernels
import Foundation
import Kernels
import Testing

@Suite struct RandomStreamTests {
    /// Random123's kat_vectors, philox4x32 with 10 rounds: counter, key, expected.
    @Test(
        arguments: [
            ([0, 0, 0, 0], [0, 0], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
            (
                [0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff], [0xffff_ffff, 0xffff_ffff],
                [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
            ),
            (
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
                [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
            ),
        ] as [([UInt64], [UInt64], [UInt64])])
    func `Philox gives the published known answers`(counter: [UInt64], key: [UInt64], expected: [UInt64]) {
        let words = wb_philox(key[0] | key[1] << 32, counter[0] | counter[1] << 32, counter[2] | counter[3] << 32)
        #expect([words.first & 0xffff_ffff, words.first >> 32, words.second & 0xffff_ffff, words.second >> 32] == expected)
    }

    @Test func `bulk draws are the draws one by one, wherever they start`() {
        for skip in [0, 1, 2, 7] {
            for count in [0, 1, 2, 3, 15, 16, 17, 255, 256, 257, 1000] {
                var one = RandomStream(seed: 42, purpose: "bulk", chain: 3)
                for _ in 0..<skip { _ = one.bits() }
                var bulk = one
                let normals = bulk.normals(count: count)
                let uniforms = bulk.uniforms(count: count)
                var words = [UInt64](repeating: 0, count: count)
                words.withUnsafeMutableBufferPointer { bulk.bits(into: $0) }
                #expect(normals.map(\.bitPattern) == (0..<count).map { _ in one.normal().bitPattern })
                #expect(uniforms == (0..<count).map { _ in one.uniform() })
                #expect(words == (0..<count).map { _ in one.bits() })
                #expect(one == bulk)
                #expect(one.bits() == bulk.bits())
            }
        }
    }

    @Test func `a stream decoded goes on as the one encoded`() throws {
        for taken in [0, 1, 2, 5] {
            var stream = RandomStream(seed: .max, purpose: "checkpoint", chain: -1)
            for _ in 0..<taken { _ = stream.normal() }
            let data = try JSONEncoder().encode(stream)
            #expect(data.count < 70)
            var copy = try JSONDecoder().decode(RandomStream.self, from: data)
            #expect(copy == stream)
            for _ in 0..<5 { #expect(copy.bits() == stream.bits()) }
            #expect(copy.gamma(shape: 2.5) == stream.gamma(shape: 2.5))
        }
    }

    @Test func `a stream read ahead gives the same draws, and is encoded as the stream where it stands`() throws {
        for start in [UInt64(0), 1, 255, 256] {
            var plain = RandomStream(seed: 5, purpose: "ahead", chain: 3)
            plain.seek(to: start)
            var ahead = BufferedStream(plain)
            #expect(try JSONEncoder().encode(ahead) == JSONEncoder().encode(plain))
            for n in 1...1000 {
                #expect(ahead.bits() == plain.bits())
                #expect(ahead.integer(below: n) == plain.integer(below: n))
                #expect(ahead.unbuffered == plain)
            }
            var again = try JSONDecoder().decode(BufferedStream.self, from: JSONEncoder().encode(ahead))
            #expect(again.bits() == plain.bits())
        }
    }

    @Test func `seeking gives what counting there would`() {
        var walked = RandomStream(seed: 1, purpose: "seek")
        let start = walked
        for n in 0..<20 {
            var sought = start
            sought.seek(to: UInt64(n))
            #expect(sought.position == UInt64(n))
            #expect(sought.bits() == walked.bits())
        }
    }

    @Test func `seed, purpose and chain each make another stream`() {
        var seen = Set<UInt64>()
        for seed in 0..<4 as Range<UInt64> {
            for purpose in ["", "a", "b", "noise", "minibatch"] {
                for chain in 0..<4 {
                    var stream = RandomStream(seed: seed, purpose: purpose, chain: chain)
                    for _ in 0..<4 { seen.insert(stream.bits()) }
                }
            }
        }
        #expect(seen.count == 4 * 5 * 4 * 4)
    }

    @Test func `the least and the greatest word stay inside the open interval`() {
        #expect(wb_uniform(0) == 0x1p-53)
        #expect(wb_uniform(.max) == 1 - 0x1p-53)
        #expect(normalQuantile(wb_uniform(0)) == -normalQuantile(wb_uniform(.max)))
        #expect(abs(normalQuantile(wb_uniform(0))) < 8.21)
    }

    @Test func `integers below one are zero, and every residue is reached`() {
        var stream = RandomStream(seed: 5, purpose: "integers")
        #expect((0..<10).allSatisfy { _ in stream.integer(below: 1) == 0 })
        #expect(Set((0..<200).map { _ in stream.integer(below: 7) }) == Set(0..<7))
        #expect((0..<100).allSatisfy { _ in (0..<Int.max).contains(stream.integer(below: .max)) })
    }

    @Test func `a uniform number stays between its bounds, however wide`() {
        var stream = RandomStream(seed: 5, purpose: "bounds")
        let wide = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
        for _ in 0..<100 { #expect(wide.contains(stream.uniform(in: wide))) }
        #expect(stream.uniform(in: 3...3) == 3)
    }

    @Test func `a permutation holds each index once and a shuffle of nothing is nothing`() {
        var stream = RandomStream(seed: 5, purpose: "shuffle")
        #expect(stream.permutation(100).sorted() == Array(0..<100))
        #expect(stream.permutation(0) == [])
    }
}
