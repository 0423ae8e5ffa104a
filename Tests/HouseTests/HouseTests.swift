import Foundation
import Testing

/// The rules of the house, read off its sources.
@Suite struct HouseTests {
    /// The floor each room stands on; an import only points down.
    static let floors = [
        "CKernels": 0, "CCurl": 0, "CCurses": 0, "CZlib": 0, "CResources": 0, "CLanguageModel": 0, "Kernels": 1, "Surface": 1,
        "Terminal": 2,
        "Statistics": 2, "Plotting": 3, "LanguageModel": 3, "Engine": 4, "Entropy": 5, "Sampling": 5, "Language": 5, "Classification": 5,
        "WorkbenchUI": 6,
        "workbench": 7,
    ]

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    struct Source {
        var room: String
        var path: String
        var lines: [Substring]
        var imports: [String]
    }

    static func sources() throws -> [Source] {
        let folder = root.appendingPathComponent("Sources")
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        return try files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }.map { file in
            let path = String(file.path.dropFirst(folder.path.count + 1))
            let text = try String(contentsOf: file, encoding: .utf8)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let imports = lines.compactMap { line -> String? in
                var words = line.split(separator: " ")
                while let first = words.first,
                    first.hasPrefix("@") || ["public", "internal", "private", "fileprivate", "package"].contains(first)
                {
                    words.removeFirst()
                }
                guard words.first == "import", words.count >= 2 else { return nil }
                // `import struct Foundation.Date` names the module before the dot.
                return String(words[words.count - 1].prefix { $0 != "." })
            }
            return Source(room: String(path.prefix { $0 != "/" }), path: path, lines: lines, imports: imports)
        }
    }

    @Test func `an import only points down`() throws {
        let sources = try Self.sources()
        #expect(sources.count > 50)
        for source in sources {
            let floor = try #require(Self.floors[source.room], "\(source.room) is on no floor")
            for name in source.imports {
                guard let other = Self.floors[name] else { continue }
                #expect(other < floor || name == source.room, "\(source.path) on floor \(floor) imports \(name) on floor \(other)")
            }
        }
    }

    @Test func `only the terminal touches curses, only the kernels their C, only providers the network`() throws {
        for source in try Self.sources() {
            if source.imports.contains("CCurses") { #expect(source.room == "Terminal", "\(source.path)") }
            if source.imports.contains("CKernels") { #expect(source.room == "Kernels", "\(source.path)") }
            if source.imports.contains("CLanguageModel") { #expect(source.room == "LanguageModel", "\(source.path)") }
            if source.imports.contains("CCurl") { #expect(source.path.hasPrefix("Language/Providers/"), "\(source.path)") }
        }
    }

    @Test func `experiments and statistics cannot reach the C library, the clock or the system's randomness`() throws {
        let pure: Set = ["Kernels", "Statistics", "LanguageModel", "Entropy", "Sampling", "Classification"]
        for source in try Self.sources()
        where pure.contains(source.room) || (source.room == "Language" && !source.path.contains("Providers/")) {
            for name in ["Foundation", "FoundationEssentials", "Glibc", "Musl", "Darwin"] {
                #expect(!source.imports.contains(name), "\(source.path) imports \(name)")
            }
            for (number, line) in source.lines.enumerated()
            where line.contains("SystemRandomNumberGenerator") || line.contains("ContinuousClock") {
                Issue.record("\(source.path), line \(number + 1) reads the world")
            }
        }
    }

    @Test func `a file stays a room one can know`() throws {
        for source in try Self.sources() { #expect(source.lines.count <= 600, "\(source.path) has \(source.lines.count) lines") }
    }

    @Test func `every room opens with a README`() throws {
        for room in Set(try Self.sources().map(\.room)) {
            let path = Self.root.appendingPathComponent("Sources/\(room)/README.md").path
            #expect(FileManager.default.fileExists(atPath: path), "Sources/\(room) has no README.md")
        }
    }
}
