internal import NeuralNet
package import SceneModel
package import SceneTraining
internal import TensorKernels

/// A run that is ready to start, with what its model file will say.
package struct TrainingJob: Sendable {
    package var run: any TrainingRun
    package var metadata: ModelMetadata
    /// What it trains with; its file then holds the image encoder, too.
    var genres: TrainingGenres?

    package init(run: any TrainingRun, metadata: ModelMetadata) {
        self.run = run
        self.metadata = metadata
    }

    /// What a pre-trained file or a fresh start gives to train.
    package enum Start: Sendable {
        case fresh(NetworkOptions)
        case from(ModelFile)

        /// What its network sees of a shot.
        package var input: ContextInput {
            switch self {
            case .fresh(let options): options.kind.network.input
            case .from(let file): type(of: file.context).input
            }
        }

        /// Throws where a network of embeddings goes on, and the films hold those of another encoder, or of
        /// other weights of its own, as far as both say it.
        package func requireEncoder(of films: FilmCollection) throws(TrainingDataError) {
            guard case .from(let file) = self, input == .embeddings, let trained = file.metadata.encoder,
                let made = films.encoder
            else { return }
            var other = made == trained ? nil : made
            if let digest = file.metadata.encoderDigest, let theirs = films.encoderDigest, digest != theirs,
                other == nil
            {
                other = "other weights of it"
            }
            guard let other else { return }
            throw TrainingDataError(
                .unusable,
                "\(file.path) takes embeddings of \(trained), the films hold those of \(other): give films of its encoder"
            )
        }

        /// A head that was trained on boundaries; one of pseudo-boundaries is not taken over.
        var boundaryHead: BoundaryHead? {
            guard case .from(let file) = self, file.metadata.head == .sbd else { return nil }
            return file.head
        }
    }

    /// Fine-tuning on films with labels, of one width. With `isClassBalanced` each class has half the weight
    /// of every batch; nil: as the kind's preset. `genres` that are not trained yet are trained with it.
    package static func fineTuning(
        _ start: Start, films: [TrainingFilm], encoder: String?, schedule: TrainingSchedule,
        isClassBalanced: Bool?, genres: TrainingGenres? = nil
    ) throws(TrainingDataError) -> TrainingJob {
        let model = try context(
            start, films: films, encoder: encoder, seed: schedule.seed)
        try genres?.requireEmbeddings(of: model.network)
        let balanced = isClassBalanced ?? model.metadata.context.network.preset.isClassBalanced
        func tune<Network: ContextNetwork, Source: WindowSource>(
            _ network: Network, _ source: Source
        ) -> any TrainingRun {
            Trainer(
                FineTunedModel(
                    network: network,
                    head: start.boundaryHead
                        ?? BoundaryHead(width: network.hiddenDimension, seed: schedule.seed)),
                FineTuningObjective(
                    Network.self, films: films, source: source, isClassBalanced: balanced),
                schedule: schedule)
        }
        func tune<Network: ContextNetwork>(
            _ network: Network, fusion: GenreFusion, _ prior: GenrePrior
        ) -> any TrainingRun {
            Trainer(
                GenreModel(
                    fusion: fusion,
                    inner: FineTunedModel(
                        network: network,
                        head: start.boundaryHead
                            ?? BoundaryHead(width: network.hiddenDimension, seed: schedule.seed))),
                GenreFineTuningObjective(
                    Network.self, films: films, prior: prior, neighborCount: network.neighborCount,
                    isClassBalanced: balanced), schedule: schedule)
        }
        let (network, k) = (model.network, model.network.neighborCount)
        if let genres, let fusion = genres.start(seed: schedule.seed) {
            return genres.job(tune(network, fusion: fusion, genres.prior), model.metadata)
        }
        let run =
            switch type(of: network).input {
            case .embeddings: tune(network, EmbeddingWindows(films, neighborCount: k))
            // Contrast of the similarities is varied, so that the network serves other encoders too.
            case .relations:
                tune(network, RelationalWindows(films, neighborCount: k, truncationShare: 0.1, noise: 0.3))
            }
        return genres?.job(run, model.metadata) ?? TrainingJob(run: run, metadata: model.metadata)
    }

    /// Pre-training on films without labels. Throws for networks that the pretext tasks cannot train.
    /// `genres` that are not trained yet are trained with it.
    package static func pretraining(
        _ start: Start, films: [TrainingFilm], encoder: String?, options: PretextOptions,
        schedule: TrainingSchedule, genres: TrainingGenres? = nil
    ) throws(TrainingDataError) -> TrainingJob {
        var model = try context(
            start, films: films, encoder: encoder, seed: schedule.seed)
        model.metadata.head = .pp
        try genres?.requireEmbeddings(of: model.network)
        func train<Network: ContextNetwork>(_ network: Network) -> any TrainingRun {
            let inner = PretextModel(
                network: network,
                heads: PretextHeads(
                    inputDimension: network.inputDimension, hiddenDimension: network.hiddenDimension,
                    seed: schedule.seed))
            guard let genres, let fusion = genres.start(seed: schedule.seed) else {
                return Trainer(
                    inner, PretextObjective(Network.self, films: films, options: options), schedule: schedule)
            }
            return Trainer(
                GenreModel(fusion: fusion, inner: inner),
                GenrePretextObjective(Network.self, films: films, prior: genres.prior, options: options),
                schedule: schedule)
        }
        let kind = model.metadata.context
        guard kind.network.answersForEveryShot else {
            throw TrainingDataError(
                .unusable,
                "a network of kind \(kind.rawValue) answers for the center only, so the pretext tasks cannot train "
                    + "it: choose \(ContextKind.pretrained)")
        }
        let run = train(model.network)
        return genres?.job(run, model.metadata) ?? TrainingJob(run: run, metadata: model.metadata)
    }

    private static func context(
        _ start: Start, films: [TrainingFilm], encoder: String?, seed: UInt64
    ) throws(TrainingDataError) -> (network: any ContextNetwork, metadata: ModelMetadata) {
        var metadata = ModelMetadata()
        let width = films[0].embeddings.columns
        let network: any ContextNetwork
        switch start {
        case .fresh(let options):
            network = options.makeNetwork(embeddingWidth: width, seed: seed)
            metadata.context = options.kind
            metadata.headCount = options.headCount
        case .from(let file):
            network = file.context
            metadata.context = file.metadata.context
            metadata.headCount = file.metadata.headCount
            metadata.license = file.metadata.license
            if let needed = network.embeddingWidth, needed != width {
                throw TrainingDataError(
                    .unusable,
                    "\(file.path) takes embeddings of \(needed) numbers, the films have \(width): give films of its "
                        + "encoder")
            }
        }
        metadata.encoder = encoder
        if type(of: network).input == .relations {
            metadata.similarity = films.reduce(into: []) { names, film in
                names += film.furtherEncoders.filter { !names.contains($0) }
            }
        }
        metadata.neighborCount = network.neighborCount
        metadata.architecture = metadata.context.rawValue
        metadata.seed = "\(seed)"
        return (network, metadata)
    }
}

extension TrainingJob {
    /// Notes for the file whose embeddings the films hold, and how their shots were split. Trained genres
    /// make another encoder, whose digest is that of the file itself.
    package mutating func note(_ films: FilmCollection) {
        if genres == nil { metadata.encoderDigest = films.encoderDigest }
        metadata.split = films.split
    }

    /// The image encoder of a model file; `genres` take the place of its own, untrained.
    package static func imageEncoder(
        _ path: String, genres: GenrePrior? = nil, threads: Int
    ) throws(TrainingDataError) -> ImageShotEncoder {
        do {
            let file = try SafetensorsFile(path: path)
            if let genres, try EncoderOutline(file)?.dimension != genres.width {
                throw TrainingDataError(
                    .unusable,
                    "\(path): its image encoder is not that of the genres: give the model that read them")
            }
            if let encoder = try ImageShotEncoder(file, genres: genres, threadCount: threads) {
                return encoder
            }
        } catch let error as TrainingDataError {
            throw error
        } catch {
            throw TrainingDataError(.unusable, "\(error)")
        }
        throw TrainingDataError(
            .unusable, "\(path): no image encoder: give a file that scened model import made of one")
    }

    /// Vectors of texts, of length 1, by the text tower of a model file, which is read when it is needed.
    package static func meanings(
        by path: String, threads: Int
    ) -> (_ texts: [String]) throws(TrainingDataError) -> [[Float]] {
        { texts throws(TrainingDataError) in
            let encoder: SentenceEncoder
            do throws(ModelFileError) {
                encoder = try SentenceEncoder(SafetensorsFile(path: path), threadCount: threads)
            } catch {
                throw TrainingDataError(.unusable, "\(error)")
            }
            // Some dozen at a time: each has a sequence of its own.
            return stride(from: 0, to: texts.count, by: 32).flatMap {
                encoder.encode(Array(texts[$0..<min($0 + 32, texts.count)])).map(\.vector)
            }
        }
    }

    /// Pre-training of an encoder and a context network from key frames. `side`: pixels that the encoder
    /// sees.
    package static func encoderPretraining(
        isDeep: Bool, options: NetworkOptions, films: [KeyFrameFilm], pretext: PretextOptions,
        schedule: TrainingSchedule, side: Int
    ) throws(TrainingDataError) -> TrainingJob {
        guard options.kind == .crn else {
            throw TrainingDataError(
                .unusable, "end-to-end training knows network crn alone: leave --network out")
        }
        var random = RandomStream(seed: schedule.seed, purpose: .initialWeights, step: 1)
        let encoder = ResidualNetwork(
            blocks: isDeep ? [3, 4, 6, 3] : [2, 2, 2, 2], isDeep: isDeep, using: &random)
        let width = encoder.outputDimension
        let model = EncoderModel(
            encoder: encoder,
            pretext: PretextModel(
                network: ContextualRelationNetwork(
                    inputDimension: width, hiddenDimension: options.width,
                    innerDimension: 4 * options.width, headCount: options.headCount,
                    layerCount: options.layerCount, neighborCount: options.neighborCount,
                    seed: schedule.seed),
                heads: PretextHeads(
                    inputDimension: width, hiddenDimension: options.width, seed: schedule.seed)))
        var metadata = ModelMetadata()
        metadata.headCount = options.headCount
        metadata.neighborCount = options.neighborCount
        metadata.seed = "\(schedule.seed)"
        metadata.head = .pp
        metadata.architecture = (isDeep ? "resnet50" : "resnet18") + "+crn"
        return TrainingJob(
            run: Trainer(
                model,
                EncoderObjective(
                    ContextualRelationNetwork.self, films: films, options: pretext, side: side),
                schedule: schedule),
            metadata: metadata)
    }
}
