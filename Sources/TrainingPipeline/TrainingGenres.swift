internal import NeuralNet
package import SceneModel
package import SceneTraining
internal import TensorKernels

/// The genres that a run trains with, and the model whose image encoder made the films' embeddings.
package struct TrainingGenres: Sendable {
    package private(set) var prior: GenrePrior
    /// Trained before and frozen now, as the paper's shot encoder is in fine-tuning; nil: trained by the
    /// run.
    private let fusion: GenreFusion?
    /// With CLIP's image encoder, which the run's file takes along.
    private let model: SafetensorsFile

    /// Genres that a model's text tower reads: none of it is trained yet. `threads` changes the time, never
    /// the result.
    package init(
        _ definitions: GenreDefinitions, settings: GenreSettings, model path: String, threads: Int
    ) throws(ModelFileError) {
        model = try SafetensorsFile(path: path)
        guard !model.hasTrainedGenres else {
            throw ModelFileError(
                .encoderMismatch, path: path, detail: "its genres are trained already",
                remedy: "give the model that scened model import made, or go on from this one with --from")
        }
        let encoder = try SentenceEncoder(model, threadCount: threads)
        prior = GenrePrior(definitions, settings: settings, by: encoder)
        fusion = nil
    }

    /// The trained genres of a model file; nil if it has none.
    package init?(trained path: String) throws(ModelFileError) {
        let file = try SafetensorsFile(path: path)
        guard file.hasTrainedGenres, let found = try GenrePrior.read(file), let fusion = found.fusion else {
            return nil
        }
        (prior, self.fusion, model) = (found.prior, fusion, file)
    }

    /// Checks that the films know their shares of these genres, and gives them as training sees them: with
    /// the embeddings that trained genres make.
    package func prepare(_ films: FilmCollection) throws(TrainingDataError) -> [TrainingFilm] {
        let found = try films.trainingFilms()
        for film in films.films {
            let id = film.film.id
            guard !(film.encoder?.hasSuffix(Self.suffix) ?? false) else {
                throw TrainingDataError(
                    .unusable,
                    "film '\(id)' was embedded with trained genres: embed it with the model that scened model import made"
                )
            }
            guard film.film.embeddings.columns == prior.width else {
                throw TrainingDataError(
                    .unusable,
                    "film '\(id)' has embeddings of \(film.film.embeddings.columns) numbers, the genres vectors of "
                        + "\(prior.width): embed it with their model")
            }
            let isKnown =
                film.film.genreShares?.columns == prior.names.count
                && film.genreDigest.map { $0 == prior.digest } ?? true
            guard prior.settings.isBlind || isKnown else {
                throw TrainingDataError(
                    .unusable,
                    "film '\(id)' says nothing about these genres: embed it with the model that scened model import "
                        + "--genres made of the same file, with the same --genre options")
            }
        }
        guard let fusion else { return found }
        return found.map { $0.fused(prior, fusion) }
    }

    /// Notes how even the films' affinities are: for the run's file.
    package mutating func measure(_ films: [TrainingFilm]) {
        prior.evenness = TrainingFilm.genreEvenness(films) ?? prior.evenness
    }

    /// Where training starts; nil where it is frozen.
    func start(seed: UInt64) -> GenreFusion? {
        fusion == nil ? GenreFusion(form: prior.settings.fusion, width: prior.width, seed: seed) : nil
    }

    /// Throws for a network that sees no embeddings: nothing would come back to the genres.
    func requireEmbeddings(of network: any ContextNetwork) throws(TrainingDataError) {
        guard type(of: network).input == .relations else { return }
        throw TrainingDataError(
            .unusable,
            "network relational sees how shots resemble one another, not their embeddings, so genres cannot learn by it: "
                + "choose --network crn")
    }

    /// The run with what its file says.
    func job(_ run: any TrainingRun, _ metadata: ModelMetadata) -> TrainingJob {
        var metadata = metadata
        if let source = try? ModelMetadata(model.metadata, path: model.path) {
            metadata.activation = source.activation
            metadata.blankRule = source.blankRule ?? BlankRule.usual(of: model)
            metadata.precision = source.precision
            (metadata.leastCosine, metadata.meanCosine) = (source.leastCosine, source.meanCosine)
            metadata.textHeadCount = source.textHeadCount
            (metadata.vocabulary, metadata.vocabularyDigest) = (source.vocabulary, source.vocabularyDigest)
            metadata.preprocessing = source.preprocessing
            metadata.license = metadata.license ?? source.license
            let name = metadata.encoder ?? source.encoder ?? "clip-vit"
            metadata.encoder = name.hasSuffix(Self.suffix) ? name : name + Self.suffix
        }
        metadata.architecture =
            "\(metadata.encoder ?? "clip-vit\(Self.suffix)")+\(metadata.context.rawValue)"
        var job = TrainingJob(run: run, metadata: metadata)
        job.genres = self
        return job
    }

    /// Adds the image encoder with its text tower, and genres that were frozen.
    func complete(_ writer: inout SafetensorsWriter) throws(ModelFileError) {
        if let fusion { prior.write(to: &writer, fusion: fusion) }
        try model.copyCLIP(to: &writer)
    }

    /// Behind the name of an encoder whose genres are trained: its embeddings are others.
    package static let suffix = "+genres"
}

extension TrainingJob {
    /// The model as it stands, as a file that `ModelFile` reads; with genres, one that runs from key frames
    /// to boundaries.
    package func file(_ metadata: ModelMetadata) throws(ModelFileError) -> SafetensorsWriter {
        var writer = run.file(metadata)
        try genres?.complete(&writer)
        return writer
    }
}
