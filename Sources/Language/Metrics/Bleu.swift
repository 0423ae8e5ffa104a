import Kernels

/// BLEU of one sentence or text against one reference, 0…100 (Papineni and others 2002).
///
/// As sacreBLEU 2 computes `sentence_bleu`: 13a tokens, case kept, exponential smoothing of orders without a match, and only the
/// orders that the candidate is long enough for.
public enum Bleu {
    /// The score.
    public static func score(candidate: String, reference: String) -> Double {
        var numbering = Numbering<[UInt8]>()
        let left = numbering.numbers(tokens(candidate))
        let right = numbering.numbers(tokens(reference))
        let overlaps = NGramOverlap.upTo(4, candidate: left, reference: right)
        guard overlaps.contains(where: { $0.matches > 0 }) else { return 0 }
        let brevity = left.count < right.count ? Kernels.exp(1 - Double(right.count) / Double(left.count)) : 1
        var smoothing = 1.0
        var logs = 0.0
        var orders = 0
        for overlap in overlaps {
            if overlap.candidate == 0 { break }
            orders += 1
            if overlap.matches == 0 {
                smoothing *= 2
                logs += Kernels.log(100 / (smoothing * Double(overlap.candidate)))
            } else {
                logs += Kernels.log(100 * Double(overlap.matches) / Double(overlap.candidate))
            }
        }
        return brevity * Kernels.exp(logs / Double(orders))
    }

    /// The tokens of mteval-v13a: HTML entities undone, punctuation apart, points and commas kept within numbers.
    static func tokens(_ text: String) -> [[UInt8]] {
        var line = Array(text.unicodeScalars)
        while let last = line.last, last.separatesWords { line.removeLast() }
        line = replacing("<skipped>", with: "", in: line)
        line = replacing("-\n", with: "", in: line)
        line = replacing("\n", with: " ", in: line)
        if line.contains("&") {
            for (entity, character) in [("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")] {
                line = replacing(entity, with: character, in: line)
            }
        }
        line = [" "] + line + [" "]

        var spaced: [Unicode.Scalar] = []
        for scalar in line {
            if standsApart(scalar) { spaced += [" ", scalar, " "] } else { spaced.append(scalar) }
        }
        // The three rules look at pairs that do not overlap, left to right, as the regular expressions they come from do.
        spaced = splittingPairs(spaced) {
            !isDigit($0) && isPoint($1)
        } into: {
            [$0, " ", $1, " "]
        }
        spaced = splittingPairs(spaced) {
            isPoint($0) && !isDigit($1)
        } into: {
            [" ", $0, " ", $1]
        }
        spaced = splittingPairs(spaced) {
            isDigit($0) && $1 == "-"
        } into: {
            [$0, " ", $1, " "]
        }
        return spaced.split { $0.separatesWords }.map { word in
            var view = String.UnicodeScalarView()
            view.append(contentsOf: word)
            return Array(String(view).utf8)
        }
    }

    private static func standsApart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "{"..."~", "["..."`", " "..."&", "("..."+", ":"..."@", "/": true
        default: false
        }
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
    private static func isPoint(_ scalar: Unicode.Scalar) -> Bool { scalar == "." || scalar == "," }

    private static func splittingPairs(
        _ line: [Unicode.Scalar], where fits: (Unicode.Scalar, Unicode.Scalar) -> Bool,
        into replacement: (Unicode.Scalar, Unicode.Scalar) -> [Unicode.Scalar]
    ) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        result.reserveCapacity(line.count + line.count / 4)
        var i = 0
        while i < line.count {
            if i + 1 < line.count, fits(line[i], line[i + 1]) {
                result += replacement(line[i], line[i + 1])
                i += 2
            } else {
                result.append(line[i])
                i += 1
            }
        }
        return result
    }

    private static func replacing(_ pattern: String, with replacement: String, in line: [Unicode.Scalar]) -> [Unicode.Scalar] {
        let pattern = Array(pattern.unicodeScalars)
        let replacement = Array(replacement.unicodeScalars)
        var result: [Unicode.Scalar] = []
        result.reserveCapacity(line.count)
        var i = 0
        while i < line.count {
            if line[i] == pattern[0], line.count - i >= pattern.count, line[i..<(i + pattern.count)].elementsEqual(pattern) {
                result += replacement
                i += pattern.count
            } else {
                result.append(line[i])
                i += 1
            }
        }
        return result
    }
}
