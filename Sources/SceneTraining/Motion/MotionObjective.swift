internal import NeuralNet
package import SceneModel
internal import TensorKernels
internal import Timeline

// Shapes: B takes of a batch, T frames of a clip, E width of the encoder.

/// What contrast of clips is like.
package struct MotionOptions: Hashable, Sendable {
    /// T, and pictures of the stream from one frame to the next.
    package var clip: ClipSampling
    /// Pixels of the side of the pictures that the network sees.
    package var side: Int
    /// Of the contrast; CVRL: 0.1.
    package var temperature: Float
    /// Whether clips may be mirrored: left and right then count alike.
    package var mirrors: Bool

    package init(clip: ClipSampling, side: Int, temperature: Float = 0.1, mirrors: Bool = true) {
        precondition(side >= 32 && temperature > 0, "pictures and a temperature")
        self.clip = clip
        self.side = side
        self.temperature = temperature
        self.mirrors = mirrors
    }
}

/// Instance contrast of clips (Contrastive Video Representation Learning, Qian et al. 2021, arXiv
/// 2008.03800): two clips of one take are a pair, those of the other takes of the batch are not. All frames
/// of a clip have one view and one jitter.
package struct MotionObjective: Objective {
    private let options: MotionOptions
    private let takes: [MotionTake]
    package let filmsIdentity: UInt64
    private let augmenter: PictureAugmenter

    package struct Room: Sendable {
        fileprivate var trace: ResidualNetwork.Trace
        fileprivate var projection: ClipProjection.Trace?
        /// [2B T side side, 3]: the first clips of all takes, then the second ones.
        fileprivate var pictures: Matrix
    }

    package init(_ films: [MotionFilm], options: MotionOptions) {
        self.options = options
        takes = films.flatMap(\.takes)
        filmsIdentity = MotionFilm.identity(films)
        augmenter = PictureAugmenter(side: options.side, preparation: .motion(side: options.side))
    }

    package var exampleCount: Int { takes.count }
    package var title: String { "contrast of clips" }
    package var details: String { "\(options)" }

    package func makeRoom(_ model: MotionModel, batch: Int) -> Room {
        let (frames, side) = (options.clip.frames, options.side)
        return Room(
            trace: model.encoder.makeTrace(batch: 2 * batch, side: side, frames: frames),
            pictures: Matrix(rows: 2 * batch * frames * side * side, columns: 3))
    }

    package func addGradient(
        _ step: TrainingStep, _ model: MotionModel, room: inout Room, gradient: inout MotionModel
    ) -> TrainingLoss {
        var random = step.stream(.augmentation)
        let count = step.examples.count
        for (place, example) in step.examples.enumerated() {
            let take = takes[example]
            let pair = ClipPair(count: take.frames.count, frames: options.clip.frames, using: &random)
            draw(take, from: pair.first, at: place, into: &room.pictures, using: &random)
            draw(take, from: pair.second, at: count + place, into: &room.pictures, using: &random)
        }
        model.encoder.forward(&room.trace, room.pictures)
        let output = room.trace.output
        var projection = model.projection.forward(output)
        let unit = projection.projected
        var (first, second) = (
            Matrix(rows: count, columns: unit.columns), Matrix(rows: count, columns: unit.columns)
        )
        copyRowsInto(&first, from: 0, unit, rows: 0..<count)
        copyRowsInto(&second, from: 0, unit, rows: count..<2 * count)
        let contrast = ContrastiveLoss.gradient(
            first: first, second: second, temperature: options.temperature)
        var slope = unit
        copyRowsInto(&slope, from: 0, contrast.dFirst, rows: 0..<count)
        copyRowsInto(&slope, from: count, contrast.dSecond, rows: 0..<count)
        let dOutput = model.projection.backward(
            &projection, slope, input: output, gradient: &gradient.projection)
        model.encoder.backward(&room.trace, dOutput, pictures: room.pictures, gradient: &gradient.encoder)
        room.projection = projection
        return TrainingLoss(total: contrast.loss)
    }

    /// A clip of a take, from its frame `start` on; its last frame is repeated where it is too short.
    private func draw(
        _ take: MotionTake, from start: Int, at place: Int, into pictures: inout Matrix,
        using random: inout RandomStream
    ) {
        let aspect = Double(take.frames[0].width) / Double(take.frames[0].height)
        var view = PictureView(aspect: aspect, using: &random)
        view.isFlipped = view.isFlipped && options.mirrors
        let jitter = PictureView.Jitter(using: &random)
        let (frames, size) = (options.clip.frames, options.side * options.side)
        for frame in 0..<frames {
            augmenter.write(
                take.frames[min(start + frame, take.frames.count - 1)], view: view, jitter: jitter,
                into: &pictures, firstRow: (place * frames + frame) * size)
        }
    }

    package func settle(_ model: inout MotionModel, _ room: Room) {
        model.encoder.absorb(room.trace)
        if let projection = room.projection { model.projection.absorb(projection) }
    }

    package func isTrained(_ name: String) -> Bool { ResidualNetwork.isTrained(name) }

    package func file(_ model: MotionModel, _ metadata: ModelMetadata) -> SafetensorsWriter {
        model.file(metadata)
    }
}
