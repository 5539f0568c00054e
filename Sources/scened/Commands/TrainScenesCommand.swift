import ArgumentParser
import NeuralNet
import SceneModel
import SceneTraining
import TensorKernels
import Timeline
import TrainingPipeline

extension Train {
    /// `scened train scenes`: a scene encoder from recordings of which some are alike.
    struct Scenes: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Learn which scenes are similar, from which recordings are.",
            discussion: """
                Examples:
                  scened train scenes archive/ --similar pairs.csv --output scenes.safetensors
                  scened train scenes archive/ --similar genres.csv --held-out 0 --output scenes.safetensors
                  scened index add learned archive/*.npz --scene-encoder scenes.safetensors
                  scened train scenes films/ --similar pairs.csv --from patches.safetensors --output seen.safetensors

                The table has a header line: recording,similar or recording,similar,weight for pairs (watched by the \
                same people, of one series, in one slot of one channel), recording,genre with labels separated by \
                semicolons, or recording,synopsis with texts that --text-encoder reads: recordings with the nearest \
                texts are similar. A recording has the name of its file, without folders and without .npz or \
                .safetensors.

                First a network learns to tell similar recordings from others (Movies2Scenes, arXiv 2204.01840); \
                then the scenes that it finds most similar teach the scene encoder. Some recordings are held out: \
                for each of their scenes, the nearest scenes of other recordings are searched, and P@1, P@5 and P@10 \
                are the shares of these that belong to similar recordings. At the end, the same figures are printed \
                for the mean, which needs no training.

                With --from, the encoder of pictures that scened model scene-encoder made is trained instead, on key \
                frames of videos: this takes thousands of times as long.

                Checkpoints, estimate and exit status: as scened train finetune.
                """)

        @OptionGroup(title: "Recordings") var data: TrainingDataArguments

        @Option(help: ArgumentHelp("Table that says which recordings are similar (CSV).", valueName: "file"))
        var similar: String

        @Option(
            help: ArgumentHelp(
                "Model file with CLIP's text tower (scened model import --vocabulary), which reads the synopses of --similar.",
                valueName: "model"))
        var textEncoder: String?

        @Option(
            help: ArgumentHelp(
                "Train this scene encoder of pictures (scened model scene-encoder) further. The recordings are videos then.",
                valueName: "model"))
        var from: String?

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp(
                "Share of the recordings with partners that is held out for evaluation. 0: train on all. Default: 0.2.",
                valueName: "share"), transform: NumberArgument.decimal)
        var heldOut = 0.2

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp(
                "Approximate number of partners of each recording, drawn by weight. Default: 8.",
                valueName: "count"), transform: NumberArgument.whole)
        var partners = 8

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp("Shots of the windows that are paired. Default: 9.", valueName: "count"),
            transform: NumberArgument.whole)
        var window = 9

        @OptionGroup(title: "Network and schedule") var schedule: SceneScheduleArguments
        @OptionGroup(title: "Output") var output: TrainingOutputArguments

        func validate() throws {
            try data.requireUse(ofEncoderWithGenres: false)
            guard heldOut >= 0, heldOut <= 0.9 else { throw ValidationError("--held-out takes 0 to 0.9") }
            guard 1...1000 ~= partners else { throw ValidationError("--partners takes 1 to 1000") }
            guard 1...100 ~= window else { throw ValidationError("--window takes 1 to 100") }
            guard data.movienet.isEmpty else {
                throw ValidationError("train scenes takes recordings: leave --movienet out")
            }
            if from != nil, let flag = schedule.sizing {
                throw ValidationError("\(flag) is of a new encoder: leave it out with --from")
            }
            if from != nil, data.array != nil {
                throw ValidationError("--array names embeddings, and --from takes videos: leave it out")
            }
        }

        func run() throws {
            try output.check(reading: data.inputs + [similar, textEncoder].compactMap(\.self), from)
            Interruption.install()
            BLAS.threadCount = schedule.threads
            do {
                if let from { return try trainPictured(from) }
                let read = try data.read(
                    data.films, run: output.folder, threads: schedule.threads, isQuiet: output.quiet)
                let archive = try archive(of: read)
                guard
                    let run = SceneEncoderRun(
                        archive, schedule.options(archive, window: window, goesOn: false))
                else {
                    throw Self.fault(archive, window: window, similar)
                }
                var metadata = ModelMetadata()
                metadata.encoder = read.encoder
                metadata.encoderDigest = read.encoderDigest
                try drive(run, metadata, archive)
            } catch let error as TrainingDataError {
                throw CommandFailure(error)
            }
        }

        /// A scene encoder of pictures.
        private func trainPictured(_ path: String) throws {
            let encoder: PatchSceneNetwork
            let (digest, images): (String, ImageShotEncoder)
            do {
                let file = try SafetensorsFile(path: path)
                encoder = try PatchSceneNetwork(file)
                digest = file.encoderDigest()
                images = try TrainingJob.imageEncoder(path, threads: schedule.threads)
            } catch let error as ModelFileError {
                throw CommandFailure(error)
            }
            var read = FilmCollection()
            let frames = try data.readPictures(
                into: &read, encoder: encoder, images: images, digest: digest, threads: schedule.threads,
                isQuiet: output.quiet)
            let archive = try archive(of: read)
            let views = PicturedViews(frames, for: encoder)
            guard
                let run = SceneEncoderRun(
                    archive, schedule.options(archive, window: window, goesOn: true), encoder: encoder,
                    views: views)
            else {
                throw Self.fault(archive, window: window, similar)
            }
            try drive(run, ModelMetadata(), archive, pictures: views.parts)
        }

        /// The recordings, and which are alike.
        private func archive(of read: FilmCollection) throws -> SceneArchive {
            let films = try read.trainingFilms()
            try Self.check(films)
            let archive = SceneArchive(
                films: films,
                similar: try SimilarityList.read(
                    similar, recordings: films.map(\.id), from: ListFile.read,
                    meanings: textEncoder.map { TrainingJob.meanings(by: $0, threads: schedule.threads) }),
                partners: partners, heldOutShare: heldOut, seed: schedule.seed)
            say(archive)
            return archive
        }

        private func drive(
            _ run: some SceneLearning, _ metadata: ModelMetadata, _ archive: SceneArchive,
            pictures: ((Int, Range<Int>) -> [[RGBPicture]])? = nil
        ) throws {
            var metadata = metadata
            metadata.license = output.license
            metadata.seed = "\(schedule.seed)"
            let judge = SceneRetrieval(
                films: archive.films, heldOut: archive.heldOut, similar: archive.known, piece: window,
                pictures: pictures)
            var driver = try TrainingDriver(
                TrainingJob(run: run, metadata: metadata), output: output, films: archive.films,
                validation: [], retrieval: judge.count > 0 ? judge : nil)
            try driver.run()
        }

        /// What there must be before the table is read.
        private static func check(_ films: [TrainingFilm]) throws(CommandFailure) {
            guard films.count > 1 else {
                throw CommandFailure(
                    status: .noVideo,
                    message:
                        "one recording is too few\(films.first.map { ", '\($0.id)'" } ?? ""): name more, of which some are similar and some are not"
                )
            }
        }

        /// Why nothing can be learned.
        private static func fault(
            _ archive: SceneArchive, window: Int, _ table: String
        ) -> CommandFailure {
            let reason =
                if archive.similar.pairs.isEmpty {
                    "no pair is left to train on: \(archive.heldOut.count) recordings are held out, \(archive.copies.count) pairs show the same; name more pairs, or give --held-out 0"
                } else if archive.pairBound(window: window) == 0 {
                    "no two similar recordings have \(window) shots: give longer ones, or a smaller --window"
                } else {
                    "all recordings that are trained on are similar, or show nothing: add some that are not"
                }
            return CommandFailure(status: .noVideo, message: "\(table): \(reason)")
        }

        private func say(_ archive: SceneArchive) {
            guard !output.quiet else { return }
            for copy in archive.copies {
                Console.say(
                    "'\(archive.films[copy.first].id)' and '\(archive.films[copy.second].id)' show the same and are not a pair to learn from"
                )
            }
            let held = archive.heldOut.sorted().map { archive.films[$0].id }
            let count = archive.similar.pairs.count
            Console.say(
                "\(count) pair\(count == 1 ? "" : "s") of recordings to train on; held out: "
                    + (held.isEmpty ? "none" : held.joined(separator: ", ")))
        }
    }
}
