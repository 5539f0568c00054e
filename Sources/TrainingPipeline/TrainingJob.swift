internal import NeuralNet
package import SceneModel
package import SceneTraining
internal import TensorKernels

/// A run that is ready to start, with what its model file will say.
package struct TrainingJob: Sendable {
    package var run: any TrainingRun
    package var metadata: ModelMetadata

    /// What a pre-trained file or a fresh start gives to train.
    package enum Start: Sendable {
        case fresh(NetworkOptions)
        case from(ModelFile)

        /// A head that was trained on boundaries; one of pseudo-boundaries is not taken over.
        var boundaryHead: BoundaryHead? {
            guard case .from(let file) = self, file.metadata.head == .sbd else { return nil }
            return file.head
        }
    }

    /// Fine-tuning on films with labels, of one width. With `isClassBalanced` each class has half the weight of every
    /// batch; nil leaves that to networks on embeddings.
    package static func fineTuning(
        _ start: Start, films: [TrainingFilm], encoder: String?, schedule: TrainingSchedule,
        isClassBalanced: Bool?
    ) throws(TrainingDataError) -> TrainingJob {
        let model = try context(
            start, films: films, encoder: encoder, seed: schedule.seed, isPretraining: false)
        let balanced = isClassBalanced ?? (model.network.kind != .relational)
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
        let plain = EmbeddingWindows(films, neighborCount: model.network.neighborCount)
        let run: any TrainingRun =
            switch model.network {
            case .crn(let network): tune(network, plain)
            case .mlp(let network): tune(network, plain)
            case .lstm(let network): tune(network, plain)
            case .relational(let network):
                // Contrast of the similarities is varied, so that the network serves other encoders too.
                tune(
                    network,
                    RelationalWindows(
                        films, neighborCount: network.neighborCount, truncationShare: 0.1, noise: 0.3))
            }
        return TrainingJob(run: run, metadata: model.metadata)
    }

    /// Pre-training on films without labels. Throws for networks that the pretext tasks cannot train.
    package static func pretraining(
        _ start: Start, films: [TrainingFilm], encoder: String?, options: PretextOptions,
        schedule: TrainingSchedule
    ) throws(TrainingDataError) -> TrainingJob {
        var model = try context(
            start, films: films, encoder: encoder, seed: schedule.seed, isPretraining: true)
        model.metadata.head = .pp
        func train<Network: ContextNetwork>(_ network: Network) -> any TrainingRun {
            Trainer(
                PretextModel(
                    network: network,
                    heads: PretextHeads(
                        inputDimension: network.inputDimension, hiddenDimension: network.hiddenDimension,
                        seed: schedule.seed)),
                PretextObjective(Network.self, films: films, options: options), schedule: schedule)
        }
        switch model.network {
        case .crn(let network):
            return TrainingJob(run: train(network), metadata: model.metadata)
        case .lstm(let network):
            return TrainingJob(run: train(network), metadata: model.metadata)
        case .mlp, .relational:
            throw TrainingDataError(
                .unusable,
                "a network of kind \(model.network.kind.rawValue) answers for the centre only, so the pretext tasks "
                    + "cannot train it: choose crn or lstm")
        }
    }

    private static func context(
        _ start: Start, films: [TrainingFilm], encoder: String?, seed: UInt64, isPretraining: Bool
    ) throws(TrainingDataError) -> (network: ContextModel, metadata: ModelMetadata) {
        var metadata = ModelMetadata()
        let width = films[0].embeddings.columns
        let network: ContextModel
        switch start {
        case .fresh(let options):
            network = fresh(options, width: width, seed: seed)
            metadata.headCount = options.headCount
        case .from(let file):
            network = file.context
            metadata.headCount = file.metadata.headCount
            metadata.licence = file.metadata.licence
            if let needed = network.embeddingWidth, needed != width {
                throw TrainingDataError(
                    .unusable,
                    "\(file.path) takes embeddings of \(needed) numbers, the films have \(width): give films of its "
                        + "encoder")
            }
        }
        metadata.context = network.kind
        metadata.encoder = encoder
        metadata.neighborCount = network.neighborCount
        metadata.architecture = network.kind.rawValue
        return (network, metadata)
    }

    private static func fresh(_ options: NetworkOptions, width: Int, seed: UInt64) -> ContextModel {
        switch options.kind {
        case .crn:
            .crn(
                ContextualRelationNetwork(
                    inputDimension: width, hiddenDimension: options.width, innerDimension: 4 * options.width,
                    headCount: options.headCount, layerCount: options.layerCount,
                    neighborCount: options.neighborCount, seed: seed))
        case .mlp:
            .mlp(
                PerceptronNetwork(
                    inputDimension: width, hiddenDimension: options.width,
                    neighborCount: options.neighborCount, seed: seed))
        case .lstm:
            .lstm(
                RecurrentNetwork(
                    inputDimension: width, hiddenDimension: options.width,
                    neighborCount: options.neighborCount, seed: seed))
        case .relational:
            .relational(
                RelationalNetwork(
                    neighborCount: options.neighborCount, hiddenDimension: options.width,
                    innerDimension: 2 * options.width, headCount: options.headCount,
                    layerCount: options.layerCount, seed: seed))
        }
    }
}

extension TrainingJob {
    /// The image encoder of a model file.
    package static func imageEncoder(
        _ path: String, threads: Int
    ) throws(TrainingDataError) -> ImageShotEncoder {
        do {
            if let encoder = try ImageShotEncoder(SafetensorsFile(path: path), threadCount: threads) {
                return encoder
            }
        } catch {
            throw TrainingDataError(.unusable, "\(error)")
        }
        throw TrainingDataError(
            .unusable, "\(path): no image encoder: give a file that scened model import made of one")
    }

    /// Pre-training of an encoder and a context network from key frames. `side`: pixels that the encoder sees.
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
