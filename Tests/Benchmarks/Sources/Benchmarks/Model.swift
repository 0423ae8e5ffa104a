import Foundation
import LanguageModel

/// One side of a comparison that `model.py` makes: reads a prompt, or generates, whenever a line on standard input says so.
///
/// The two sides run in turn, each waiting while the other works, so that what else the machine does falls on both alike.
/// Usage: `Benchmarks model FILE THREADS [exact]`; answers are JSON lines.
func modelWorker(_ arguments: [String]) throws {
    let isExact = arguments.last == "exact"
    guard arguments.count == (isExact ? 3 : 2), let threads = Int(arguments[1]) else {
        FileHandle.standardError.write(Data("usage: Benchmarks model FILE THREADS [exact]\n".utf8))
        exit(2)
    }
    let clock = ContinuousClock()
    func seconds(_ body: () throws -> Void) rethrows -> Double {
        let elapsed = try clock.measure(body)
        return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
    }
    func say(_ line: [String: Any]) throws {
        FileHandle.standardOutput.write(try JSONSerialization.data(withJSONObject: line, options: [.sortedKeys]) + Data("\n".utf8))
    }

    var made: LlamaContext?
    let load = try seconds {
        made = try LlamaContext(LlamaModel(path: arguments[0]), capacity: 2048, threads: threads, isExact: isExact)
    }
    guard let context = made else { return }
    try say(["load": load])
    while let line = readLine() {
        let words = line.split(separator: " ")
        guard let count = words.last.flatMap({ Int($0) }) else { continue }
        var spent = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent)
        let before = Double(spent.tv_sec) + Double(spent.tv_nsec) * 1e-9
        var elapsed = 0.0
        switch words[0] {
        case "prompt":
            // Any tokens do: what is measured does not depend on them.
            let prompt = (0..<count).map { ($0 * 7919) % 40_000 + 100 }
            context.keep(0)
            elapsed = try seconds { _ = try context.read(prompt) }
        case "generate":
            // As the program does: each token is the likeliest, chosen by the sampler, and read next.
            var sampler = Sampler(Sampling(), seed: 1)
            var id = 100
            elapsed = try seconds { for _ in 0..<count { id = sampler.choose(try context.read(next: id), recent: []) } }
        default: continue
        }
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent)
        let after = Double(spent.tv_sec) + Double(spent.tv_nsec) * 1e-9
        try say(["seconds": elapsed, "processor": after - before])
    }
}
