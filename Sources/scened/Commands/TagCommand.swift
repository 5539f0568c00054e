import ArgumentParser
import JSONText
import SceneEvents
import SceneModel
import ScenePipeline
import SceneSegmentation
import TextFiles
import Timeline

/// `scened tag`: sentences that fit the scenes of a run, afterwards and without its video.
struct Tag: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tag the scenes of a run with sentences.",
        discussion: """
            Examples:
              scened embed film.mp4 --model clip.safetensors --output film.npz
              scened score film.npz --output film.jsonl
              scened tag film.jsonl --embeddings film.npz --model clip.safetensors --tags tags.txt --output tagged.jsonl

            Each line of TAGS has a name, a tab and a sentence. Scenes get sentence_tags: the sentences with their \
            share among all sentences of the file, the best first. The other events stay as they are. On a terminal, \
            it prints a table.

            Exit status: 0 done; 64 wrong usage; 65 an input cannot be used, or they do not fit together; 66 one \
            cannot be opened; 73 the output cannot be written; 141 the reader of the output closed it.
            """)

    @Argument(help: "The run: JSON lines as segment and score write them, or - for standard input.")
    var events: String

    @Option(help: ArgumentHelp("The file of embed for the same video.", valueName: "file"))
    var embeddings: String

    @Option(
        help: ArgumentHelp(
            "The model of the embeddings, with CLIP's text tower (model import --vocabulary).",
            valueName: "file"))
    var model: String

    @OptionGroup
    var sentences: SentenceArguments

    @OptionGroup
    var answer: AnswerArguments

    func validate() throws {
        guard sentences.tags != nil else {
            throw ValidationError(
                "--tags is missing: give a file with a name, a tab and a sentence in each line")
        }
    }

    func run() throws {
        var files = FileRoles()
        files.read([events, embeddings, model])
        files.read(sentences.tags)
        files.write(answer.output)
        try files.check()
        let sequence = try read()
        let record: EmbeddingRecord
        do throws(EmbeddingFileError) {
            record = try EmbeddingRecord(path: embeddings)
        } catch {
            throw CommandFailure(error)
        }
        try check(sequence, record)
        let maker = EmbeddingMaker(
            name: record.info.encoder, width: record.info.dimension, digest: record.info.digest)
        guard
            let sentences = try self.sentences.read(
                model: model, maker: maker, of: embeddings, isQuiet: answer.quiet)
        else { return }
        var lines = try answer.open()
        let isForPeople = answer.isForPeople(lines)
        if isForPeople { try lines.write(TagTable.heading(TextFile.stem(embeddings))) }
        var (writer, start) = (EventWriter(), StreamStart?.none)
        for event in sequence.events {
            var event = event
            switch event {
            case .streamStart(var told):
                start = told
                told.options.removeAll { $0.name == RunSentences.option }
                told.options.append((RunSentences.option, sentences.literal))
                event = .streamStart(told)
            case .scene(var scene):
                guard let start else { continue }
                let span = Self.span(of: scene, start, in: record)
                scene.sentenceTags = sentences.tags(
                    sentences.encoder.encode(
                        record.parts(between: span.start, and: span.end), width: record.info.dimension))
                event = .scene(scene)
                if isForPeople { try lines.write(Self.row(scene, span, record)) }
            default: break
            }
            if !isForPeople { try lines.write(writer.line(event)) }
        }
        try lines.finish()
    }

    private func read() throws -> EventSequence {
        let bytes = try InputFile.bytes(events, longestLine: EventLimits.longestLine)
        do throws(EventSequence.Fault) {
            let sequence = try EventSequence(reading: bytes)
            if sequence.isTorn { Console.say("\(events): the last line breaks off and was left out") }
            return sequence
        } catch {
            throw CommandFailure(
                status: .noVideo, message: "\(events): \(error); give the output of `scened segment`")
        }
    }

    /// Throws `CommandFailure` where the events have no scenes, or are of another video than the embeddings.
    private func check(_ sequence: EventSequence, _ record: EmbeddingRecord) throws(CommandFailure) {
        var (start, end) = (StreamStart?.none, Int64?.none)
        for event in sequence.events {
            switch event {
            case .streamStart(let told): start = told
            case .scene(let scene): end = start.map { Self.span(of: scene, $0, in: record).end }
            default: break
            }
        }
        guard let end else {
            throw CommandFailure(
                status: .noVideo,
                message: "\(events): it holds no scenes; give the output of `scened segment`")
        }
        let slack = record.info.media.clock.timeBase.ticks(seconds: 1)
        guard let last = record.lastInstant?.pts, abs(end - last) <= slack else {
            throw CommandFailure(
                status: .noVideo,
                message:
                    "\(events): its scenes do not end where \(embeddings) ends; give the events of the video that was embedded, read to the same end"
            )
        }
    }

    /// Start and end of a scene in the record's ticks.
    private static func span(
        of scene: Scene, _ start: StreamStart, in record: EmbeddingRecord
    ) -> (start: Int64, end: Int64) {
        let (clock, told) = (record.info.media.clock, start.media.clock)
        func ticks(_ instant: Instant) -> Int64 {
            clock.startPTS
                + clock.timeBase.ticks(
                    microseconds: told.timeBase.microseconds(instant.pts - told.startPTS))
        }
        return (ticks(scene.start), ticks(scene.end))
    }

    /// A row for people.
    private static func row(
        _ scene: Scene, _ span: (start: Int64, end: Int64), _ record: EmbeddingRecord
    ) -> String {
        let clock = record.info.media.clock
        return TagTable.row(
            TaggedFilm.Scene(
                number: scene.index + 1, start: clock.microseconds(at: span.start),
                end: clock.microseconds(at: span.end),
                tags: (scene.sentenceTags ?? []).map { ($0.name, $0.share.value) }), minimum: 0)
    }
}
