import Engine
import Foundation
import Plotting
import Testing

@testable import Language

/// What a scripted model answers to a request.
private typealias Model = (Request) -> Answer.Body

/// The answers of the program's own stand-ins, and of a fake model that drops the last word of what it is asked about.
private func standIn(_ request: Request) -> Answer.Body {
    switch request.provider {
    case "extractive": return ExtractiveProvider.answered(request).body
    case "echo": return EchoProvider.answer(to: request.body)
    default:
        guard case .chat(let chat) = request.body, let text = chat.messages.last?.content else { return .failure("not a chat") }
        let content = text.split(separator: ": ", maxSplits: 1).last.map(String.init) ?? text
        let words = TextMeasures.words(content)
        return .chat(
            ChatReply(text: words.dropLast(words.count > 3 ? 1 : 0).joined(separator: " "), promptTokens: 10, completionTokens: words.count)
        )
    }
}

/// Which of several waiting requests is answered next.
private enum Order { case first, last }

/// Runs to the end or until `steps` answers are taken in.
private func run(
    _ values: [String: Value] = [:], inputs: [String: Input] = [:], steps: Int = .max, slice: Int = 1, order: Order = .first,
    model: Model = standIn
) throws -> IterateExperiment {
    var experiment = try IterateExperiment(Setup(card: IterateExperiment.card, values: values, inputs: inputs))
    try advance(&experiment, steps: steps, slice: slice, order: order, model: model)
    return experiment
}

@discardableResult
private func advance(
    _ experiment: inout IterateExperiment, steps: Int = .max, slice: Int = 1, order: Order = .first, model: Model = standIn
) throws -> Engine.Progress.State {
    var taken = 0
    while taken < steps {
        let progress = try experiment.step(min(slice, steps - taken))
        taken += progress.steps
        switch progress.state {
        case .ready: continue
        case .waiting(let requests):
            // Several answers may come before the next step, as many as a slice takes in.
            for request in (order == .first ? requests : requests.reversed()).prefix(slice) {
                try experiment.receive(Answer(id: request.id, body: model(request), seconds: 0.5, retries: 1))
            }
        case .finished, .failed: return progress.state
        }
    }
    return try experiment.step(0).state
}

private func waiting(_ experiment: inout IterateExperiment) throws -> [Request] {
    guard case .waiting(let requests) = try experiment.step(1).state else { return [] }
    return requests
}

private func chat(_ request: Request) throws -> ChatRequest {
    guard case .chat(let chat) = request.body else { throw UserError("no chat") }
    return chat
}

private func column(_ experiment: IterateExperiment, _ name: String) throws -> [Table.Value] {
    let table = try #require(experiment.tables().first { $0.name == "iterations" })
    let place = try #require(table.columns.firstIndex(of: name))
    return table.rows.map { $0[place] }
}

private func refusal(_ values: [String: Value], inputs: [String: Input] = [:]) -> String? {
    #expect(throws: UserError.self) { try IterateExperiment(Setup(card: IterateExperiment.card, values: values, inputs: inputs)) }?
        .description
}

@Suite struct IterateTests {
    @Test func `the default run falls to a fixed point and stays there for 50 iterations`() throws {
        let experiment = try run()
        let results = experiment.results()
        #expect(results.number("iterationsDone") == 50)
        #expect(results.number("period") == 1)
        let first = try #require(results.number("firstRepeat"))
        #expect(first > 3 && first < 10)
        let lengths = try column(experiment, "characters").map { if case .integer(let n) = $0 { n } else { -1 } }
        #expect(lengths.count == 51)
        #expect(zip(lengths, lengths.dropFirst()).allSatisfy { $0 >= $1 })
        #expect(lengths[Int(first)] == lengths[Int(first) - 1] && lengths[0] > 4 * lengths[50])
        #expect(results.number("halfLife") == Double(try #require(lengths.firstIndex { 2 * $0 <= lengths[0] })))
        #expect(results.number("finalCharacters") == Double(lengths[50]))
        #expect(results["survivingLines"] == ResultValue.none)
        #expect(try column(experiment, "rougeL")[0] == .number(1))
        #expect(try column(experiment, "rougeLPrevious")[0] == .none)
        #expect(try column(experiment, "rougeLPrevious")[50] == .number(1))
        #expect(try column(experiment, "editDistancePrevious")[50] == .number(0))
        #expect(results.warnings.contains { $0.contains("extractive control") })
    }

    @Test func `the control's paraphrase ends in a cycle`() throws {
        let results = try run(["prompt": .text("rephrase"), "iterations": .integer(12)]).results()
        let period = try #require(results.number("period"))
        #expect(period == 2 || period == 3 || period == 6)
    }

    @Test(arguments: [("echo", 1.0, 1.0), ("reverse", 2, 2)])
    func `stand-ins show a fixed point and a cycle`(model: String, first: Double, period: Double) throws {
        let results = try run(["provider": .text("echo"), "model": .text(model), "iterations": .integer(6)]).results()
        // White space is the echo's own, but turning the words round joins them by single spaces: the text's first return is later.
        #expect(results.number("period") == period)
        #expect(try #require(results.number("firstRepeat")) >= first)
    }

    @Test func `every table column, result and figure of the specification is there`() throws {
        let experiment = try run(["iterations": .integer(3)])
        let table = try #require(experiment.tables().first { $0.name == "iterations" })
        for name in [
            "lane", "iteration", "characters", "words", "lines", "tokens", "compression", "rouge1", "rouge2", "rougeL", "rougeLPrevious",
            "bleu", "chrf", "editDistancePrevious", "embeddingOriginal", "embeddingPrevious", "typeTokenRatio", "bitsPerCharacter",
            "tokenEntropy", "logLikelihood", "seconds", "retries",
        ] { #expect(table.columns.contains(name), "\(name)") }
        let names = [
            "firstRepeat", "period", "truncated", "finalCharacters", "halfLife", "survivingNumbers", "survivingNames", "survivingLines",
        ]
        for name in names { #expect(experiment.results().values[name] != nil, "\(name)") }
        for card in IterateExperiment.card.figures { #expect(experiment.figure(card.id).id == card.id) }
    }

    @Test func `lanes are every combination, each with its own chain and a curve`() throws {
        let experiment = try run([
            "provider": .text("echo"), "model": .text("walk"), "iterations": .integer(5),
            "lanes": .text("temperature=0,0.5,1; prompt = summarize , rephrase"),
        ])
        #expect(
            experiment.lanes.map(\.settings.name) == [
                "T0 summarize", "T0 rephrase", "T0.5 summarize", "T0.5 rephrase", "T1 summarize", "T1 rephrase",
            ])
        #expect(experiment.lanes.map(\.done) == [5, 5, 5, 5, 5, 5])
        #expect(experiment.results().numbers("finalCharacters")?.count == 6)
        guard case .plot(let plot) = experiment.figure("length").body else { throw UserError("no plot") }
        #expect(plot.marks.count { $0 is Line } == 6)
    }

    @Test func `at most so many requests as parallel are under way, the lane behind first`() throws {
        var experiment = try IterateExperiment(
            Setup(card: IterateExperiment.card, values: ["lanes": .text("maxTokens=1,2,3,4,5"), "parallel": .integer(2)]))
        let requests = try waiting(&experiment)
        #expect(try requests.map { try chat($0).maxTokens } == [1, 2])
        try experiment.receive(Answer(id: requests[1].id, body: standIn(requests[1])))
        #expect(try waiting(&experiment).map { try chat($0).maxTokens } == [1, 3])
    }

    @Test func `the order of arrival does not change a lane's texts`() throws {
        let values: [String: Value] = [
            "provider": .text("echo"), "model": .text("walk"), "iterations": .integer(5),
            "lanes": .text("temperature=0,0.7,1.4;modelSeed=1,2"),
        ]
        let one = try run(values)
        for (slice, order) in [(1, Order.last), (3, .first), (4, .last)] {
            let other = try run(values, slice: slice, order: order)
            #expect(other.lanes.map(\.texts) == one.lanes.map(\.texts))
            #expect(other.tables() == one.tables())
        }
    }

    @Test func `slices do not matter to the bit, and a decoded copy goes on alike`() throws {
        let values: [String: Value] = [
            "provider": .text("echo"), "model": .text("walk"), "iterations": .integer(9), "lanes": .text("temperature=0,1"),
        ]
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let whole = try run(values, steps: 11, slice: 1)
        var halves = try run(values, steps: 5, slice: 1)
        halves = try JSONDecoder().decode(IterateExperiment.self, from: encoder.encode(halves))
        try advance(&halves, steps: 6)
        #expect(try encoder.encode(halves) == encoder.encode(whole))
    }

    @Test func `a failed request keeps what there is, and raising attempt goes on with a new id`() throws {
        var broken = true
        var ids: Set<Int> = []
        let model: Model = { request in
            #expect(ids.insert(request.id).inserted, "an id came twice")
            if case .chat(let chat) = request.body, broken, TextMeasures.words(chat.messages.last?.content ?? "").count < 198 {
                return .failure("HTTP 500: invalid Unicode output")
            }
            return standIn(request)
        }
        var experiment = try run(["provider": .text("openai"), "iterations": .integer(20)], model: model)
        let kept = experiment.lanes[0].texts
        #expect(kept.count > 1 && kept.count < 20)
        let k = kept.count - 1
        guard case .failed(let sentence) = try experiment.step(1).state else { throw UserError("not failed") }
        #expect(sentence == "iteration \(k + 1): HTTP 500: invalid Unicode output; \(k) kept, raise “attempt” to go on")
        #expect(experiment.results().number("failures") == 1)
        broken = false
        try experiment.apply(Change("attempt", .integer(2)))
        let end = try advance(&experiment, model: model)
        guard case .finished = end else { throw UserError("not finished: \(end)") }
        #expect(Array(experiment.lanes[0].texts.prefix(kept.count)) == kept)
        #expect(experiment.lanes[0].done == 20)
    }

    @Test func `one lane's failure does not stop the others`() throws {
        let experiment = try run(["lanes": .text("provider=extractive,echo;model=fail"), "iterations": .integer(4)])
        #expect(experiment.lanes.map(\.done) == [4, 0])
    }

    @Test func `a live temperature reaches the next request of lanes that have none of their own`() throws {
        var experiment = try IterateExperiment(
            Setup(card: IterateExperiment.card, values: ["provider": .text("openai"), "temperature": .real(0.3)]))
        try experiment.apply(Change("temperature", .real(0.6)))
        let first = try #require(try waiting(&experiment).first)
        #expect(try chat(first).temperature == 0.6)
        try experiment.apply(Change("temperature", .real(0.9)))
        #expect(try waiting(&experiment) == [first], "what is under way stays as it was asked")
        try experiment.receive(Answer(id: first.id, body: standIn(first)))
        #expect(try chat(try #require(try waiting(&experiment).first)).temperature == 0.9)

        var fixed = try IterateExperiment(
            Setup(card: IterateExperiment.card, values: ["provider": .text("openai"), "lanes": .text("temperature=0.2")]))
        try fixed.apply(Change("temperature", .real(1)))
        #expect(try chat(try #require(try waiting(&fixed).first)).temperature == 0.2)
    }

    @Test func `requests carry the prompts and settings`() throws {
        func request(_ values: [String: Value]) throws -> ChatRequest {
            var experiment = try IterateExperiment(
                Setup(card: IterateExperiment.card, values: values.merging(["provider": .text("openai")]) { $1 }))
            return try chat(try #require(try waiting(&experiment).first))
        }
        let text = BuiltInText.short.text
        let plain = try request(["model": .text("m"), "topP": .real(0.5), "maxTokens": .integer(7), "retries": .integer(2)])
        #expect(plain.messages.map(\.role) == ["system", "user"])
        #expect(plain.messages[1].content == "Summarize the following: " + text)
        #expect((plain.model, plain.topP, plain.maxTokens, plain.seed, plain.retries) == ("m", 0.5, 7, 42, 2))
        #expect(try request(["prompt": .text("rephrase")]).messages[1].content == "Rephrase the following: " + text)
        let custom = try request(["prompt": .text("custom"), "template": .text("A {text} B {text}"), "system": .text("")])
        #expect(custom.messages.map(\.content) == ["A \(text) B \(text)"])
        #expect(try request(["maxTokens": .integer(0)]).maxTokens == nil)
        #expect((plain.topK, plain.minP, plain.repetitionPenalty) == (nil, nil, 1))
        let narrow = try request(["topK": .integer(40), "minP": .real(0.05), "repetitionPenalty": .real(1.2)])
        #expect((narrow.topK, narrow.minP, narrow.repetitionPenalty) == (40, 0.05, 1.2))
    }

    @Test func `the seed is the same each time or one more`() throws {
        var seeds: [String: [UInt64?]] = [:]
        for mode in ["same", "step"] {
            _ = try run(["provider": .text("openai"), "seedMode": .text(mode), "iterations": .integer(3)]) { request in
                seeds[mode, default: []].append((try? chat(request))?.seed)
                return standIn(request)
            }
        }
        #expect(seeds == ["same": [42, 42, 42], "step": [42, 43, 44]])
    }

    @Test func `a translation goes there and back before it counts as an iteration`() throws {
        var asked: [String] = []
        let experiment = try run(["provider": .text("openai"), "prompt": .text("translate"), "iterations": .integer(2)]) { request in
            let content = (try? chat(request))?.messages.last?.content ?? ""
            asked.append(String(content.prefix { $0 != ":" }))
            return .chat(ChatReply(text: asked.count % 2 == 1 ? "texte \(asked.count)" : "text \(asked.count)", completionTokens: 2))
        }
        #expect(
            asked == [
                "Translate the following into French", "Translate the following into English", "Translate the following into French",
                "Translate the following into English",
            ])
        #expect(experiment.lanes[0].texts.dropFirst() == ["text 2", "text 4"])
        #expect(try column(experiment, "seconds").last == .number(1), "both ways are counted")
    }

    @Test func `answers cut by the limit are marked and told`() throws {
        let experiment = try run(["provider": .text("openai"), "iterations": .integer(2)]) { _ in
            .chat(ChatReply(text: "cut off", finish: "length"))
        }
        #expect(experiment.results().number("truncated") == 2)
        #expect(experiment.results().warnings.contains { $0.contains("2 of 2 answers were cut at maxTokens = 512") })
    }

    @Test func `an empty answer ends its lane`() throws {
        let experiment = try run(["provider": .text("openai")]) { _ in .chat(ChatReply(text: "")) }
        #expect(experiment.lanes[0].done == 1)
        #expect(experiment.results().warnings.contains { $0.contains("empty") })
    }

    @Test func `stopping on a repeat needs a deterministic map`() throws {
        let values: [String: Value] = [
            "provider": .text("openai"), "iterations": .integer(9), "stopOnRepeat": .flag(true), "seedMode": .text("step"),
        ]
        let same: Model = { _ in .chat(ChatReply(text: "always this")) }
        #expect(try run(values, model: same).lanes[0].done == 2)
        #expect(try run(values.merging(["temperature": .real(1)]) { $1 }, model: same).lanes[0].done == 9)
    }

    @Test func `composed and decomposed letters are no fixed point`() throws {
        var composed = false
        let experiment = try run(["provider": .text("openai"), "iterations": .integer(2)]) { _ in
            composed.toggle()
            return .chat(ChatReply(text: composed ? "caf\u{E9}" : "cafe\u{301}"))
        }
        #expect(experiment.lanes[0].repetition == nil)
    }

    @Test func `log-probabilities become a likelihood and a mean entropy`() throws {
        let half = Foundation.log(0.5)
        let token = ChatReply.Token(
            text: "x", logProbability: half, alternatives: [.init(text: "x", logProbability: half), .init(text: "y", logProbability: half)])
        let experiment = try run(["provider": .text("openai"), "iterations": .integer(1), "topLogProbabilities": .integer(2)]) { _ in
            .chat(ChatReply(text: "xx", tokens: [token, token]))
        }
        let row = experiment.lanes[0].latest
        #expect(abs(try #require(row.tokenEntropy) - Foundation.log(2)) < 1e-12)
        #expect(abs(try #require(row.logLikelihood) - 2 * half) < 1e-12)
    }

    @Test func `vectors give cosines to the original and the text before, whatever comes first`() throws {
        let model: Model = { request in
            guard case .embedding(let name, let texts) = request.body else { return standIn(request) }
            #expect(name == "e" && texts.count == 1)
            return .embedding([[Float(TextMeasures.words(texts[0]).count), 100]])
        }
        let values: [String: Value] = ["provider": .text("openai"), "iterations": .integer(3), "embeddingModel": .text("e")]
        let experiment = try run(values, model: model)
        #expect(experiment.lanes[0].embedded == 4)
        #expect(try column(experiment, "embeddingOriginal").first == .number(1))
        #expect(experiment.lanes[0].iterations.dropFirst().allSatisfy { ($0.embeddingPrevious ?? 0) > 0.99 })
        #expect(try run(values, slice: 4, order: .last, model: model).tables() == experiment.tables())
    }

    @Test func `the texts shown follow the live choices`() throws {
        var experiment = try run([
            "provider": .text("echo"), "model": .text("shorten"), "iterations": .integer(4), "lanes": .text("modelSeed=1,2"),
        ])
        #expect(experiment.comparison?.lane == 0 && experiment.comparison?.earlier == 3 && experiment.comparison?.later == 4)
        try experiment.apply(Change("showLane", .integer(9)))
        try experiment.apply(Change("showIteration", .integer(2)))
        #expect(experiment.comparison?.lane == 1 && experiment.comparison?.earlier == 1 && experiment.comparison?.later == 2)
        try experiment.apply(Change("compareIteration", .integer(0)))
        #expect(experiment.comparison?.earlier == 0)
    }

    @Test func `control characters of an answer are shown as pictures`() throws {
        let experiment = try run(["provider": .text("openai"), "iterations": .integer(1)]) { _ in
            .chat(ChatReply(text: "red \u{1B}[31m \u{7}bell \u{9B}2J \u{202E}rtl\u{0}"))
        }
        for id in ["text", "diff"] {
            let shown = String(describing: experiment.figure(id).body)
            #expect(
                !shown.unicodeScalars.contains {
                    $0.value == 0x1B || $0.value == 7 || $0.value == 0x9B || $0.value == 0x202E || $0.value == 0
                })
            #expect(shown.contains("\u{241B}[31m"))
        }
    }

    @Test func `own texts are read, mended or refused in one sentence`() throws {
        func input(_ bytes: [UInt8]) -> [String: Input] { ["text": Input(name: "my.txt", bytes: bytes)] }
        let own: [String: Value] = ["text": .text("my.txt")]
        #expect(try run(own, inputs: input(Array("\u{FEFF}One fish. Two fish.".utf8)), steps: 0).original.text == "One fish. Two fish.")
        let mended = try run(own, inputs: input([0x61, 0xFF, 0x62]), steps: 0)
        #expect(mended.original.text == "a\u{FFFD}b")
        #expect(mended.results().warnings.first == "text: “my.txt” holds bytes that are not UTF-8; each was replaced by U+FFFD")
        #expect(refusal(own, inputs: input([])) == "text: “my.txt” is empty; expected some text to rewrite")
        #expect(refusal(own, inputs: input(Array(" \n\t".utf8))) == "text: “my.txt” is empty; expected some text to rewrite")
        #expect(refusal(own, inputs: input([0x61, 0, 0x62]))?.contains("binary file") == true)
        #expect(
            refusal(["text": .text("novel")])
                == "text: there is no built-in text “novel”; expected short, facts, biography, news, speech, or a file")
        let controls = try run(own, inputs: input(Array("a\u{1B}[2J b. c\u{7}.".utf8)))
        #expect(controls.lanes[0].done == 50)
    }

    @Test(arguments: [
        ("temperature", "lanes: “temperature” is no setting; expected a list such as temperature=0,0.5,1; prompt=summarize,rephrase"),
        ("temperature=hot", "lanes: temperature=hot is not a number from 0 to 2"),
        ("temperature=0,3", "lanes: temperature=3 is not a number from 0 to 2"),
        ("temperature=nan", "lanes: temperature=nan is not a number from 0 to 2"),
        ("temperature=0,0.0", "lanes: temperature has the value 0.0 twice"),
        ("prompt=summarise", "lanes: prompt=summarise is not known; expected one of summarize, rephrase, translate, custom"),
        ("temp=1", "lanes: “temp” cannot differ between lanes; did you mean “temperature”?"),
        (
            "iterations=1,2",
            "lanes: “iterations” cannot differ between lanes; what can is temperature, prompt, provider, model, topP, topK, minP, repetitionPenalty, maxTokens, modelSeed, seedMode, language"
        ),
        ("topP=1;topP=0.5", "lanes: “topP” is listed twice"), ("model=a,,b", "lanes: model has an empty value"),
        ("maxTokens=1.5", "lanes: maxTokens=1.5 is not a whole number from 0 to 100000"),
        ("modelSeed=1,2,3,4,5; temperature=0,0.5,1,1.5,2", "lanes: more than 24 combinations"),
        ("prompt=translate", "the extractive control cannot translate; choose prompt summarize or rephrase, or a provider with a model"),
    ])
    func `lanes that cannot be run are refused`(lanes: String, sentence: String) {
        #expect(refusal(["lanes": .text(lanes)]) == sentence)
    }

    @Test func `impossible settings are refused`() {
        #expect(
            refusal(["prompt": .text("custom"), "provider": .text("openai"), "template": .text("no place")])
                == "template: “no place” has no {text}, where the text is to stand")
        #expect(
            refusal(["provider": .text("echo"), "model": .text("gpt")])
                == "model: echo has no model “gpt”; expected one of echo, shorten, reverse, walk, fail")
        #expect(
            refusal(["provider": .text("openai"), "prompt": .text("translate"), "language": .text("")])
                == "language: a language to translate into is wanted, such as French")
    }

    @Test func `an answer that nobody asked for is refused`() throws {
        var experiment = try run(steps: 0)
        let request = try #require(try waiting(&experiment).first)
        #expect(throws: UserError.self) { try experiment.receive(Answer(id: 99, body: .failure("x"))) }
        try experiment.receive(Answer(id: request.id, body: standIn(request)))
        #expect(throws: UserError.self) { try experiment.receive(Answer(id: request.id, body: standIn(request))) }
        #expect(throws: UserError.self) { try experiment.apply(Change("text", .text("facts"))) }
    }

    @Test func `more iterations can be asked for after the end`() throws {
        var experiment = try run(["iterations": .integer(3)])
        try experiment.apply(Change("iterations", .integer(5)))
        try advance(&experiment)
        #expect(experiment.lanes[0].done == 5)
        #expect(experiment.lanes[0].texts == (try run(["iterations": .integer(5)])).lanes[0].texts)
    }

    @Test func `a list keeps its survivors counted by line`() throws {
        let experiment = try run(["text": .text("facts"), "iterations": .integer(3)])
        #expect(experiment.results().number("survivingLines") == 0.13, "100, 50, 25, 13 of the lines are kept")
        #expect(try column(experiment, "lines").last == .integer(13))
    }

    @Test func `a provider's key is nowhere in the encoded experiment`() async throws {
        let key = "sk-secret-0123456789"
        let server = try LoopbackServer { number, _ in
            number < 2 ? Served.reply("Bearer \(key) says hello") : [Served.whole("401 Unauthorized", "{\"error\":\"\(key)\"}")]
        }
        let provider = OpenAIProvider(environment: ["OPENAI_BASE_URL": server.base, "OPENAI_API_KEY": key])
        var experiment = try IterateExperiment(Setup(card: IterateExperiment.card, values: ["provider": .text("openai")]))
        for _ in 0..<3 {
            let request = try #require(try waiting(&experiment).first)
            try experiment.receive(await provider.perform(request) { _ in })
        }
        _ = try experiment.step(10)
        #expect(experiment.lanes[0].failures == 1 && experiment.lanes[0].done == 2)
        let encoded = String(decoding: try JSONEncoder().encode(experiment), as: UTF8.self)
        #expect(!encoded.contains(key))
        #expect(!String(describing: experiment.results()).contains(key))
    }
}
