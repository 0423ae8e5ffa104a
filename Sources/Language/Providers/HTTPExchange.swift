import Foundation
import Synchronization

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// What arrives in answer to one HTTP request, in order: the head once, then pieces of the body.
enum HTTPArrival: Sendable {
    /// The status and the headers, their names in lower case.
    case head(status: Int, headers: [String: String])
    /// The next bytes of the body.
    case bytes([UInt8])
}

/// Opens HTTP requests whose answers arrive in pieces, as events of a stream do.
///
/// Redirects are not followed: the answer's head is then the redirect itself, so that a key is never carried to another host.
final class HTTPClient: Sendable {
    private let session: URLSession
    private let delegate = Delegate()

    /// A client; a request that hears nothing for `timeout` seconds fails.
    init(timeout: Double) {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = timeout
        configuration.timeoutIntervalForResource = 24 * 3600
        configuration.httpMaximumConnectionsPerHost = 64
        configuration.httpShouldSetCookies = false
        configuration.urlCache = nil
        session = URLSession(configuration: configuration, delegate: delegate, delegateQueue: nil)
    }

    deinit { session.invalidateAndCancel() }

    /// Sends a request; leaving the stream, or cancelling the task that reads it, stops the request.
    func open(_ request: URLRequest) -> AsyncThrowingStream<HTTPArrival, any Error> {
        let task = session.dataTask(with: request)
        return AsyncThrowingStream { continuation in
            delegate.add(continuation, for: task.taskIdentifier)
            continuation.onTermination = { _ in task.cancel() }
            task.resume()
        }
    }

    /// Hands what URLSession reports to the stream of the task it belongs to.
    private final class Delegate: NSObject, URLSessionDataDelegate, Sendable {
        typealias Continuation = AsyncThrowingStream<HTTPArrival, any Error>.Continuation
        private let streams = Mutex<[Int: Continuation]>([:])

        func add(_ continuation: Continuation, for task: Int) { streams.withLock { $0[task] = continuation } }
        private func stream(_ task: URLSessionTask) -> Continuation? { streams.withLock { $0[task.taskIdentifier] } }

        func urlSession(
            _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
            completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
        ) {
            if let http = response as? HTTPURLResponse {
                var headers: [String: String] = [:]
                for (name, value) in http.allHeaderFields {
                    headers[String(describing: name).lowercased()] = String(describing: value)
                }
                stream(dataTask)?.yield(.head(status: http.statusCode, headers: headers))
            }
            completionHandler(.allow)
        }

        func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
            stream(dataTask)?.yield(.bytes([UInt8](data)))
        }

        func urlSession(
            _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
            newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
        ) {
            completionHandler(nil)
        }

        func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
            let continuation = streams.withLock { $0.removeValue(forKey: task.taskIdentifier) }
            if let error { continuation?.finish(throwing: error) } else { continuation?.finish() }
        }
    }
}
