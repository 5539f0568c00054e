internal import NeuralNet
package import SceneModel
package import SceneTraining

extension TrainingJob {
    /// Where a network of clips begins.
    package enum MotionStart: Sendable {
        /// A fresh Slow-D of `blocks` blocks in each stage, whose first convolution has `width` outputs.
        case fresh(blocks: [Int], width: Int)
        /// The weights of a model file: a network of clips as it is, a ResNet with blocks of three
        /// convolutions inflated to Slow-D.
        case file(SafetensorsFile)
    }

    /// Contrast of clips of films without labels, of which at least two takes can be used.
    package static func motion(
        _ start: MotionStart, films: [MotionFilm], options: MotionOptions, schedule: TrainingSchedule
    ) throws(TrainingDataError) -> TrainingJob {
        let encoder: ResidualNetwork
        var random = RandomStream(seed: schedule.seed, purpose: .initialWeights, step: 2)
        switch start {
        case .fresh(let blocks, let width):
            encoder = ResidualNetwork(
                blocks: blocks, isDeep: true, width: width, clips: .slowD, using: &random)
        case .file(let file):
            do throws(ModelFileError) {
                encoder = try network(of: file)
            } catch {
                throw TrainingDataError(error)
            }
        }
        let width = encoder.outputDimension
        let model = MotionModel(
            encoder: encoder,
            projection: ClipProjection(
                inputs: width, width: width, outputs: min(128, width), seed: schedule.seed))
        var metadata = ModelMetadata()
        metadata.head = .none
        (metadata.clip, metadata.side) = (options.clip, options.side)
        metadata.seed = "\(schedule.seed)"
        let depth = encoder.stages.map(\.count) == [3, 4, 6, 3] ? "-r50" : ""
        metadata.architecture =
            (encoder.stem.convolution.frames > 1 ? "slow-d" : "slow") + depth
        return TrainingJob(
            run: Trainer(model, MotionObjective(films, options: options), schedule: schedule),
            metadata: metadata)
    }

    private static func network(of file: SafetensorsFile) throws(ModelFileError) -> ResidualNetwork {
        switch try EncoderOutline(file)?.family {
        case .motion: return try ResidualNetwork(motion: file)
        case .resNet: return try ResidualNetwork(pictures: file).inflated(.slowD)
        case .clip, nil:
            throw ModelFileError(
                .missingTensor, path: file.path, detail: "holds neither a network of clips nor a ResNet",
                remedy: "give a file that scened model import made of Slow or of ResNet-50")
        }
    }
}
