import Foundation
import FuzzTargets
import Testing

/// The inputs that the fuzzer found worth keeping, again: none may end the process, and each is answered in time.
@Suite struct `Inputs that the fuzzer kept` {
    private static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("FuzzCorpus")

    @Test(arguments: FuzzTarget.allCases) func `are answered`(target: FuzzTarget) throws {
        let folder = Self.corpus.appendingPathComponent(target.rawValue)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names.count >= 5, "\(target.rawValue) has no corpus")
        for name in names { target.take(Array(try Data(contentsOf: folder.appendingPathComponent(name)))) }
    }
}
