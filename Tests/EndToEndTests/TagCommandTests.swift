import Foundation
import TestSupport
import Testing

/// `scened tag` and `--tags`: sentences that fit scenes, by a tiny CLIP of `fixtures/texts`, whose weights
/// mean nothing.
@Suite struct TagCommandTests {
    static let texts = Program.repository.appending(path: "fixtures/texts")

    static func model(_ name: String, vocabulary: String? = "merges.txt.gz") -> String {
        let model = Scratch.path("\(name).safetensors").path
        let source = texts.appending(path: "clip_openai.safetensors").path
        let given = vocabulary.map { ["--vocabulary", texts.appending(path: $0).path] } ?? []
        _ = try? Program.run(["model", "import", source, "--output", model] + given)
        return model
    }

    /// Made once.
    static let model = model("sentences")
    static let lines = [
        "studio\ta news studio with a presenter at a desk", "weather\tthe weather map of the country",
        "match\ta football match in a stadium", "other\tsomething else",
    ]

    static func file(_ lines: [String], _ name: String = "tags.txt") throws -> String {
        let file = try Scratch.emptyFolder().appending(path: name)
        try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: file)
        return file.path
    }

    struct Sentence: Decodable, Equatable {
        var name: String
        var share: Double
        var cosine: Double
    }

    static func sentences(_ event: Event) throws -> [Sentence] {
        struct Scene: Decodable { var sentence_tags: [Sentence] }
        return try JSONDecoder().decode(Scene.self, from: Data(event.line.utf8)).sentence_tags
    }

    static let film = Fixtures.path("cuts.mp4")
    static let usual = ["segment", film, "--model", model, "--min-scene", "1", "--quiet"]

    /// Embeddings of the film; made once.
    static let embeddings: String = {
        let file = Scratch.path("cuts.npz").path
        _ = try? Program.run(["embed", film, "--model", model, "--quiet", "--output", file])
        return file
    }()

    @Test func importsWithAVocabulary() throws {
        let output = Scratch.path("imported.safetensors").path
        let texts = Self.texts.path
        for (vocabulary, names) in [
            ("\(texts)/merges.txt.gz", "merges.txt.gz"),
            ("\(texts)/vocab.json, \(texts)/merges.txt", "vocab.json, merges.txt"),
        ] {
            let outcome = try Program.run([
                "model", "import", "\(texts)/clip_hugging.safetensors", "--output", output, "--vocabulary",
                vocabulary,
            ])
            #expect(outcome.status == 0 && outcome.errors.contains("clip-vit+clip-text"), "\(outcome.errors)")
            let info = try Program.run(["model", "info", output])
            #expect(
                info.output.contains("864 pieces, 77 at most, to 32, 64 wide, 2 layers, 4 heads")
                    && info.output.contains(names), "\(info.output)")
            let json = try Program.run(["model", "info", output, "--json"])
            #expect(json.output.contains(#""text_encoder":{"pieces":864,"length":77,"dimension":32}"#))
            #expect(try Program.run(["model", "verify", output]).status == 0)
        }
        let without = try Program.run([
            "model", "import", "\(texts)/clip_openai.safetensors", "--output", output,
        ])
        #expect(without.status == 0 && without.errors.contains("--vocabulary includes it"))
        for (arguments, status, wanted) in [
            (["--vocabulary", "/nowhere"], 66, "/nowhere"),
            (
                ["--vocabulary", "\(texts)/pieces.jsonl"], 65,
                "give bpe_simple_vocab_16e6.txt.gz, or vocab.json and"
            ),
            (["--vocabulary", "\(texts)/vocab.json"], 65, "and no merges"),
            (["--vocabulary", "a,,b"], 64, "takes files"),
            (["--vocabulary", output], 64, "would overwrite it"),
        ] as [([String], Int32, String)] {
            let refused = try Program.run(
                ["model", "import", "\(texts)/clip_openai.safetensors", "--output", output] + arguments)
            #expect(refused.status == status && refused.errors.contains(wanted), "\(refused.errors)")
        }
    }

    /// Scenes have their sentences, and nothing else in a run changes; shares are the softmax of the cosines.
    @Test func sentencesOfARun() throws {
        let tags = try Self.file(Self.lines)
        let plain = try Program.run(Self.usual)
        let tagged = try Program.run(Self.usual + ["--tags", tags])
        #expect(tagged.status == 0 && tagged.errors.isEmpty, "\(tagged.errors)")
        try Schema.check(tagged)
        let scenes = tagged.events.filter { $0.type == "scene" }
        #expect(scenes.count > 1 && tagged.lines.count == plain.lines.count)
        for (with, without) in zip(tagged.lines, plain.lines).dropFirst() {
            let cut = with.replacing(#/,"sentence_tags":\[.*?\]/#, with: "")
            #expect(cut == without || with.contains("\"stream_end\""))
        }
        #expect(
            tagged.lines[0].contains(
                #/"sentence_tags":\{"file":"[0-9a-f]{64}","text_encoder":"[0-9a-f]{64}","scale":\d+\.\d{6},"minimum":0.000000\}/#
            ))
        let scale = try #require(
            tagged.lines[0].firstMatch(of: #/"scale":([\d.]+)/#).flatMap { Double($0.1) })
        var seen: Set<[String]> = []
        for scene in scenes {
            let found = try Self.sentences(scene)
            #expect(Set(found.map(\.name)) == ["studio", "weather", "match", "other"])
            #expect(found.map(\.cosine) == found.map(\.cosine).sorted(by: >))
            #expect(abs(found.reduce(0) { $0 + $1.share } - 1) < 1e-5)
            let weights = found.map { exp(scale * ($0.cosine - found[0].cosine)) }
            for (sentence, weight) in zip(found, weights) {
                #expect(abs(sentence.share - weight / weights.reduce(0, +)) < 2e-4, "\(found)")
            }
            seen.insert(found.map(\.name) + found.map { "\($0.cosine)" })
        }
        // The scenes differ.
        #expect(seen.count > 1)
        // Below the minimum nothing is told; the best shares stay as they are.
        let fewer = try Program.run(Self.usual + ["--tags", tags, "--tag-minimum", "0.5"])
        for (all, some) in zip(scenes, fewer.events.filter { $0.type == "scene" }) {
            #expect(try Self.sentences(some) == Self.sentences(all).filter { $0.share >= 0.5 })
        }
        // Afterwards, of the plain run and its embeddings: the same.
        let events = Scratch.path("plain.jsonl").path
        try Data(plain.output.utf8).write(to: URL(filePath: events))
        let later = try Program.run([
            "tag", events, "--embeddings", Self.embeddings, "--model", Self.model, "--tags", tags,
        ])
        #expect(later.status == 0 && later.errors.isEmpty, "\(later.errors)")
        try Schema.check(later)
        #expect(Events.stable(later.lines) == Events.stable(tagged.lines))
        // Tagged again, from a pipe, into a file: with what is new.
        let output = Scratch.path("tagged.jsonl").path
        let again = try Program.shell(
            "cat '\(events)' | scened tag - --embeddings '\(Self.embeddings)' --model '\(Self.model)' --tags '\(tags)' --output '\(output)'"
        )
        #expect(again.status == 0 && again.output.isEmpty, "\(again.errors)")
        #expect(try String(contentsOfFile: output, encoding: .utf8) == later.output)
        let twice = try Program.run([
            "tag", output, "--embeddings", Self.embeddings, "--model", Self.model, "--tags", tags,
            "--tag-minimum", "0.5",
        ])
        #expect(Events.stable(twice.lines) == Events.stable(fewer.lines))
        #expect(try Program.run(["events", "check", output]).status == 0)
    }

    /// A live feed tells the same; probes and sentences go together.
    @Test func sentencesOfAFeed() throws {
        let tags = try Self.file(Self.lines)
        let watched = try Program.run([
            "watch", Self.film, "--model", Self.model, "--tags", tags, "--json", "--quiet", "--min-scene",
            "1",
        ])
        #expect(watched.status == 0, "\(watched.errors)")
        let scenes = watched.events.filter { $0.type == "scene" }
        #expect(!scenes.isEmpty)
        for scene in scenes { #expect(try Self.sentences(scene).count == 4) }
    }

    /// A sentence that is too long for the tower counts as the mean of its parts, and a line says so.
    @Test func longSentences() throws {
        let long =
            "long\t"
            + Array(repeating: "A studio, with a desk and a map of the country.", count: 12).joined(
                separator: " ")
        let tags = try Self.file(Self.lines + [long])
        let loud = Self.usual.filter { $0 != "--quiet" }
        let run = try Program.run(loud + ["--tags", tags])
        #expect(run.status == 0)
        #expect(
            run.errorLines.contains {
                $0.contains("the sentence of \"long\" has")
                    && $0.contains("more than 75: its parts are averaged")
            },
            "\(run.errors)")
        for scene in run.events where scene.type == "scene" { #expect(try Self.sentences(scene).count == 5) }
    }

    /// A table for people, on a terminal.
    @Test(.enabled(if: ExternalTool.isThere("script"), "script is absent"))
    func tables() throws {
        let events = Scratch.path("table.jsonl").path
        try Data(Program.run(Self.usual).output.utf8).write(to: URL(filePath: events))
        let outcome = try Program.shell(
            "script -qec 'scened tag \(events) --embeddings \(Self.embeddings) --model \(Self.model) --tags \(Self.file(Self.lines))' /dev/null"
        )
        let lines = outcome.output.split(whereSeparator: \.isNewline).map(String.init)
        #expect(lines.first?.hasSuffix("cuts") == true && lines.count > 2, "\(lines)")
        #expect(
            lines.last?.wholeMatch(
                of: #/ +\d+ +0:00:\d\d\.\d{3} +0:00:\d\d\.\d{3}  (\w+ \d+ %, ){3}\w+ \d+ %/#) != nil,
            "\(lines)")
    }

    /// One line that says what to do, and the status that the pages name; nothing is left behind.
    @Test func badInput() throws {
        let folder = try Scratch.emptyFolder().path
        let events = "\(folder)/cuts.jsonl"
        try Data(Program.run(Self.usual).output.utf8).write(to: URL(filePath: events))
        let tags = try Self.file(Self.lines)
        let other = "\(folder)/other.npz"
        _ = try Program.run(["embed", Self.film, "--quiet", "--output", other])
        let short = "\(folder)/short.npz"
        _ = try Program.run([
            "embed", Fixtures.path("vfr.mkv"), "--model", Self.model, "--quiet", "--output", short,
        ])
        let blind = Self.model("blind", vocabulary: nil)
        let empty = "\(folder)/empty.jsonl"
        try Data(
            Program.run(Self.usual).lines.filter { !$0.contains("\"type\":\"scene\"") }.map { $0 + "\n" }
                .joined().utf8
        ).write(to: URL(filePath: empty))
        func tag(
            _ events: String = events, _ embeddings: String = Self.embeddings, _ model: String = Self.model,
            _ tags: String = tags
        ) -> [String] { ["tag", events, "--embeddings", embeddings, "--model", model, "--tags", tags] }
        func lines(_ line: String) throws -> String { try Self.file(Self.lines + [line]) }
        let cases: [(arguments: [String], status: Int32, text: String)] = [
            (tag("/nowhere"), 66, "/nowhere"), (tag(events, "/nowhere"), 66, "/nowhere"),
            (tag(events, Self.embeddings, "/nowhere"), 66, "/nowhere"),
            (tag(events, Self.embeddings, Self.model, "/nowhere"), 66, "/nowhere"),
            (tag(tags), 65, "is not an event"), (tag(empty), 65, "holds no scenes"),
            (tag(events, tags), 65, "tags.txt"), (tag(events, Self.embeddings, tags), 65, "tags.txt"),
            (tag(events, short), 65, "of the video that was embedded"),
            (tag(events, other), 65, "did not make the embeddings of \(other)"),
            (
                tag(events, Self.embeddings, blind), 65,
                "holds no text tower, which turns sentences into vectors: import CLIP again"
            ),
            (tag(events, Self.embeddings, ImageModelTests.both), 65, "holds no text tower"),
            (try tag(events, Self.embeddings, Self.model, lines("a name")), 65, "tags.txt:5: has no tab"),
            (
                try tag(events, Self.embeddings, Self.model, lines("\ta sentence")), 65,
                "tags.txt:5: has no name"
            ),
            (
                try tag(events, Self.embeddings, Self.model, lines("studio\tagain")), 65,
                "has the name of line 1"
            ),
            (try tag(events, Self.embeddings, Self.model, lines("bell\tdi\u{7}ng")), 65, "control character"),
            (
                try tag(events, Self.embeddings, Self.model, lines("mark\tx <|endoftext|>")), 65,
                "a mark of CLIP"
            ),
            (
                try tag(events, Self.embeddings, Self.model, Self.file(["one\tsentence"])), 65,
                "holds one sentence"
            ),
            (Array(tag().dropLast(2)), 64, "--tags is missing"),
            (tag() + ["--tag-minimum", "2"], 64, "takes 0 to 1"),
            (
                ["segment", Self.film, "--tags", tags], 64,
                "--tags needs CLIP's text tower: give --model, too"
            ),
            (["segment", Self.film, "--model", blind, "--tags", tags], 65, "holds no text tower"),
            (["watch", Self.film, "--tags", tags], 64, "give --model, too"),
            (["segment", Self.film, "--tag-minimum", "0.5"], 64, "--tag-minimum needs --tags"),
            (Self.usual + ["--tags", tags, "--events", "boundary"], 64, "--tags adds to scene events"),
        ]
        for (arguments, status, text) in cases {
            let output = "\(folder)/made"
            let outcome = try Program.run(
                arguments + ["--output", output] + (arguments.contains("--quiet") ? [] : ["--quiet"]))
            #expect(
                outcome.status == status && outcome.errors.contains(text),
                "\(arguments): \(outcome.status) \(outcome.errors)")
            #expect(
                (status == 64 || outcome.errorLines.count == 1) && outcome.output.isEmpty,
                "\(arguments): \(outcome.errors)")
            #expect(!FileManager.default.fileExists(atPath: output), "\(arguments)")
        }
    }
}
