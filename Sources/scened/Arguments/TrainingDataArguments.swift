import ArgumentParser
import MediaInput
import SceneModel
import ScenePipeline
import SceneSegmentation
import SceneTraining
import Timeline
import TrainingPipeline

/// The flags that say which films are read.
struct TrainingDataArguments: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "Files of embeddings (.npz, .safetensors), videos, or folders of these.",
            discussion: """
                A file of embeddings is what scened embed wrote, or holds simple arrays: embeddings [shots, width], \
                boundary [shots] (1 where a scene ends with the shot), durations [shots] in seconds. Videos are \
                split into shots and described once; the result stays in --cache. With --movienet: the folder of \
                features, or of key frames.
                """))
    var films: [String]

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Annotations of MovieNet (anno.*.ndjson): FILMS is then FEATURES with FEATURES/VIDEO/shot_0000.npy, or shot_0000_img_0.jpg, _1, _2 and --encoder.",
            valueName: "files"))
    var movienet: [String] = []

    @Option(
        help: ArgumentHelp(
            "MovieNet's folder shot_movie318, for the lengths of shots. Default: all shots count as equally long.",
            valueName: "folder"))
    var shots: String?

    @Option(
        help: ArgumentHelp(
            "Model file whose image encoder embeds MovieNet's key frames, or embedded the films of --genres.",
            valueName: "model"))
    var encoder: String?

    @Option(
        help: ArgumentHelp(
            "Name of the array with the embeddings. For a relational network also several, such as picture,sound: it compares shots by all.",
            valueName: "names"))
    var array: String?

    @Option(
        help: ArgumentHelp(
            "Where shots and descriptors of videos are kept. Default: cache in the run's folder.",
            valueName: "folder"))
    var cache: String?

    func validate() throws {
        guard movienet.isEmpty || films.count == 1 else {
            throw ValidationError("--movienet takes one folder of features")
        }
        guard !films.isEmpty else { throw ValidationError("name films, or folders of films") }
    }

    /// Throws for what nothing here needs. `keyFrames`: FILMS is a folder of key frames to train on.
    /// `readsMore`: other films are read, too.
    func requireUse(
        ofEncoderWithGenres hasGenres: Bool, keyFrames: Bool = false, readsMore: Bool = false
    ) throws {
        guard shots == nil || !movienet.isEmpty || keyFrames else {
            throw ValidationError(
                "--shots goes with --movienet and --key-frames: give one of these, or leave it out")
        }
        guard !keyFrames || movienet.isEmpty else {
            throw ValidationError("--key-frames takes the folder of key frames alone: leave --movienet out")
        }
        guard array == nil || readsMore || movienet.isEmpty && !keyFrames else {
            throw ValidationError(
                "--array names arrays in files of embeddings, and these films are folders: leave it out")
        }
        guard encoder == nil || !movienet.isEmpty || hasGenres else {
            throw ValidationError("--encoder embeds the key frames of --movienet: give that too")
        }
    }

    /// Everything that these flags name for reading.
    var inputs: [String] { films + movienet + [shots, encoder].compactMap { $0 } }

    /// Reads `paths` as these flags say; progress goes to standard error, and which videos broke off.
    /// `genres` are looked for in key frames; shots of videos are compared by `similarity`. Throws
    /// `TrainingDataError`, or `ValidationError` for an array where only videos are read.
    func read(
        _ paths: [String], run: RunFolder, genres: TrainingGenres? = nil,
        similarity: Set<SimilarityCue> = [.encoder], threads: Int, isQuiet: Bool
    ) throws -> FilmCollection {
        var collection = FilmCollection()
        let line = StatusLine(isShown: Console.isTerminal && !isQuiet)
        defer { line.clear() }
        if !movienet.isEmpty, paths == films {
            collection.add(
                try MovieNetFolder(
                    features: films[0], annotations: movienet, shotRanges: shots,
                    encoder: try encoder.map { path throws(TrainingDataError) in
                        try TrainingJob.imageEncoder(path, genres: genres?.prior, threads: threads)
                    }
                ).read(
                    isStopped: { Interruption.stop.isRaised },
                    report: { line.show("film \($1) of \($2)  \($0)") }))
            return collection
        }
        let sources = try FilmCollection.sources(paths)
        guard array == nil || paths != films || sources.contains(where: { !$0.isVideo }) else {
            throw ValidationError(
                "--array names arrays in files of embeddings, and these are videos: leave it out")
        }
        var options = SegmentOptions()
        options.split = .thirds
        try collection.read(
            sources, array: array,
            cache: VideoCache(
                folder: cache ?? run.cachePath, options: options, threads: threads, similarity: similarity),
            stop: Interruption.stop
        ) { path, number, count, seconds in
            line.show(Self.words(path, number, count, seconds))
        }
        line.clear()
        Self.say(collection.takeNotes(), isQuiet: isQuiet)
        return collection
    }

    /// What the user should know of films that were read.
    private static func say(_ notes: [String], isQuiet: Bool) {
        guard !isQuiet else { return }
        for note in notes { Console.say(note) }
    }

    private static func words(_ path: String, _ number: Int, _ count: Int, _ seconds: Double?) -> String {
        "film \(number) of \(count)  \(path)" + (seconds.map { "  " + ClockText.hours($0) } ?? "")
    }

    /// Adds the videos that these flags name to `collection`; returns key frames of the rows of each. Says
    /// which of them broke off.
    func readPictures(
        into collection: inout FilmCollection, encoder: PatchSceneNetwork, images: ImageShotEncoder,
        digest: String, threads: Int, isQuiet: Bool
    ) throws(TrainingDataError) -> [[[RGBPicture]]] {
        let line = StatusLine(isShown: Console.isTerminal && !isQuiet)
        defer { line.clear() }
        var options = SegmentOptions()
        options.split = .thirds
        let frames = try collection.read(
            pictured: FilmCollection.sources(films), encoder: encoder, images: images, digest: digest,
            options: options, threads: threads, stop: Interruption.stop
        ) { line.show(Self.words($0, $1, $2, $3)) }
        line.clear()
        Self.say(collection.takeNotes(), isQuiet: isQuiet)
        return frames
    }
}
