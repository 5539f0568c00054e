import ArgumentParser
import SceneModel
import ScenePipeline
import SceneSegmentation
import SceneTraining
import TensorKernels
import TrainingPipeline

extension Train {
    /// `scened train finetune`: a boundary detector from films with labels.
    struct Finetune: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Train a boundary detector on films with labels.",
            discussion: """
                Examples:
                  scened train finetune archive/ --labels labels/ --output mine.safetensors
                  scened train finetune a.npz b.npz --validate c.npz --output mine.safetensors
                  scened train finetune features/ --movienet anno.train.ndjson --network crn --output crn.safetensors
                  scened train finetune archive/ --labels labels/ --from pretrained.safetensors --output mine.safetensors
                  scened train finetune corrected-runs/ --from builtin:relational --output mine.safetensors
                  scened train finetune films/ --labels labels/ --similarity encoder,sound --output hears.safetensors
                  scened segment film.mp4 --model mine.safetensors

                Labels: JSON {"fps":24,"boundaries":[732,1358]} or {"scenes":[{"start_s":0},...]}, tables (CSV or JSON) of \
                'film', 'shot' and 'label', or runs of scened with the corrections that the report page saved beside \
                them (film.jsonl, film.corrections.json); a folder of such runs is an archive with labels. A film is \
                known by its file's name without extension.

                Before the first step it says how long the run will take and how much memory. Ctrl-C or SIGTERM \
                saves a checkpoint; the same command with --resume continues. Equal films, options, threads and \
                machine give equal files, byte for byte, whether the run was stopped or not.

                Exit status: 0 done; 64 wrong usage; 65 films, labels or model cannot be used, or training diverges; \
                66 they cannot be opened; 73 the output cannot be written; 130 or 143 stopped, with a \
                checkpoint.
                """)

        @OptionGroup(title: "Films") var data: TrainingDataArguments

        @Option(
            parsing: .upToNextOption,
            help: ArgumentHelp(
                "Files or folders that say where scenes end. Default: what the films' own files hold.",
                valueName: "files"))
        var labels: [String] = []

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp(
                "How far a labeled start of a scene may lie from its first shot. Default: 0.5 seconds.",
                valueName: "duration"),
            transform: NumberArgument.seconds)
        var tolerance = 0.5

        @Option(
            name: .customLong("validate"), parsing: .upToNextOption,
            help: ArgumentHelp(
                "Films with labels that are not trained on: their AP is followed, and the threshold is chosen on them.",
                valueName: "films"))
        var validation: [String] = []

        @Option(
            help: ArgumentHelp(
                "Cues by which a relational network compares the shots of videos: encoder, which is the descriptor, also with sound. Files of embed hold the cues that embed was given. Default: encoder.",
                valueName: "cues"),
            transform: SimilarityCueList.init)
        var similarity: SimilarityCueList?

        @OptionGroup(title: "Genres") var genres: GenreArguments
        @OptionGroup(title: "Network and schedule") var schedule: TrainingScheduleArguments

        @Flag(
            inversion: .prefixedNo,
            help: "Give boundaries half the weight of each batch. Default: yes, but not for relational.")
        var balanced: Bool?

        @OptionGroup(title: "Output") var output: TrainingOutputArguments

        func validate() throws {
            guard tolerance >= 0, tolerance <= 60 else { throw ValidationError("--tolerance takes 0 to 60") }
            try data.requireUse(
                ofEncoderWithGenres: genres.genres != nil, readsMore: !validation.isEmpty)
            if let refusal = SimilarityCue.refusal(cues, beside: DescriptorEncoder().name) {
                throw ValidationError("--similarity \(refusal)")
            }
        }

        private var cues: Set<SimilarityCue> { similarity?.cues ?? [.encoder] }

        func run() throws {
            let inputs = data.inputs + labels + validation + [genres.genres].compactMap { $0 }
            try output.check(reading: inputs, schedule.from)
            Interruption.install()
            BLAS.threadCount = schedule.threads
            let start = try schedule.start(preset: genres.genres == nil ? .relational : .crn)
            guard start.input == .relations || cues == [.encoder] else {
                throw ValidationError(
                    "--similarity is for relational networks, and this one takes one embedding of each shot: leave it out"
                )
            }
            do {
                var known = try genres.training(
                    model: data.encoder, from: schedule.from, threads: schedule.threads)
                let read = try films(data.films, known)
                let others = validation.isEmpty ? nil : try films(validation, known)
                try others.map { try read.requireOwnLabels(beside: $0) }
                for names in read.strayLabels
                where !output.quiet && others?.strayLabels.contains(names) ?? true {
                    Console.say("labels of '\(names.last ?? "")' belong to no film and are left out")
                }
                let all = try known?.prepare(read) ?? read.trainingFilms(for: start.input)
                if known == nil { try start.requireEncoder(of: read) }
                known?.measure(all, isQuiet: output.quiet)
                let judged = try others.map { others in
                    try known?.prepare(others) ?? others.trainingFilms(for: start.input, beside: read)
                }
                if !output.quiet {
                    let notes = [
                        read.leftOut(by: start.input), read.withoutLabels("films"),
                        others?.withoutLabels("films of --validate"),
                    ]
                    for note in notes.compactMap(\.self) { Console.say(note) }
                }
                let films = all.filter { $0.labels != nil }
                let examples = films.reduce(0) { $0 + $1.shotCount }
                guard examples > 0 else {
                    throw CommandFailure(
                        status: .noVideo,
                        message:
                            "no film has labels: give --labels, or an array 'boundary' in the films' files")
                }
                var job = try TrainingJob.fineTuning(
                    start, films: all, encoder: read.encoder,
                    schedule: schedule.schedule(start, examples: examples), isClassBalanced: balanced,
                    genres: known)
                job.note(read)
                job.metadata.version = Version.number
                job.metadata.license = output.license ?? job.metadata.license
                var driver = try TrainingDriver(
                    job, output: output, films: films, validation: judged ?? [])
                try driver.run()
            } catch let error as TrainingDataError {
                throw CommandFailure(error)
            }
        }

        private func films(_ paths: [String], _ genres: TrainingGenres?) throws -> FilmCollection {
            var films = try data.read(
                paths, run: output.folder, genres: genres, similarity: cues, threads: schedule.threads,
                isQuiet: output.quiet)
            try requireCues(of: films)
            try films.label(
                labels + FilmCollection.corrections(paths), tolerance: tolerance, isWhole: validation.isEmpty,
                from: ListFile.read)
            if !output.quiet { for note in films.takeNotes() { Console.say(note) } }
            return films
        }

        /// Throws where files of embeddings lack a cue that was asked for: what they hold cannot be chosen
        /// here.
        private func requireCues(of films: FilmCollection) throws(ValidationError) {
            let wanted = SimilarityCue.encoders(cues, beside: DescriptorEncoder().name).map(\.name)
            let lacking = films.films.first { film in
                wanted.contains { !film.film.furtherEncoders.contains($0) }
            }
            guard let lacking else { return }
            throw ValidationError(
                "--similarity says by what videos are compared, and the file of '\(lacking.film.id)' does not hold that: "
                    + "embed the film with the same --similarity, or leave it out")
        }
    }
}

extension CommandFailure {
    /// The exit status that goes with films or runs that cannot be used.
    init(_ error: TrainingDataError) {
        let status: ExitStatus =
            switch error.code {
            case .unreadable: .cannotOpen
            case .unwritable: .cannotWrite
            case .unusable: .noVideo
            case .interrupted: Interruption.status
            }
        self.init(status: status, message: error.description)
    }
}
