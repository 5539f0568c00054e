internal import Platform
import ArgumentParser
import SceneFormats
import SceneIndex
import SceneModel
import ScenePipeline
import SceneSegmentation
import TextFiles
import Timeline

/// `scened index add`: from embeddings to an index.
struct IndexAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add the scenes of recordings to an index; create it if missing.",
        discussion: """
            Examples:
              scened index add archive monday.npz tuesday.npz
              scened index add archive film.npz --events film.events.jsonl --aired 2026-01-02T20:15:00Z
              scened index add learned film.npz --scene-encoder scenes.safetensors
              scened index add pictures film.mp4 --scene-encoder patches.safetensors

            Each recording is added completely or not at all, and is on disk once its line is printed. A recording \
            has the name of its file, without folders and without .npz or .safetensors. A recording that is in the \
            index already, with the same scenes and embeddings, stays as it is, so a command that was stopped can be \
            run again.

            A scene encoder of model scene-encoder reads pictures: give films instead of embeddings. Each film is \
            read to find its scenes, unless --events gives them, and once more for the key frames of its shots.

            One command at a time may write to an index; any number may search it meanwhile.

            Exit status: 0 done; 64 wrong usage; 65 a file or the index cannot be used, or holds embeddings of another \
            encoder; 66 a file cannot be opened; 73 the index cannot be written, another command writes to it, or it holds \
            another recording of that name; 74 a film is damaged; 130, 143 stopped.
            """)

    @Argument(help: "Folder of the index.")
    var directory: String

    @Argument(
        help: "Files of embed, one for each recording; films, if the scene encoder reads pictures.")
    var embeddings: [String]

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Take the scenes of these files of events, one for each recording, in the same order. Default: the scenes "
                + "that score finds.", valueName: "files"))
    var events: [String] = []

    @Option(
        help: ArgumentHelp(
            "Name of the recording, if only one is added. Default: that of its file.", valueName: "name"))
    var name: String?

    @Option(
        help: ArgumentHelp(
            "When the first picture was on air, such as 2026-01-02T20:15:00Z, if only one recording is added.",
            valueName: "time"))
    var aired: String?

    @Option(
        help: ArgumentHelp(
            "Scene encoder of a new index: a file of train scenes or model scene-encoder, of which the index keeps a "
                + "copy. Default: that of the index, otherwise the mean.", valueName: "model"))
    var sceneEncoder: String?

    @Flag(help: "Replace a recording of the same name.")
    var replace = false

    @OptionGroup(title: "Reading films")
    var reading: ReadingArguments

    @Flag(name: [.short, .long], help: "Print nothing on standard output.")
    var quiet = false

    func validate() throws {
        guard !embeddings.isEmpty else { throw ValidationError("name a file of scened embed") }
        guard events.isEmpty || events.count == embeddings.count else {
            throw ValidationError(
                "--events takes as many files as there are recordings: \(embeddings.count), not \(events.count)"
            )
        }
        guard (name == nil && aired == nil) || embeddings.count == 1 else {
            throw ValidationError("--name and --aired are for one recording: add the recordings one by one")
        }
        guard aired.map({ WallTime($0) != nil }) ?? true else {
            throw ValidationError(
                "--aired takes a time such as 2026-01-02T20:15:00Z or 2026-01-02T21:15:00+01:00")
        }
        guard name.map({ !$0.isEmpty && $0.utf8.count <= 1000 }) ?? true else {
            throw ValidationError("--name takes 1 to 1000 bytes")
        }
        let names = embeddings.map { TextFile.stem($0) }
        if let twice = Dictionary(grouping: names.indices, by: { names[$0] }).values.first(where: {
            $0.count > 1
        }) {
            throw ValidationError(
                "'\(embeddings[twice[0]])' and '\(embeddings[twice[1]])' have the same name: add them one by one, with --name"
            )
        }
    }

    func run() throws {
        let directory = absolutePath(directory)
        let output = LineOutput.standardOutput()
        let encoder = try IndexInput.encoder(
            ofIndexAt: directory, model: sceneEncoder, threadCount: reading.threads)
        let model = try sceneEncoder.map(Self.bytes)
        var writer: SceneIndexWriter?
        for (place, path) in embeddings.enumerated() {
            let recording = try recording(
                path, events: events.isEmpty ? nil : events[place], encoder: encoder)
            do throws(IndexError) {
                let open = try Self.opened(writer, directory, fresh: recording.manifest, model: model)
                writer = open
                try open.manifest.require(recording.manifest, of: path, directory: self.directory)
                // `--name` may name one that is there as JSON shows it.
                let name = name.flatMap { open.book.entry(told: $0)?.name } ?? recording.name
                let addition = try open.add(
                    name, recording.scenes, indexed: WallClock.timestamp(),
                    aired: aired.flatMap { WallTime($0)?.description }, replaces: replace)
                // Whoever read the lines may be gone; the recordings are wanted all the same.
                if !quiet {
                    try? output.write(Self.text(addition, name, scenes: recording.scenes.count) + "\n")
                }
            } catch {
                throw CommandFailure(error)
            }
        }
    }

    /// The scenes of a file of `embed`, or of a film where the encoder looks at pictures.
    private func recording(
        _ path: String, events: String?, encoder: any SceneEncoder
    ) throws -> EmbeddedScenes {
        guard let pictured = encoder as? PatchSceneEncoder, !EmbeddingRecord.isRecord(path) else {
            return try EmbeddedScenes(path: path, name: name, events: events, encoder: encoder)
        }
        return try PicturedScenes(encoder: pictured, reading: reading, isQuiet: quiet).scenes(
            of: path, name: name ?? TextFile.stem(path), events: events)
    }

    /// The writer that is open already, or a new one.
    private static func opened(
        _ writer: SceneIndexWriter?, _ directory: String, fresh: IndexManifest, model: [UInt8]?
    ) throws(IndexError) -> SceneIndexWriter {
        if let writer { return writer }
        // Without a file, the encoder is that of an index that is there, or has no weights.
        let isMade = fresh.sceneDigest != nil && model == nil
        return try SceneIndexWriter(
            directory: directory, files: PosixFiles(), fresh: isMade ? nil : fresh, model: model)
    }

    /// The whole file of a scene encoder.
    private static func bytes(_ path: String) throws(CommandFailure) -> [UInt8] {
        do throws(ModelFileError) {
            return try SafetensorsFile(path: path).bytes
        } catch {
            throw CommandFailure(error)
        }
    }

    private static func text(
        _ addition: SceneIndexWriter.Addition, _ name: String, scenes count: Int
    ) -> String {
        let scenes = count == 1 ? "1 scene" : "\(count) scenes"
        let name = Console.shown(name)
        return switch addition {
        case .added: "\(name): \(scenes) added"
        case .replaced: "\(name): \(scenes), which replace the former ones"
        case .present: "\(name): already in the index, \(scenes)"
        }
    }
}
