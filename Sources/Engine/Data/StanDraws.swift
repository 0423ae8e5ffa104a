import Plotting

/// A run's draws as CmdStan writes them, one file a chain, for everything that reads such files.
///
/// The quantities' columns follow what is known of the transitions: lp__, energy__, divergent__, stepsize__. As Stan's, lp__ is the log
/// density in the coordinates that samplers move; ours has its constants. Stochastic gradients know none of these.
public enum StanDraws {
    /// The files' contents, chain by chain.
    ///
    /// - Throws: `UserError` when the run has no draws.
    public static func files(of pane: Pane) throws -> [String] {
        let tables = pane.experiment.tables()
        guard let draws = tables.first(where: { $0.name == "draws" && $0.columns.starts(with: ["chain", "draw"]) }), !draws.rows.isEmpty
        else { throw UserError("\(pane.card.id) has no draws to write as CmdStan does") }
        let transitions = tables.first { $0.name == "transitions" && $0.rows.count == draws.rows.count }
        func whole(_ name: String) -> String { pane.configuration.values[name].map { "\($0)" } ?? "0" }
        let names = columnNames(Array(draws.columns.dropFirst(2)))
        var files: [String] = []
        var start = 0
        while start < draws.rows.count {
            let chain = draws.rows[start][0]
            let end = draws.rows[start...].firstIndex { $0[0] != chain } ?? draws.rows.count
            var text = """
                # model = \(pane.card.id)
                # method = sample (Default)
                #   sample
                #     num_samples = \(end - start)
                #     num_warmup = \(whole("warmup"))
                #     save_warmup = 0 (Default)
                #     thin = 1 (Default)
                # id = \(files.count + 1)
                # random
                #   seed = \(pane.configuration.seed)

                """
            let known = transitions.map { $0.columns.dropFirst(2).map { $0 + "__" } } ?? []
            text += (known + names).joined(separator: ",") + "\n"
            for row in start..<end {
                let cells = (transitions.map { Array($0.rows[row].dropFirst(2)) } ?? []) + draws.rows[row].dropFirst(2)
                text += cells.map(cell).joined(separator: ",") + "\n"
            }
            files.append(text)
            start = end
        }
        return files
    }

    /// The file of a chain: draws.csv becomes draws_1.csv, draws_2.csv, ….
    public static func path(_ path: String, chain: Int) -> String {
        let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        guard let dot = path[slash...].lastIndex(of: "."), dot > slash else { return "\(path)_\(chain).csv" }
        return "\(path[..<dot])_\(chain)\(path[dot...])"
    }

    private static func cell(_ value: Table.Value) -> String {
        switch value {
        case .number(let x): x.isNaN ? "nan" : "\(x)"
        case .integer(let n): "\(n)"
        default: "nan"
        }
    }

    /// Names as Stan has them: letters, digits and single underscores; x1, x2, … of one array as x.1, x.2, ….
    static func columnNames(_ names: [String]) -> [String] {
        var plain: [String] = []
        for name in names {
            var clean = ""
            for character in name {
                let isKept = character.isASCII && (character.isLetter || character.isNumber)
                if isKept { clean.append(character) } else if !clean.hasSuffix("_") { clean.append("_") }
            }
            while clean.hasSuffix("_") { clean.removeLast() }
            if clean.first?.isLetter != true { clean = "q" + clean }
            var (unique, copy) = (clean, 2)
            while plain.contains(unique) { (unique, copy) = ("\(clean)_\(copy)", copy + 1) }
            plain.append(unique)
        }
        // An array where its elements are all there, 1 to n in order, and nothing else has its name.
        var named = plain
        for (place, name) in plain.enumerated() where name.hasSuffix("1") && !(name.dropLast().last?.isNumber ?? true) {
            let base = String(name.dropLast())
            var count = 1
            while place + count < plain.count, plain[place + count] == "\(base)\(count + 1)" { count += 1 }
            guard count > 1, base.last != "_", !plain.contains(base) else { continue }
            for k in 0..<count { named[place + k] = "\(base).\(k + 1)" }
        }
        return named
    }
}
