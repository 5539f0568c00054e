import ArchiveBatch
import Testing

/// Options of `segment`, sorted by what hangs on them.
@Suite struct SegmentWordsTests {
    @Test func groups() throws {
        let words = try SegmentWords(
            "--min-scene 10 --export webvtt,edl --speed=fast --peak -1 --threads 2 --intra-shot --model m.safetensors"
                .split(separator: " ").map(String.init))
        #expect(
            words.scoring == [
                "--min-scene", "10", "--peak", "-1", "--intra-shot", "--model", "m.safetensors",
            ])
        #expect(words.reading == ["--speed=fast"] && words.threads == ["--threads", "2"])
        #expect(words.exportFormats == "webvtt,edl" && words.canBeScoredAgain)
        #expect(words.files.map(\.path) == ["m.safetensors"] && words.files.map(\.option) == ["--model"])
        #expect(try SegmentWords(["--export=otio", "--index=a/b"]).exportFormats == "otio")
        #expect(try SegmentWords(["--export=otio", "--index=a/b"]).files.map(\.path) == ["a/b"])
        #expect(try SegmentWords([]).segmenting.isEmpty)
        // What parts are compared by shapes embeddings, and `score` must be told all the same.
        let compared = try SegmentWords(["--similarity", "encoder", "--peak", "1"])
        #expect(compared.comparing == ["--similarity", "encoder"] && compared.reading == compared.comparing)
        #expect(compared.segmenting == ["--similarity", "encoder", "--peak", "1"])
    }

    /// What else is looked for in a film is not in its embeddings.
    @Test(arguments: [
        ("--threshold 0.3", true), ("--split ticks --deadline 20", true),
        ("--speed fastest --stream 1", true),
        ("--blocks", false), ("--index archive", false), ("--shots cuts.csv", false), ("--sound", false),
        ("--no-cues", false), ("--model m.safetensors --similarity encoder,descriptor", true),
        ("--similarity encoder,sound --audio-stream 1", false),
    ])
    func scoredAgain(text: String, canBe: Bool) throws {
        #expect(try SegmentWords(text.split(separator: " ").map(String.init)).canBeScoredAgain == canBe)
    }

    @Test(arguments: ["--output x", "-q", "--events scene", "film.mp4", "--report=x", "--help"])
    func whatIsNotTheirs(text: String) {
        #expect(throws: BatchError.self) { try SegmentWords(text.split(separator: " ").map(String.init)) }
    }
}
