import Foundation
import Surface
import Testing

/// Compares a picture with the one in `Screens/NAME.txt`; with WORKBENCH_RECORD=1 in the environment it writes that file instead.
func expectPicture(_ name: String, _ surface: Surface, _ location: SourceLocation = #_sourceLocation) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Screens")
    let file = folder.appendingPathComponent(name + ".txt")
    let drawn = surface.trimmedText + "\n"
    if ProcessInfo.processInfo.environment["WORKBENCH_RECORD"] == "1" {
        try drawn.write(to: file, atomically: true, encoding: .utf8)
        return
    }
    let known = (try? String(contentsOf: file, encoding: .utf8)) ?? "(there is no such file)\n"
    guard drawn != known else { return }
    let lines = zip(
        drawn.split(separator: "\n", omittingEmptySubsequences: false), known.split(separator: "\n", omittingEmptySubsequences: false))
    let row = lines.enumerated().first { $0.element.0 != $0.element.1 }.map { "line \($0.offset + 1)" } ?? "their lengths"
    Issue.record(
        """
        the screen differs from Screens/\(name).txt, first in \(row). Drawn:
        \(drawn)Expected:
        \(known)If the new picture is right, look at it, then record it: WORKBENCH_RECORD=1 swift test --filter WorkbenchUITests
        """, sourceLocation: location)
}
