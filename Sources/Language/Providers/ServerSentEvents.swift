/// Cuts a stream of bytes into the payloads of server-sent events.
///
/// Works on bytes, so that pieces may end anywhere, within a line ending or a UTF-8 sequence too. Lines end at LF, CR or CR LF;
/// lines starting with ":" are comments; several `data` lines of one event are joined by LF; other fields are passed over; an
/// event ends at an empty line. Source: WHATWG HTML, section 9.2.6.
public struct ServerSentEvents: Sendable {
    /// What was read cannot be a stream of events.
    public struct Overflow: Error, Sendable, Hashable {
        /// The longest line or event accepted, in bytes.
        public var limit: Int
    }

    /// The longest line or event accepted, in bytes.
    public let limit: Int
    private var line: [UInt8] = []
    private var data: [UInt8]?
    private var dataLines = 0
    private var endedAtReturn = false
    private var isFirstLine = true

    /// A parser at the start of a stream.
    public init(limit: Int = 16_000_000) { self.limit = limit }

    /// Takes the next bytes and returns the payloads of the events that they complete.
    public mutating func feed(_ bytes: some Sequence<UInt8>) throws(Overflow) -> [String] {
        var payloads: [String] = []
        for byte in bytes {
            let followsReturn = endedAtReturn
            endedAtReturn = false
            switch byte {
            case 0x0A where followsReturn: continue
            case 0x0A, 0x0D:
                endedAtReturn = byte == 0x0D
                if let payload = endLine() { payloads.append(payload) }
            default: line.append(byte)
            }
            if line.count + (data?.count ?? 0) > limit { throw Overflow(limit: limit) }
        }
        return payloads
    }

    /// The stream has ended: the payload of an event that no empty line closed, if there is one.
    ///
    /// It may be cut short.
    public mutating func finish() -> String? {
        if !line.isEmpty { _ = endLine() }
        return endEvent()
    }

    private mutating func endLine() -> String? {
        defer { line.removeAll(keepingCapacity: true) }
        if isFirstLine, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        isFirstLine = false
        if line.isEmpty { return endEvent() }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        guard line[..<colon].elementsEqual("data".utf8) else { return nil }
        var value = line[colon...].dropFirst()
        if value.first == UInt8(ascii: " ") { value.removeFirst() }
        if dataLines > 0 { data?.append(0x0A) }
        data = (data ?? []) + value
        dataLines += 1
        return nil
    }

    private mutating func endEvent() -> String? {
        defer {
            data = nil
            dataLines = 0
        }
        return data.map { String(decoding: $0, as: UTF8.self) }
    }
}
