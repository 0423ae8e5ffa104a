import Foundation
import Testing

@testable import Language

/// What the transport promises, against servers and connections that keep to nothing.
///
/// Several of these answers end a program that uses FoundationNetworking's URLSession (Swift 6.3.1): a head cut short and a chunked
/// body with a trailer in NativeProtocol.swift, a redirect to `//[::1]/` in HTTPURLProtocol.swift, each by `fatalError`.
@Suite(.timeLimit(.minutes(5))) struct HTTPExchangeTests {
    /// What one exchange came to.
    private struct Exchange: Equatable {
        var status: Int?
        var headers: [String: String] = [:]
        var body: [UInt8] = []
        var failure: HTTPFailure?
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    private func exchange(_ address: String, body: Data? = nil, timeout: Double = 60) async -> Exchange {
        var result = Exchange()
        do {
            let request = HTTPRequest(address: address, body: body, isLoopback: address.contains("127.0.0.1"))
            for try await arrival in HTTPClient(timeout: timeout).open(request) {
                switch arrival {
                case .head(let status, let headers):
                    #expect(result.status == nil && result.body.isEmpty, "one head, before the body")
                    (result.status, result.headers) = (status, headers)
                case .bytes(let bytes): result.body += bytes
                }
            }
        } catch let failure as HTTPFailure { result.failure = failure } catch { Issue.record("\(error)") }
        return result
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length:2\r\nX-Empty:\r\nX-Blank:  \r\n\r\nok",
        "HTTP/1.1 200 \r\ncontent-length: 2\r\n\r\nok",
        "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nX-Folded: one\r\n two\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1;name=value\r\nk\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n",
        "HTTP/1.0 200 OK\r\n\r\nok",
        "HTTP/1.1 200 OK\r\n\r\nok",
    ])
    func `an answer is the same however its server writes it`(answer: String) async throws {
        let server = try LoopbackServer { _, _ in [.text(answer)] }
        let got = await exchange(server.base)
        #expect(got.status == 200 && got.text == "ok" && got.failure == nil, "\(got)")
        #expect(
            !got.headers.keys.contains { $0 == "link" || $0 == "x-sum" }, "neither what came before the head nor what came after the body")
    }

    @Test func `a header in Latin letters of old is no failure`() async throws {
        let head = Array("HTTP/1.1 200 OK\r\nX-Name: caf".utf8) + [0xE9] + Array("\r\nContent-Length: 2\r\n\r\nok".utf8)
        let server = try LoopbackServer { _, _ in [.send(head)] }
        let got = await exchange(server.base)
        #expect(got.status == 200 && got.text == "ok" && got.failure == nil, "\(got)")
    }

    @Test(arguments: [
        "", "HTTP/1.1 20", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Type: text/pl",
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n", "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n",
    ])
    func `an answer cut within its head is a lost connection`(start: String) async throws {
        let server = try LoopbackServer { _, _ in [.text(start)] }
        #expect(await exchange(server.base) == Exchange(failure: .lost))
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nok", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nok",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum",
    ])
    func `a body cut in the middle is a lost connection, after what came of it`(start: String) async throws {
        let server = try LoopbackServer { _, _ in [.text(start)] }
        let got = await exchange(server.base)
        #expect(got.status == 200 && got.text == "ok" && got.failure == .lost, "\(got)")
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nok"])
    func `a connection that the server resets is a lost one`(start: String) async throws {
        let server = try LoopbackServer { _, _ in [.text(start), .reset] }
        #expect(await exchange(server.base).failure == .lost)
    }

    @Test func `what is not HTTP is a failure`() async throws {
        for text in ["SSH-2.0-OpenSSH_9\r\n", "hello there", "HTTP/1.1 200 OK\r\nrubbish\r\n\r\nok", "\0\0\0\0\0"] {
            let server = try LoopbackServer { _, _ in [.text(text)] }
            #expect(await exchange(server.base).failure != nil, "\(text)")
        }
    }

    @Test func `a refused connection and an unknown host are unreachable`() async throws {
        #expect(await exchange("http://127.0.0.1:\(try LoopbackServer.closedPort())/v1") == Exchange(failure: .unreachable))
        #expect(await exchange("http://models.invalid/v1") == Exchange(failure: .unreachable))
    }

    @Test func `a server without TLS is no secure connection`() async throws {
        for actions in [[], [Served.whole("400 Bad Request", "plain HTTP here")]] {
            let server = try LoopbackServer(readsRequests: false) { _, _ in actions }
            #expect(await exchange("https://127.0.0.1:\(server.port)/v1") == Exchange(failure: .insecure))
        }
    }

    @Test(arguments: ["Basic realm=\"models\"", "Digest realm=\"models\", nonce=\"1\"", "Bearer", "Negotiate", "Basic"])
    func `a refusal that asks for credentials ends as any other answer`(scheme: String) async throws {
        let server = try LoopbackServer { _, _ in
            [Served.whole("401 Unauthorized", "no", headers: "WWW-Authenticate: \(scheme)\r\n")]
        }
        let got = await exchange(server.base, body: Data("{}".utf8))
        #expect(got.status == 401 && got.text == "no" && got.failure == nil && server.requests.count == 1, "\(got)")
    }

    @Test(arguments: ["/elsewhere", "//[::1]/x", "//a%20b/x", "//:99/x", "http:", "", "file:///etc/passwd", "#\u{e9} x?%"])
    func `a redirect is the answer, wherever it leads`(place: String) async throws {
        for status in [301, 302, 303, 307, 308] {
            let server = try LoopbackServer { _, _ in [Served.whole("\(status) Elsewhere", "no", headers: "Location: \(place)\r\n")] }
            let got = await exchange(server.base, body: Data("{}".utf8))
            #expect(got.status == status && got.text == "no" && got.failure == nil, "\(got)")
            #expect(got.headers["location"] == place && server.requests.count == 1)
        }
    }

    @Test func `nothing is kept from one request for the next`() async throws {
        let server = try LoopbackServer { number, _ in
            [Served.whole("200 OK", "\(number)", headers: "Set-Cookie: a=\(number)\r\nCache-Control: max-age=600\r\nETag: \"x\"\r\n")]
        }
        for number in 0..<5 { #expect(await exchange(server.base).text == "\(number)") }
        #expect(server.requests.allSatisfy { $0.headers["cookie"] == nil && $0.headers["if-none-match"] == nil })
    }

    @Test func `a name and password in the address are sent as Basic credentials`() async throws {
        let server = try LoopbackServer { _, _ in [Served.whole("200 OK", "ok")] }
        let got = await exchange("http://me:se%40cret@127.0.0.1:\(server.port)/v1")
        #expect(got.text == "ok")
        #expect(server.requests.first?.headers["authorization"] == "Basic " + Data("me:se@cret".utf8).base64EncodedString())
    }

    @Test func `a body of megabytes is sent whole and waits for no permission`() async throws {
        let server = try LoopbackServer { _, request in [Served.whole("200 OK", "\(request.body.count)")] }
        let body = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
        let got = await exchange(server.base, body: body)
        #expect(got.text == "3000000")
        let request = try #require(server.requests.first)
        #expect(request.headers["expect"] == nil && request.body == Array(body))
    }

    @Test func `a header of a hundred kilobytes is read, and one beyond all bounds is a failure`() async throws {
        let long = String(repeating: "a", count: 90_000)
        let server = try LoopbackServer { number, _ in
            let start: [LoopbackServer.Action] = [.text("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n")]
            let end: [LoopbackServer.Action] = [.text("\r\nok")]
            switch number {
            case 0: return start + [.text("X-Long: \(long)\r\n")] + end
            case 1: return start + [.text("X-Long: \(long)\(long)\(long)\r\n")] + end
            default: return start + (0..<1000).map { .text("X-\($0): \(long)\r\n") } + end
            }
        }
        let read = await exchange(server.base)
        #expect(read.text == "ok" && read.headers["x-long"] == long)
        for _ in 0..<2 { #expect(await exchange(server.base).failure != nil) }
    }

    @Test func `a stream may take longer than the limit, which is for silence`() async throws {
        let pieces = (0..<6).flatMap { [LoopbackServer.Action.pause(0.5), .text("\($0)")] }
        let server = try LoopbackServer { _, _ in [Served.streamHead] + pieces }
        let got = await exchange(server.base, timeout: 2)
        #expect(got.text == "012345" && got.failure == nil, "\(got)")
    }

    @Test func `silence in the middle of a stream runs into the limit, and the connection is closed`() async throws {
        let server = try LoopbackServer { _, _ in [Served.streamHead, .text("so"), .hold] }
        let got = await exchange(server.base, timeout: 1)
        #expect(got.text == "so" && got.failure == .timedOut, "\(got)")
        await server.heldConnectionClosed()
    }

    @Test func `a request stopped before its answer closes its connection`() async throws {
        let server = try LoopbackServer { _, _ in [.hold] }
        let task = Task { await exchange(server.base) }
        while server.requests.isEmpty { await Task.yield() }
        task.cancel()
        #expect(await task.value == Exchange(), "neither an answer nor a failure")
        await server.heldConnectionClosed()
    }

    @Test func `leaving the stream closes the connection`() async throws {
        let server = try LoopbackServer { _, _ in [Served.streamHead, .text("enough"), .hold] }
        for try await case .bytes in HTTPClient(timeout: 60).open(HTTPRequest(address: server.base, isLoopback: true)) { break }
        await server.heldConnectionClosed()
    }

    @Test func `requests of every kind at once each come to their own end`() async throws {
        let server = try LoopbackServer { _, request in
            let number = Int(request.line.split(separator: " ")[1].split(separator: "/").last ?? "") ?? -1
            switch number % 5 {
            case 0: return [Served.whole("200 OK", "\(number)")]
            case 1: return [Served.streamHead, .text("\(number)")]
            case 2: return [.text("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n\(number)")]
            case 3: return [.text("HTTP/1.1 200 OK\r\n")]
            default:
                return [
                    .text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n"), .text("\(1000 + number)\r\n0\r\nX: y\r\n\r\n"),
                ]
            }
        }
        let ends = await withTaskGroup(of: (Int, Exchange).self) { group in
            for number in 0..<200 { group.addTask { (number, await exchange("\(server.base)/\(number)")) } }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        for number in 0..<200 {
            let end = try #require(ends[number])
            #expect(end.failure == ([2, 3].contains(number % 5) ? .lost : nil), "\(number): \(end)")
            #expect(end.text == (number % 5 == 3 ? "" : "\(number % 5 == 4 ? 1000 + number : number)"), "\(number)")
        }
    }
}
