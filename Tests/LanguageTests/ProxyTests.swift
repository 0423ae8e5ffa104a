import Engine
import Foundation
import TerminalDriver
import Testing

@testable import Language

/// Proxies from the environment, as the built program obeys them, and streams that come in the worst of pieces.
@Suite(.timeLimit(.minutes(5))) struct ProxyTests {
    private func run(_ environment: [String: String]) throws -> ProgramRun {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("workbench-proxy-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try runProgram(
            [
                "timeout", "60", builtProgram("workbench").path, "run", "language.iterate", "--set", "provider=openai", "--set",
                "iterations=1", "--set", "retries=0", "--json",
            ], environment: ["HOME": folder.path, "XDG_STATE_HOME": folder.path, "LANG": "C.UTF-8"].merging(environment) { $1 })
    }

    @Test(arguments: ["http_proxy", "ALL_PROXY"]) func `an endpoint is reached through the proxy`(variable: String) throws {
        let proxy = try LoopbackServer { _, _ in Served.reply("by a proxy") }
        let address = "http://127.0.0.1:\(proxy.port)"
        let done = try run([variable: address, "OPENAI_BASE_URL": "http://models.invalid/v1"])
        #expect(done.status == 0, "\(done.errors)")
        // The proxy is given the whole address.
        #expect(proxy.requests.map(\.line) == ["POST http://models.invalid/v1/chat/completions HTTP/1.1"])
    }

    @Test func `a secure endpoint is asked for by CONNECT`() throws {
        let proxy = try LoopbackServer { _, _ in [Served.whole("403 Forbidden", "not through here")] }
        let done = try run([
            "https_proxy": "http://127.0.0.1:\(proxy.port)", "OPENAI_BASE_URL": "https://models.invalid/v1",
            "OPENAI_API_KEY": "sk-secret-123456",
        ])
        #expect(done.status == 1)
        #expect(proxy.requests.first?.line == "CONNECT models.invalid:443 HTTP/1.1")
        // What is for the endpoint is not shown to the proxy.
        #expect(proxy.requests.allSatisfy { $0.headers["authorization"] == nil })
        #expect(!done.errors.contains("secret"))
    }

    @Test func `this machine and what no_proxy names are reached without it`() throws {
        let proxy = try LoopbackServer { _, _ in Served.reply("by a proxy") }
        let server = try LoopbackServer { _, _ in Served.reply("directly") }
        let address = "http://127.0.0.1:\(proxy.port)"
        let here = try run(["http_proxy": address, "OPENAI_BASE_URL": server.base])
        #expect(here.status == 0 && server.requests.count == 1, "\(here.errors)")
        let elsewhere = try run(["http_proxy": address, "no_proxy": "models.invalid", "OPENAI_BASE_URL": "http://models.invalid/v1"])
        #expect(elsewhere.status == 1 && elsewhere.errors.contains("no server answers at http://models.invalid/v1"), "\(elsewhere.errors)")
        #expect(proxy.requests.isEmpty)
    }

    private func perform(_ actions: [LoopbackServer.Action]) async throws -> Answer.Body {
        let server = try LoopbackServer { _, _ in actions }
        let provider = OpenAIProvider(environment: ["OPENAI_BASE_URL": server.base])
        let chat = ChatRequest(model: "m", messages: [.init(role: "user", content: "Hello")], retries: 0)
        return await provider.perform(Request(id: 1, provider: "openai", body: .chat(chat))) { _ in }.body
    }

    @Test func `a stream of single bytes is the same reply`() async throws {
        let bytes = Served.reply("naïve 🌍 ", "日本語").flatMap { action -> [UInt8] in
            if case .send(let bytes) = action { bytes } else { [] }
        }
        guard case .chat(let reply) = try await perform(bytes.map { .send([$0]) }) else { throw UserError("no reply") }
        #expect(reply.text == "naïve 🌍 日本語" && reply.completionTokens == 7)
    }

    @Test func `a line without end is given up`() async throws {
        let piece = [UInt8](repeating: 0x78, count: 1_000_000)
        let line = [Served.streamHead, .text("data: ")] + (0..<18).map { _ in LoopbackServer.Action.send(piece) }
        #expect(try await perform(line) == .failure("the server sent a line of more than 16 MB"))
    }

    @Test func `an answer of megabytes that is no stream is read or given up`() async throws {
        let long = String(repeating: "many words ", count: 200_000)
        let body = #"{"choices":[{"message":{"content":"\#(long)"},"finish_reason":"stop"}]}"#
        guard case .chat(let reply) = try await perform([Served.whole("200 OK", body)]) else { throw UserError("no reply") }
        #expect(reply.text == long)
    }
}
