import Foundation
import Testing

@testable import Engine

@Suite struct InputTests {
    @Test(arguments: [3, 5000]) func `many numbers come back from their encoding to the bit`(count: Int) throws {
        let numbers = PackedFloats((0..<count).map { Float($0 % 17) * -0.37 } + [-.infinity, .leastNonzeroMagnitude, -0.0])
        let data = try JSONEncoder().encode(numbers)
        #expect(try JSONDecoder().decode(PackedFloats.self, from: data).values.map(\.bitPattern) == numbers.values.map(\.bitPattern))
        #expect(count < 100 || data.count < 4 * count)
        var text = String(decoding: data, as: UTF8.self)
        text.replace("\"count\":\(count + 3)", with: "\"count\":\(count + 4)")
        #expect(throws: (any Error).self) { try JSONDecoder().decode(PackedFloats.self, from: Data(text.utf8)) }
    }

    @Test func `several files travel as one input and come apart again`() throws {
        let files = [Input(name: "a b.json", bytes: [1, 10, 0]), Input(name: "c", bytes: []), Input(name: "d", bytes: Array("x\n".utf8))]
        #expect(try Input.joined(files).parts() == files)
        #expect(try Input.joined([files[0]]) == files[0] && files[0].parts() == [files[0]])
        var torn = Input.joined(files)
        torn.bytes.removeLast()
        #expect(throws: UserError.self) { try torn.parts() }
    }

    @Test func `a parameter of files reads them all, and one that is missing is named`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("input-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for name in ["a", "b", "c,d"] { try Data(name.utf8).write(to: URL(fileURLWithPath: folder + "/" + name)) }
        let parameter = Parameter.files("candidates", "", builtins: ["sample"], "Answers")
        let both = try #require(try parameter.input(for: .text("\(folder)/a, \(folder)/b")))
        #expect(try both.parts().map(\.bytes) == [Array("a".utf8), Array("b".utf8)])
        // A comma in a file's name is no list.
        #expect(try parameter.input(for: .text("\(folder)/c,d"))?.bytes == Array("c,d".utf8))
        #expect(try parameter.input(for: .text("sample")) == nil)
        #expect(throws: UserError("candidates: there is no file “\(folder)/x”", parameter: "candidates")) {
            try parameter.input(for: .text("\(folder)/a,\(folder)/x"))
        }
    }
}
