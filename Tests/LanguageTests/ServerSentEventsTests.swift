import Testing

@testable import Language

/// The payloads of a stream fed in pieces of `size` bytes.
private func payloads(_ text: String, size: Int) throws -> [String] {
    var parser = ServerSentEvents()
    var result: [String] = []
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: size) {
        result += try parser.feed(bytes[start..<min(start + size, bytes.count)])
    }
    if let last = parser.finish() { result.append(last) }
    return result
}

@Suite struct ServerSentEventsTests {
    @Test(arguments: 1...40)
    func `the pieces a stream arrives in do not matter, nor how its lines end`(size: Int) throws {
        let lines = [
            "\u{FEFF}: a comment", "", "data: {\"text\":\"grüße 🌍\"}", "", "event: message", "id: 3", "data:no space", "data:  two", "",
            "", ": keep-alive", "retry: 100", "data", "", "data: [DONE]", "", "",
        ]
        for ending in ["\n", "\r\n", "\r"] {
            #expect(
                try payloads(lines.joined(separator: ending), size: size) == ["{\"text\":\"grüße 🌍\"}", "no space\n two", "", "[DONE]"])
        }
    }

    @Test func `an event that nothing closed is given at the end`() throws {
        #expect(try payloads("data: a\n\ndata: b", size: 3) == ["a", "b"])
        #expect(try payloads("data: a\n\ndata: b\n", size: 3) == ["a", "b"])
        #expect(try payloads("", size: 1) == [])
        #expect(try payloads("\n\n\n", size: 1) == [])
    }

    @Test func `bytes that are no UTF-8 are mended, not fatal`() throws {
        var parser = ServerSentEvents()
        #expect(try parser.feed(Array("data: ".utf8) + [0xFF, 0xC3] + Array("\n\n".utf8)) == ["\u{FFFD}\u{FFFD}"])
    }

    @Test func `a line without end is refused`() {
        var parser = ServerSentEvents(limit: 100)
        #expect(throws: ServerSentEvents.Overflow(limit: 100)) { try parser.feed([UInt8](repeating: 0x61, count: 101)) }
        var joined = ServerSentEvents(limit: 100)
        #expect(throws: ServerSentEvents.Overflow(limit: 100)) {
            for _ in 0..<50 { _ = try joined.feed(Array("data: abcdefgh\n".utf8)) }
        }
    }
}
