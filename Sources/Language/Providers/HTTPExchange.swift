import CCurl
import Foundation
import Synchronization

/// An HTTP request.
struct HTTPRequest: Sendable {
    /// The address, without a fragment.
    var address: String
    /// The headers, as name and value.
    var headers: [(name: String, value: String)] = []
    /// What is posted; nil for a GET.
    var body: Data?
    /// Whether the host is this machine: no proxy is asked for it.
    var isLoopback = false
}

/// What arrives in answer to one HTTP request, in order: the head once, then pieces of the body.
enum HTTPArrival: Sendable {
    /// The status and the headers, their names in lower case.
    case head(status: Int, headers: [String: String])
    /// The next bytes of the body.
    case bytes([UInt8])
}

/// Why an exchange ended without an answer, or in the middle of one.
enum HTTPFailure: Error, Hashable {
    /// Nobody answers at the address.
    case unreachable
    /// Nothing was heard for too long.
    case timedOut
    /// The connection ended too early.
    case lost
    /// The certificate was not accepted, or no secure connection could be made.
    case insecure
    /// Anything else, by libcurl's number.
    case other(Int)

    init(_ code: CURLcode) {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT: self = .unreachable
        case CURLE_OPERATION_TIMEDOUT: self = .timedOut
        case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_HTTP2, CURLE_HTTP2_STREAM: self = .lost
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_ISSUER_ERROR, CURLE_USE_SSL_FAILED:
            self = .insecure
        default: self = .other(Int(code.rawValue))
        }
    }
}

/// Opens HTTP requests whose answers arrive in pieces, as events of a stream do.
///
/// One thread and one connection a request, closed after it: a model's answer takes seconds, a connection milliseconds, and nothing
/// of one request can touch another. Not Foundation's URLSession: on Linux (Swift 6.3.1) a server ends the whole program by it, with
/// a head cut short, a trailer after a chunked body, or a redirect to `//[::1]/`. `HTTPExchangeTests` holds what is relied on instead.
/// Redirects are not followed: the answer's head is then the redirect itself, so that a key is never carried to another host.
struct HTTPClient: Sendable {
    private let timeout: Double
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// A client; a request that hears nothing for `timeout` seconds fails.
    init(timeout: Double) { self.timeout = timeout }

    /// Sends a request; leaving the stream, or cancelling the task that reads it, stops the request.
    ///
    /// The stream throws `HTTPFailure`.
    func open(_ request: HTTPRequest) -> AsyncThrowingStream<HTTPArrival, any Error> {
        let transfer = Transfer(request, timeout: timeout)
        return AsyncThrowingStream { continuation in
            guard Self.isReady else { return continuation.finish(throwing: HTTPFailure.other(Int(CURLE_FAILED_INIT.rawValue))) }
            continuation.onTermination = { _ in transfer.stop() }
            Thread.detachNewThread { transfer.run(continuation) }
        }
    }
}

/// One request under way, on a thread of its own.
private final class Transfer: Sendable {
    typealias Continuation = AsyncThrowingStream<HTTPArrival, any Error>.Continuation

    private struct State: @unchecked Sendable {
        var isStopped = false
        /// libcurl's handle, which another thread may only wake; nil once it is gone.
        var multi: OpaquePointer?
    }

    private let request: HTTPRequest
    private let timeout: Double
    private let state = Mutex(State())
    /// How long connecting may take, in seconds.
    private static let connectSeconds = 30.0

    init(_ request: HTTPRequest, timeout: Double) {
        self.request = request
        self.timeout = timeout
    }

    /// Ends the transfer soon, from any thread.
    func stop() {
        state.withLock {
            $0.isStopped = true
            if let multi = $0.multi { curl_multi_wakeup(UnsafeMutableRawPointer(multi)) }
        }
    }

    private var isStopped: Bool { state.withLock { $0.isStopped } }

    /// Performs the request and finishes the stream.
    func run(_ continuation: Continuation) {
        guard let easy = curl_easy_init(), let multi = curl_multi_init() else {
            return continuation.finish(throwing: HTTPFailure.other(Int(CURLE_FAILED_INIT.rawValue)))
        }
        state.withLock { $0.multi = OpaquePointer(multi) }
        let receiver = Receiver(continuation, easy)
        var headers: UnsafeMutablePointer<curl_slist>?
        // libcurl would wait a second for "100 Continue" before it sends a larger body.
        headers = curl_slist_append(headers, "Expect:")
        for (name, value) in request.headers { headers = curl_slist_append(headers, "\(name): \(value)") }
        defer {
            state.withLock { $0.multi = nil }
            curl_multi_remove_handle(multi, easy)
            curl_easy_cleanup(easy)
            curl_multi_cleanup(multi)
            curl_slist_free_all(headers)
        }
        let code = configure(easy, headers, receiver)
        guard code == CURLE_OK, curl_multi_add_handle(multi, easy) == CURLM_OK else {
            return continuation.finish(throwing: HTTPFailure(code == CURLE_OK ? CURLE_FAILED_INIT : code))
        }
        withExtendedLifetime(receiver) { continuation.finish(throwing: converse(multi, receiver)) }
    }

    private func configure(_ easy: UnsafeMutableRawPointer, _ headers: UnsafeMutablePointer<curl_slist>?, _ receiver: Receiver) -> CURLcode
    {
        let connect = Int(min(timeout, Self.connectSeconds) * 1000)
        var settings = [
            wc_set_text(easy, CURLOPT_URL, request.address), wc_set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https"),
            wc_set_number(easy, CURLOPT_NOSIGNAL, 1), wc_set_number(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1),
            wc_set_number(easy, CURLOPT_CONNECTTIMEOUT_MS, max(1, connect)), wc_set_headers(easy, headers),
            wc_set_receivers(
                easy, Receiver.body, Receiver.header, Unmanaged.passUnretained(receiver).toOpaque()),
        ]
        if request.isLoopback { settings.append(wc_set_text(easy, CURLOPT_NOPROXY, "*")) }
        if let body = request.body {
            settings.append(body.withUnsafeBytes { wc_set_body(easy, $0.baseAddress, $0.count) })
        }
        return settings.first { $0 != CURLE_OK } ?? CURLE_OK
    }

    /// Lets libcurl work until the transfer is over; returns why it failed, nil when it did not.
    private func converse(_ multi: UnsafeMutableRawPointer, _ receiver: Receiver) -> HTTPFailure? {
        var lastHeard = Self.now
        var arrivals = receiver.arrivals
        while true {
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            var outcome = CURLE_OK
            if wc_outcome(multi, &outcome) != 0 {
                // For libcurl a head cut short is the whole answer.
                return outcome != CURLE_OK ? HTTPFailure(outcome) : receiver.hasHead ? nil : .lost
            }
            if isStopped { return nil }
            if receiver.arrivals != arrivals {
                arrivals = receiver.arrivals
                lastHeard = Self.now
            }
            let left = timeout - (Self.now - lastHeard)
            guard left > 0 else { return .timedOut }
            curl_multi_poll(multi, nil, 0, Int32(min(1000, left * 1000 + 1)), nil)
        }
    }

    private static var now: Double { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 }
}

/// Takes what libcurl received and hands it to the stream; used by the transfer's thread alone.
private final class Receiver {
    private let continuation: Transfer.Continuation
    private let easy: UnsafeMutableRawPointer
    private var headers: [String: String] = [:]
    /// Whether the head has come whole.
    private(set) var hasHead = false
    /// How many pieces have come.
    private(set) var arrivals = 0

    init(_ continuation: Transfer.Continuation, _ easy: UnsafeMutableRawPointer) {
        self.continuation = continuation
        self.easy = easy
    }

    static let body: wc_receiver = { bytes, size, count, context in
        guard let bytes, let context else { return 0 }
        let buffer = UnsafeRawBufferPointer(start: bytes, count: size * count)
        Unmanaged<Receiver>.fromOpaque(context).takeUnretainedValue().take(body: buffer)
        return buffer.count
    }

    static let header: wc_receiver = { bytes, size, count, context in
        guard let bytes, let context else { return 0 }
        let buffer = UnsafeRawBufferPointer(start: bytes, count: size * count)
        Unmanaged<Receiver>.fromOpaque(context).takeUnretainedValue().take(header: buffer)
        return buffer.count
    }

    private func take(body bytes: UnsafeRawBufferPointer) {
        arrivals += 1
        continuation.yield(.bytes(Array(bytes)))
    }

    /// One line: the status, a field, or the empty line that ends the head.
    ///
    /// Fields after the body are passed over.
    private func take(header bytes: UnsafeRawBufferPointer) {
        arrivals += 1
        guard !hasHead else { return }
        let line = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        if line.isEmpty {
            let status = wc_status(easy)
            // "100 Continue" and its like come before the answer.
            guard status >= 200 else { return headers = [:] }
            hasHead = true
            continuation.yield(.head(status: status, headers: headers))
        } else if let colon = line.firstIndex(of: ":"), !line.hasPrefix("HTTP/") {
            let name = line[..<colon].lowercased()
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            headers[name] = headers[name].map { $0 + ", " + value } ?? value
        }
    }
}
