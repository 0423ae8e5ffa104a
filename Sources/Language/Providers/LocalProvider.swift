import Dispatch
import Engine
import Foundation
import LanguageModel
import Synchronization

/// A model file run in this process: no server, no key, and the same text for the same request on every machine.
///
/// One request at a time, on both or all processors; the others wait their turn. What two prompts begin with alike is read once. The same
/// request gives the same answer whatever was asked before. Chats are computed with activations of 16 bits, tokens' distributions in single
/// precision unless asked otherwise.
public final class LocalProvider: Provider {
    /// "local".
    public let name = "local"
    private let library: ModelLibrary
    private let queue = DispatchQueue(label: "workbench.local", qos: .userInitiated)
    private let desk: Desk

    /// The model loaded last, touched on the queue alone.
    private final class Desk: @unchecked Sendable {
        var path = ""
        var chat: LocalChat?
        var encoderPath = ""
        var encoder: EncoderModel?
    }

    /// The provider of the models that an environment's folders hold; nothing is loaded before the first request.
    public init(environment: [String: String]) {
        library = ModelLibrary(environment: environment)
        desk = Desk()
    }

    /// Performs a chat request; a model that cannot be used is an answer that says why.
    public func perform(_ request: Request, heard: @escaping @Sendable (Hearsay) -> Void) async -> Answer {
        let isStopped = Flag()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                queue.async { [library, desk] in
                    let start = DispatchTime.now().uptimeNanoseconds
                    var answer = Self.answer(to: request, library, desk, isStopped, heard)
                    answer.seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
                    continuation.resume(returning: answer)
                }
            }
        } onCancel: {
            isStopped.raise()
        }
    }

    private static func answer(
        to request: Request, _ library: ModelLibrary, _ desk: Desk, _ isStopped: Flag, _ heard: @escaping @Sendable (Hearsay) -> Void
    ) -> Answer {
        var answer = Answer(id: request.id, body: .failure("cancelled"))
        if isStopped.isRaised { return answer }
        do {
            switch request.body {
            case .chat(let request):
                let chat = try chat(library.path(of: request.model), desk, heard)
                if let reply = try chat.reply(to: request, isStopped: { isStopped.isRaised }, heard: heard) { answer.body = .chat(reply) }
            case .tokens(let request):
                let chat = try chat(library.path(of: request.model), desk, heard)
                if let reply = try chat.tokens(of: request, isStopped: { isStopped.isRaised }, heard: heard) {
                    answer.body = .tokens(reply)
                }
            case .embedding(let model, let texts):
                let encoder = try encoder(library.embeddingPath(of: model), desk, heard)
                if let vectors = try encoder.vectors(of: texts, isStopped: { isStopped.isRaised }) {
                    answer.body = .embedding(vectors)
                    answer.remark = remark(on: texts, encoder)
                }
            case .documents, .retrieval, .growth: answer.body = .failure("the local provider reads no files")
            }
        } catch let error as DoesNotFit {
            answer.body = .failure(error.sentence)
            answer.overflow = error.overflow
        } catch let error as UserError {
            answer.body = .failure(error.description)
        } catch {
            answer.body = .failure("\(error)")
        }
        return answer
    }

    /// That the model read the beginnings of texts alone; nil when it read them whole.
    private static func remark(on texts: [String], _ encoder: EncoderModel) -> String? {
        let counts = texts.map { encoder.tokenCount(of: $0) }.filter { $0 > encoder.capacity }
        guard let longest = counts.max() else { return nil }
        let which = texts.count == 1 ? "the text has \(longest)" : "\(counts.count) of \(texts.count) texts have up to \(longest)"
        return "\(which) tokens, of which the model reads the first \(encoder.capacity): the vector is of the beginning alone"
    }

    /// The model of a file, loaded where it is not there yet.
    private static func chat(_ path: String, _ desk: Desk, _ heard: @escaping @Sendable (Hearsay) -> Void) throws -> LocalChat {
        if let chat = desk.chat, desk.path == path { return chat }
        desk.chat = nil
        heard(.notice("loading \((path as NSString).lastPathComponent)"))
        let chat = try LocalChat(path: path)
        (desk.chat, desk.path) = (chat, path)
        return chat
    }

    /// The sentence-embedding model of a folder, loaded where it is not there yet.
    private static func encoder(_ path: String, _ desk: Desk, _ heard: @escaping @Sendable (Hearsay) -> Void) throws -> EncoderModel {
        if let encoder = desk.encoder, desk.encoderPath == path { return encoder }
        heard(.notice("loading \((path as NSString).lastPathComponent)"))
        let encoder = try EncoderModel(folder: path)
        (desk.encoder, desk.encoderPath) = (encoder, path)
        return encoder
    }

    private final class Flag: Sendable {
        private let state = Atomic(false)
        var isRaised: Bool { state.load(ordering: .relaxed) }
        func raise() { state.store(true, ordering: .relaxed) }
    }
}

/// Conversations with one model.
final class LocalChat {
    let model: LlamaModel
    let context: LlamaContext
    let name: String
    private let template: Result<ChatTemplate, any Error>

    /// Loads a model; throws a sentence when it cannot be used.
    init(path: String) throws {
        model = try LlamaModel(path: path)
        // A model that was not made for conversations still has tokens to look at.
        template = Result { [model] in try ChatTemplate(model.file, model.tokenizer) }
        context = try LlamaContext(model)
        let file = (path as NSString).lastPathComponent
        name = file.hasSuffix(".gguf") ? String(file.dropLast(5)) : file
    }

    /// The model's reply; nil when it was stopped.
    func reply(
        to request: ChatRequest, isStopped: () -> Bool, heard: (Hearsay) -> Void
    ) throws -> ChatReply? {
        let tokenizer = model.tokenizer
        let prompt = try template.get().encode(request.messages.map { ($0.role, $0.content) }, limit: mostCounted)
        guard prompt.count < context.capacity else {
            throw DoesNotFit(
                sentence: "the prompt has \(shown(prompt.count)) tokens, which leaves no room for an answer in the model's context of "
                    + "\(context.capacity); shorten the text",
                overflow: ContextOverflow(promptTokens: prompt.count, contextTokens: context.capacity))
        }
        let room = context.capacity - prompt.count
        let limit = min(request.maxTokens ?? room, room)
        var sampling = Sampling()
        sampling.temperature = max(0, request.temperature)
        sampling.topP = request.topP
        sampling.topK = max(0, request.topK ?? 0)
        sampling.minP = min(max(0, request.minP ?? 0), 1)
        sampling.repetitionPenalty = max(1, request.repetitionPenalty)
        var sampler = Sampler(sampling, seed: request.seed ?? 0)
        let start = DispatchTime.now().uptimeNanoseconds
        var first = start
        context.isExact = false
        var passes = 0
        let logitsOfPrompt = try context.read(prompt, isStopped: isStopped) { read in
            passes += 1
            if passes % 8 == 0 {
                heard(.progress("\(read) of \(prompt.count) tokens of the prompt read", Double(read) / Double(prompt.count)))
            }
        }
        guard var logits = logitsOfPrompt else { return nil }
        var reply = ChatReply(text: "", finish: "length", model: name, promptTokens: prompt.count, completionTokens: 0)
        var tokens: [ChatReply.Token] = []
        var bytes: [UInt8] = []
        var ids: [Int] = []
        while ids.count < limit {
            if isStopped() { return nil }
            let id = sampler.choose(logits, recent: ids)
            ids.append(id)
            if ids.count == 1 { first = DispatchTime.now().uptimeNanoseconds }
            if request.topLogProbabilities > 0 { tokens.append(token(id, logits, alternatives: request.topLogProbabilities)) }
            if tokenizer.ends.contains(id) {
                reply.finish = "stop"
                break
            }
            if !tokenizer.isControl(id) { bytes += tokenizer.bytes(of: id) }
            heard(.text(String(decoding: bytes.dropLast(Self.unfinished(bytes)), as: UTF8.self)))
            if ids.count < limit { logits = try context.read(next: id) }
        }
        reply.text = String(decoding: bytes, as: UTF8.self)
        reply.completionTokens = ids.count
        if !ids.isEmpty {
            reply.firstTokenSeconds = Double(first - start) / 1e9
            reply.laterTokensSeconds = Double(DispatchTime.now().uptimeNanoseconds - first) / 1e9
        }
        if request.topLogProbabilities > 0 { reply.tokens = tokens }
        return reply
    }

    /// How many tokens of a text that does not fit are counted: enough to say how much too long it is.
    var mostCounted: Int { 4 * context.capacity }

    /// A count of tokens that ended beyond `mostCounted`.
    func shown(_ count: Int) -> String { count > mostCounted ? "more than \(mostCounted)" : "\(count)" }

    /// How many bytes at the end begin a character that is not whole yet.
    private static func unfinished(_ bytes: [UInt8]) -> Int {
        for length in 1...3 where length <= bytes.count {
            let byte = bytes[bytes.count - length]
            if byte & 0xC0 == 0x80 { continue }
            let needed = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return needed > length ? length : 0
        }
        return 0
    }

    private func token(_ id: Int, _ logits: [Float], alternatives count: Int) -> ChatReply.Token {
        let table = Sampler.logProbabilities(logits)
        let likeliest = Sampler.likeliest(table, count: min(count, 20))
        return ChatReply.Token(
            text: model.tokenizer.text(of: id), logProbability: table[id],
            alternatives: likeliest.map { .init(text: model.tokenizer.text(of: $0), logProbability: table[$0]) })
    }
}
