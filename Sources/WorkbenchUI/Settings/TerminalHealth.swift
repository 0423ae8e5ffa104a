import Terminal

/// What is found of the terminal, for `workbench doctor`.
public struct TerminalHealth: Sendable {
    /// Whether it is as it should be; nil where either is right.
    public var isGood: Bool?
    /// What was looked at.
    public var what: String
    /// What was found.
    public var found: String
    /// What to do; empty when nothing.
    public var advice: String

    /// Looks at terminal, size, colours and locale.
    public static func survey() -> [TerminalHealth] {
        let survey = TerminalSurvey()
        var findings: [TerminalHealth] = []
        func add(_ isGood: Bool?, _ what: String, _ found: String, _ advice: String = "") {
            findings.append(TerminalHealth(isGood: isGood, what: what, found: found, advice: advice))
        }
        let isTerminal = survey.readsTerminal && survey.writesTerminal
        add(
            isTerminal ? survey.isUsable : nil, "terminal",
            isTerminal
                ? survey.obstacle ?? "\(survey.name), can place its cursor"
                : "standard input or output is none; headless commands need none")
        if let size = survey.size {
            let isLarge = size.columns >= Model.leastColumns && size.rows >= Model.leastRows
            add(
                isLarge, "size", "\(size.columns)x\(size.rows)",
                isLarge
                    ? size.columns >= 112 && size.rows >= 32 ? "" : "from 112x32 on all panes are on the screen at once"
                    : "expected at least \(Model.leastColumns)x\(Model.leastRows)")
        }
        add(
            survey.forbidsColour || survey.colours >= 8 ? true : nil, "colours",
            survey.forbidsColour
                ? "none, as NO_COLOR asks" : survey.colours >= 8 ? "\(survey.colours)" : "none; shapes and bold tell series apart",
            !survey.forbidsColour && survey.colours == 8 ? "TERM=xterm-256color gives 256, if the terminal has them" : "")
        add(
            survey.locale.isUnicode ? true : nil, "locale",
            survey.locale.isUnicode ? "UTF-8: plots in braille" : survey.locale.notice ?? "ASCII",
            survey.locale.isUnicode ? survey.locale.notice ?? "" : "")
        return findings
    }
}
