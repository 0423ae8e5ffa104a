import LanguageModel

/// How a document is written.
enum DocumentKind: String, Sendable, Codable {
    case plain, markdown, page, records

    /// The kind that a file's name tells; nil for files that are no documents.
    init?(name: String) {
        switch name.split(separator: ".").last?.lowercased() {
        case "txt", "text": self = .plain
        case "md", "markdown": self = .markdown
        case "html", "htm": self = .page
        case "jsonl", "ndjson": self = .records
        default: return nil
        }
    }
}

/// A document taken apart into blocks that belong together.
struct DocumentText: Sendable {
    /// Its blocks in order.
    var blocks: [DocumentBlock] = []
    /// What could not be read, a sentence each.
    var notes: [String] = []

    /// Reads a document's bytes; invalid UTF-8 is replaced by U+FFFD and told.
    init(_ bytes: [UInt8], kind: DocumentKind, name: String) {
        var content = bytes[...]
        if content.starts(with: [0xEF, 0xBB, 0xBF]) { content = content.dropFirst(3) }
        guard !content.contains(0) else {
            notes.append("“\(name)” is a binary file and was left out")
            return
        }
        if String(validating: content, as: UTF8.self) == nil {
            notes.append("“\(name)” holds bytes that are not UTF-8; each was replaced by U+FFFD")
        }
        switch kind {
        case .records: readRecords(content, name)
        case .page: readLines(PageText.text(of: String(decoding: content, as: UTF8.self)), isMarkdown: false)
        case .plain, .markdown: readLines(String(decoding: content, as: UTF8.self), isMarkdown: kind == .markdown)
        }
    }

    /// Paragraphs between empty lines; in Markdown also headings, list items, table rows and fenced code.
    private mutating func readLines(_ text: String, isMarkdown: Bool) {
        var open: [String] = []
        var start = 0
        var isFenced = false
        func trimmed(_ line: Substring.UTF8View.SubSequence) -> String {
            var line = line[...]
            while let last = line.last, last <= 0x20 { line.removeLast() }
            return String(Substring(line))
        }
        func close(_ separator: String = " ", leads: Bool = false) {
            let joined = open.joined(separator: separator)
            if joined.utf8.contains(where: { $0 > 0x20 }) { blocks.append(DocumentBlock(text: joined, line: start, leads: leads)) }
            open = []
        }
        for (place, raw) in text[...].utf8.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let line = trimmed(raw)
            let bare = String(line.drop { $0 == " " || $0 == "\t" })
            if isMarkdown, bare.hasPrefix("```") {
                close(isFenced ? "\n" : " ")
                isFenced.toggle()
                continue
            }
            if isFenced {
                if open.isEmpty { start = place + 1 }
                open.append(line)
                continue
            }
            if bare.isEmpty {
                close()
                continue
            }
            if isMarkdown, bare.hasPrefix("#") {
                close()
                (open, start) = ([String(bare.drop { $0 == "#" || $0 == " " })], place + 1)
                close(leads: true)
                continue
            }
            let begins = isMarkdown && (bare.hasPrefix("- ") || bare.hasPrefix("* ") || bare.hasPrefix("|") || Self.isNumbered(bare))
            if begins { close() }
            if open.isEmpty { start = place + 1 }
            open.append(bare)
        }
        close(isFenced ? "\n" : " ")
    }

    private static func isNumbered(_ line: String) -> Bool {
        let digits = line.prefix { ("0"..."9").contains($0) }
        return !digits.isEmpty && digits.count < 4 && line.dropFirst(digits.count).hasPrefix(". ")
    }

    /// One block a line with a text in it: the field `text`, else `content` or `body`, or the line itself when it is a string.
    private mutating func readRecords(_ content: ArraySlice<UInt8>, _ name: String) {
        var bad = 0
        var first: (line: Int, sentence: String)?
        for (place, row) in content.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            guard row.contains(where: { $0 > 0x20 }) else { continue }
            var text: String?
            var problem = "there is no text in it"
            do {
                let value = try JSONReader.parse(row)
                text = value.string ?? ["text", "content", "body"].lazy.compactMap { value[$0]?.string }.first
                if let title = value["title"]?.string, let body = text { text = title + "\n" + body }
            } catch {
                problem = "it is not JSON"
            }
            if let text, text.utf8.contains(where: { $0 > 0x20 }) {
                blocks.append(DocumentBlock(text: text, line: place + 1))
            } else {
                bad += 1
                if first == nil { first = (place + 1, problem) }
            }
        }
        if let first {
            notes.append("“\(name)”, line \(first.line): \(first.sentence); \(bad) such line\(bad == 1 ? " was" : "s were") left out")
        }
    }
}

/// The words of a web page.
enum PageText {
    private static let hidden: Set = ["script", "style", "noscript", "template", "svg", "head"]
    private static let blocks: Set = [
        "p", "div", "section", "article", "header", "footer", "main", "nav", "aside", "ul", "ol", "li", "table", "tr", "h1", "h2", "h3",
        "h4",
        "h5", "h6", "blockquote", "pre", "br", "hr", "dd", "dt", "figure", "figcaption", "title",
    ]
    private static let entities: [String: String] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " ", "ndash": "–", "mdash": "—", "hellip": "…", "copy": "©",
        "lsquo": "‘", "rsquo": "’", "ldquo": "“", "rdquo": "”", "eacute": "é", "egrave": "è", "uuml": "ü", "ouml": "ö", "auml": "ä",
        "szlig": "ß", "times": "×", "middot": "·", "bull": "•", "deg": "°", "euro": "€",
    ]

    /// The text without tags, scripts and styles; tags that begin a block become empty lines, as many line feeds as were there stay.
    static func text(of page: String) -> String {
        let bytes = Array(page.utf8)
        var result: [UInt8] = []
        var at = 0
        var skipped: String?
        func newline(_ count: Int) { for _ in 0..<count { result.append(0x0A) } }
        while at < bytes.count {
            if bytes[at] == UInt8(ascii: "<"), skipped != nil || begins(bytes, at) {
                if bytes[at...].starts(with: "<!--".utf8) {
                    let end = find("-->", in: bytes, from: at + 4) ?? bytes.count
                    newline(bytes[at..<min(end, bytes.count)].count { $0 == 0x0A })
                    at = min(end + 3, bytes.count)
                    continue
                }
                let end = bytes[at...].firstIndex(of: UInt8(ascii: ">")) ?? bytes.count - 1
                let isClosing = at + 1 < bytes.count && bytes[at + 1] == UInt8(ascii: "/")
                let name = String(
                    decoding: bytes[min(at + (isClosing ? 2 : 1), end)..<end].prefix { $0.isASCIILetterOrDigit }.map { $0 | 0x20 },
                    as: UTF8.self)
                newline(bytes[at...end].count { $0 == 0x0A })
                at = end + 1
                let named = name.filter { $0 != " " }
                if let inside = skipped {
                    if isClosing, named == inside { skipped = nil }
                } else if !isClosing, hidden.contains(named) {
                    skipped = named
                } else if blocks.contains(named) {
                    // The mark of a block's border; it becomes an empty line below.
                    result.append(0x01)
                }
                continue
            }
            if skipped != nil {
                if bytes[at] == 0x0A { newline(1) }
                at += 1
            } else if bytes[at] == UInt8(ascii: "&"), let (text, next) = entity(bytes, at) {
                result += Array(text.utf8)
                at = next
            } else {
                result.append(bytes[at] < 0x20 && bytes[at] != 0x0A ? 0x20 : bytes[at])
                at += 1
            }
        }
        return borders(result)
    }

    /// Whether a tag, an end of one, a comment or a declaration begins here; a bare < is text.
    private static func begins(_ bytes: [UInt8], _ at: Int) -> Bool {
        guard at + 1 < bytes.count else { return false }
        let next = bytes[at + 1]
        return (next.isASCIILetterOrDigit && next > 0x39) || [UInt8(ascii: "/"), UInt8(ascii: "!"), UInt8(ascii: "?")].contains(next)
    }

    /// Borders of blocks as empty lines.
    private static func borders(_ bytes: [UInt8]) -> String {
        var result: [UInt8] = []
        for byte in bytes { if byte == 0x01 { result += [0x0A, 0x0A] } else { result.append(byte) } }
        return String(decoding: result, as: UTF8.self)
    }

    private static func find(_ pattern: String, in bytes: [UInt8], from start: Int) -> Int? {
        let pattern = Array(pattern.utf8)
        guard start <= bytes.count - pattern.count else { return nil }
        return (start...bytes.count - pattern.count).first { bytes[$0..<$0 + pattern.count].elementsEqual(pattern) }
    }

    private static func entity(_ bytes: [UInt8], _ at: Int) -> (String, Int)? {
        guard let end = bytes[at...].prefix(12).firstIndex(of: UInt8(ascii: ";")) else { return nil }
        let name = String(decoding: bytes[at + 1..<end], as: UTF8.self)
        if name.hasPrefix("#") {
            let isHexadecimal = name.dropFirst().lowercased().hasPrefix("x")
            let digits = name.dropFirst(isHexadecimal ? 2 : 1)
            guard let code = UInt32(digits, radix: isHexadecimal ? 16 : 10) else { return nil }
            return (String(Character(Unicode.Scalar(code) ?? "\u{FFFD}")), end + 1)
        }
        return entities[name].map { ($0, end + 1) }
    }
}

extension UInt8 {
    /// Whether it is one of 0-9, a-z, A-Z.
    var isASCIILetterOrDigit: Bool { (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) }
}
