import Foundation
import Glibc
import Synchronization

/// A server on 127.0.0.1 that answers each connection with bytes a test scripted, faults included.
final class LoopbackServer: Sendable {
    /// What is done to one connection, in order; it is closed after the last.
    enum Action: Sendable {
        case send([UInt8])
        /// Keeps the connection open, silent, until the client closes it.
        case hold
        /// Waits some seconds.
        case pause(Double)
        /// Ends the connection at once, what was sent and not yet taken included.
        case reset

        static func text(_ text: String) -> Action { .send(Array(text.utf8)) }
    }

    /// A request as it came.
    struct Request: Sendable {
        var line: String
        var headers: [String: String]
        var body: [UInt8]
    }

    let port: UInt16
    private let socketDescriptor: Int32
    private let state: Mutex<State>

    private struct State {
        var requests: [Request] = []
        var closedByClient = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    /// The requests so far.
    var requests: [Request] { state.withLock { $0.requests } }
    /// How many held connections their clients have closed.
    var closedByClient: Int { state.withLock { $0.closedByClient } }

    /// Waits until a client has closed a held connection.
    func heldConnectionClosed() async {
        await withCheckedContinuation { continuation in
            let isClosed = state.withLock {
                if $0.closedByClient == 0 { $0.waiting.append(continuation) }
                return $0.closedByClient > 0
            }
            if isClosed { continuation.resume() }
        }
    }

    /// Its address, ending in /v1.
    var base: String { "http://127.0.0.1:\(port)/v1" }

    /// Starts a server; `script` gets each request with its number from 0, or nothing of it where no request is waited for.
    init(readsRequests: Bool = true, _ script: @escaping @Sendable (Int, Request) -> [Action]) throws {
        let listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard listening >= 0 else { throw POSIXError(.EIO) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafePointer(to: &address) { $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listening, $0, size) } }
        guard bound == 0, listen(listening, 128) == 0 else { throw POSIXError(.EADDRINUSE) }
        var actual = sockaddr_in()
        var length = size
        _ = withUnsafeMutablePointer(to: &actual) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listening, $0, &length) }
        }
        port = UInt16(bigEndian: actual.sin_port)
        socketDescriptor = listening
        state = Mutex(State())
        Thread.detachNewThread { [weak self] in
            while true {
                let connection = accept(listening, nil, nil)
                if connection < 0 {
                    // Closed here and nowhere else: another server could be given the number while this thread still waits on it.
                    close(listening)
                    return
                }
                Thread.detachNewThread { [weak self] in
                    self?.serve(connection, readsRequests, script)
                    close(connection)
                }
            }
        }
    }

    deinit {
        shutdown(socketDescriptor, Int32(SHUT_RDWR))
    }

    /// A port of 127.0.0.1 where nothing listens.
    static func closedPort() throws -> UInt16 { try LoopbackServer { _, _ in [] }.port }

    private func serve(_ connection: Int32, _ readsRequests: Bool, _ script: (Int, Request) -> [Action]) {
        guard let request = readsRequests ? Self.read(connection) : Request(line: "", headers: [:], body: []) else { return }
        let number = state.withLock {
            $0.requests.append(request)
            return $0.requests.count - 1
        }
        for action in script(number, request) {
            switch action {
            case .send(let bytes):
                var sent = 0
                while sent < bytes.count {
                    let count = bytes.withUnsafeBytes {
                        send(connection, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
                    }
                    if count <= 0 { return }
                    sent += count
                }
            case .hold:
                var byte: UInt8 = 0
                while recv(connection, &byte, 1, 0) > 0 {}
                let waiting = state.withLock { state in
                    state.closedByClient += 1
                    defer { state.waiting = [] }
                    return state.waiting
                }
                for continuation in waiting { continuation.resume() }
            case .pause(let seconds): Thread.sleep(forTimeInterval: seconds)
            case .reset:
                var now = linger(l_onoff: 1, l_linger: 0)
                setsockopt(connection, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
                return
            }
        }
        shutdown(connection, Int32(SHUT_WR))
        var byte: UInt8 = 0
        while recv(connection, &byte, 1, 0) > 0 {}
    }

    private static func read(_ connection: Int32) -> Request? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        let blank = Array("\r\n\r\n".utf8)
        var headEnd: Int?
        var bodyLength = 0
        var headers: [String: String] = [:]
        var line = ""
        while true {
            if let headEnd, bytes.count >= headEnd + bodyLength {
                return Request(line: line, headers: headers, body: Array(bytes[headEnd..<(headEnd + bodyLength)]))
            }
            let count = recv(connection, &buffer, buffer.count, 0)
            if count <= 0 { return nil }
            bytes += buffer[..<count]
            if headEnd == nil, let range = bytes.firstRange(of: blank) {
                headEnd = range.upperBound
                let lines = String(decoding: bytes[..<range.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
                line = lines[0]
                for header in lines.dropFirst() {
                    let parts = header.split(separator: ":", maxSplits: 1)
                    if parts.count == 2 { headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces) }
                }
                bodyLength = Int(headers["content-length"] ?? "0") ?? 0
                if headers["expect"] != nil {
                    _ = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8).withUnsafeBytes { send(connection, $0.baseAddress, $0.count, 0) }
                }
            }
        }
    }
}

/// Answers in the shapes that servers give.
enum Served {
    /// A whole answer with its length.
    static func whole(_ status: String, _ body: String, type: String = "application/json", headers: String = "") -> LoopbackServer.Action {
        .text(
            "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\(headers)\r\n\(body)"
        )
    }

    /// The head of a stream of events, which ends with the connection.
    static let streamHead = LoopbackServer.Action.text("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")

    /// One piece of a reply.
    static func piece(_ text: String) -> LoopbackServer.Action {
        let content = String(decoding: (try? JSONEncoder().encode(text)) ?? Data(), as: UTF8.self)
        return .text(
            "data: {\"model\":\"fake-1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\(content)},\"finish_reason\":null}]}\n\n")
    }

    /// Why the reply ended.
    static func finish(_ reason: String) -> LoopbackServer.Action {
        .text("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"\(reason)\"}]}\n\n")
    }

    /// The counts of tokens, with no choices, and the end.
    static let usage = LoopbackServer.Action.text(
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":7,\"total_tokens\":18}}\n\n")
    static let done = LoopbackServer.Action.text("data: [DONE]\n\n")

    /// A complete streamed reply.
    static func reply(_ pieces: String..., finish reason: String = "stop") -> [LoopbackServer.Action] {
        [streamHead] + pieces.map(piece) + [finish(reason), usage, done]
    }
}
