import Engine
import Kernels

/// Outcomes gathered into groups: Shannon's third requirement says that the entropy is that of the groups plus the mean of those within.
struct Grouping: Sendable, Hashable {
    /// The groups' outcomes, counted from 0.
    let groups: [[Int]]

    /// A grouping such as "1|2,3" or "1..4|5,6" of so many outcomes, counted from 1.
    ///
    /// - Throws: `UserError` for an outcome that is none, stands twice or in no group, and for an empty group.
    init(_ text: String, outcomes: Int) throws {
        func refuse(_ what: String) -> UserError { UserError("grouping: \(what)", parameter: "grouping") }
        var seen = [Int](repeating: 0, count: outcomes)
        var groups: [[Int]] = []
        for (place, part) in text.split(separator: "|", omittingEmptySubsequences: false).enumerated() {
            let numbers = try NumberList.parse(String(part), parameter: "grouping")
            guard !numbers.isEmpty else { throw refuse("group \(place + 1) is empty; expected outcomes such as 1|2,3") }
            var group: [Int] = []
            for number in numbers {
                guard let outcome = Int(exactly: number), (1...max(1, outcomes)).contains(outcome) else {
                    throw refuse("“\(Value.real(number))” is not an outcome; expected whole numbers from 1 to \(outcomes)")
                }
                guard seen[outcome - 1] == 0 else {
                    throw refuse("outcome \(outcome) stands in group \(seen[outcome - 1]) and again in group \(place + 1)")
                }
                seen[outcome - 1] = place + 1
                group.append(outcome - 1)
            }
            groups.append(group)
        }
        if let missing = seen.firstIndex(of: 0) {
            throw refuse("outcome \(missing + 1) is in no group; expected each of the \(outcomes) outcomes in one")
        }
        self.groups = groups
    }

    /// The first outcome against all others.
    init(firstOf outcomes: Int) { groups = outcomes > 1 ? [[0], Array(1..<outcomes)] : [[0]] }

    /// The groups' probabilities.
    func weights(_ p: [Double]) -> [Double] { groups.map { group in Vector.sum(group.map { p[$0] }) } }

    /// The distribution within each group; zeros where the group has no probability.
    func within(_ p: [Double]) -> [[Double]] {
        zip(groups, weights(p)).map { group, weight in group.map { weight > 0 ? p[$0] / weight : 0 } }
    }

    /// The value of the whole, of the groups, and the mean within them.
    func terms(_ functional: EntropyFunctional, _ p: [Double], order: Double) -> (total: Double, between: Double, within: Double) {
        let weights = weights(p)
        let parts = zip(weights, within(p)).map { $0 > 0 ? $0 * functional.value($1, order: order) : 0 }
        return (functional.value(p, order: order), functional.value(weights, order: order), Vector.sum(parts))
    }

    /// What the whole has beyond the groups and the mean within them: zero for Shannon's entropy, whatever the grouping.
    func gap(_ functional: EntropyFunctional, _ p: [Double], order: Double) -> Double {
        let terms = terms(functional, p, order: order)
        return terms.total - terms.between - terms.within
    }
}
