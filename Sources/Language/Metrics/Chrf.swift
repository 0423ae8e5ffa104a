/// chrF and chrF++ of one text against one reference, 0…100 (Popović 2015, 2017), as sacreBLEU 2 computes them.
///
/// Character n-grams up to order 6 without white space, recall weighted beta = 2 times precision, averages over the orders that
/// both texts are long enough for. chrF++ adds words and pairs of words, with one punctuation mark at an end taken apart.
public enum Chrf {
    /// The score; `wordOrder` 0 gives chrF, 2 gives chrF++.
    public static func score(candidate: String, reference: String, wordOrder: Int = 0) -> Double {
        var characters = Numbering<Unicode.Scalar>()
        var overlaps = NGramOverlap.upTo(
            6, candidate: characters.numbers(candidate.unicodeScalars.lazy.filter { !$0.separatesWords }),
            reference: characters.numbers(reference.unicodeScalars.lazy.filter { !$0.separatesWords }))
        if wordOrder > 0 {
            var words = Numbering<[UInt8]>()
            overlaps += NGramOverlap.upTo(
                wordOrder, candidate: words.numbers(Self.words(candidate)), reference: words.numbers(Self.words(reference)))
        }
        var (precision, recall) = (0.0, 0.0)
        var orders = 0
        for overlap in overlaps where overlap.candidate > 0 && overlap.reference > 0 {
            precision += Double(overlap.matches) / Double(overlap.candidate)
            recall += Double(overlap.matches) / Double(overlap.reference)
            orders += 1
        }
        guard orders > 0, precision + recall > 0 else { return 0 }
        precision /= Double(orders)
        recall /= Double(orders)
        return 100 * (5 * precision * recall / (4 * precision + recall))
    }

    private static func words(_ text: String) -> [[UInt8]] {
        var found: [[UInt8]] = []
        for piece in text.unicodeScalars.split(whereSeparator: { $0.separatesWords }) {
            let scalars = Array(piece)
            func add(_ part: ArraySlice<Unicode.Scalar>) {
                var view = String.UnicodeScalarView()
                view.append(contentsOf: part)
                found.append(Array(String(view).utf8))
            }
            if scalars.count == 1 {
                add(scalars[...])
            } else if isPunctuation(scalars[scalars.count - 1]) {
                add(scalars.dropLast())
                add(scalars.suffix(1))
            } else if isPunctuation(scalars[0]) {
                add(scalars.prefix(1))
                add(scalars.dropFirst())
            } else {
                add(scalars[...])
            }
        }
        return found
    }

    private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~".unicodeScalars.contains(scalar)
    }
}
