internal import NeuralNet
package import SceneModel
internal import TensorKernels
internal import Timeline

// Shapes: B windows, S = 2K+1 shots, P pictures of a batch, E width of the embeddings.

/// The pretext tasks on key frames, by a shot encoder, a context network and the pretext heads together
/// (BaSSL, section 3).
///
/// All pictures of a window have one view, and each shot a jitter of its own; the window's ends and center
/// once more have another. One pass of the encoder sees them all.
package struct EncoderObjective<Network: ContextNetwork>: Objective {
    private let options: PretextOptions
    private let films: [KeyFrameFilm]
    package let filmsIdentity: UInt64
    private let augmenter: PictureAugmenter
    private let places: [ShotPlace]

    package struct Room: Sendable {
        fileprivate var pass: PretextStep<Network>
        fileprivate var trace: ResidualNetwork.Trace
        /// [P side side, 3].
        fileprivate var pictures: Matrix
    }

    /// `side`: pixels of the pictures that the encoder sees; the paper has 224.
    package init(_: Network.Type, films: [KeyFrameFilm], options: PretextOptions, side: Int) {
        self.films = films
        self.options = options
        filmsIdentity = KeyFrameFilm.identity(films)
        augmenter = PictureAugmenter(side: side)
        places = films.enumerated().flatMap { film, content in
            content.shots.indices.map { ShotPlace(film: film, shot: $0) }
        }
    }

    package var exampleCount: Int { places.count }
    package var title: String { "pretrain from key frames \(Network.self)" }
    package var details: String { "\(options) side \(augmenter.side)" }

    package func makeRoom(_ model: EncoderModel<Network>, batch: Int) -> Room {
        let network = model.pretext.network
        let count = batch * (2 * network.neighborCount + 3 + (options.shotLevel == nil ? 0 : 1))
        return Room(
            pass: PretextStep(network: network, batch: batch, options: options, needsInputGradient: true),
            trace: model.encoder.makeTrace(batch: count, side: augmenter.side),
            pictures: Matrix(rows: count * augmenter.side * augmenter.side, columns: 3))
    }

    package func addGradient(
        _ step: TrainingStep, _ model: EncoderModel<Network>, room: inout Room,
        gradient: inout EncoderModel<Network>
    ) -> TrainingLoss {
        let neighborCount = model.pretext.network.neighborCount
        var random = step.stream(.augmentation)
        let plan = PretextPlan(
            step.examples.map { places[$0] }, durations: films.map(\.durations),
            stretches: films.map { FilmStretches(shotCount: $0.shots.count) },
            sampler: WindowSampler(neighborCount: neighborCount), rule: options.rule, using: &random)
        draw(plan, into: &room.pictures, using: &random)
        model.encoder.forward(&room.trace, room.pictures)
        // The encoder's output [P, E]: the windows' shots, their ends, then their centers if they are asked
        // for.
        let output = room.trace.output
        func rows(_ range: Range<Int>) -> Matrix {
            var part = Matrix(rows: range.count, columns: output.columns)
            copyRowsInto(&part, from: 0, output, rows: range)
            return part
        }
        let shots = plan.windows.count * (2 * neighborCount + 1)
        let ends = shots..<shots + 2 * plan.windows.count
        let batch = PretextBatch(
            plan, windows: rows(0..<shots), ends: rows(ends),
            centers: options.shotLevel == nil ? nil : rows(ends.upperBound..<output.rows), options: options)
        let losses = room.pass.run(model.pretext, batch, step, gradient: &gradient.pretext)
        if let slope = room.pass.dInput {
            var dOutput = Matrix(rows: output.rows, columns: output.columns)
            var row = 0
            for part in [slope.windows, slope.ends] + (slope.centers.map { [$0] } ?? []) {
                copyRowsInto(&dOutput, from: row, part, rows: 0..<part.rows)
                row += part.rows
            }
            model.encoder.backward(
                &room.trace, dOutput, pictures: room.pictures, gradient: &gradient.encoder)
        }
        return TrainingLoss(total: losses.total(options), parts: losses)
    }

    /// Fills the pictures in the order of the encoder's output.
    private func draw(_ plan: PretextPlan, into pictures: inout Matrix, using random: inout RandomStream) {
        var place = 0
        let size = augmenter.side * augmenter.side
        func aspect(_ shot: ShotPlace) -> Double {
            let picture = films[shot.film].shots[shot.shot][0]
            return Double(picture.width) / Double(picture.height)
        }
        func add(_ shot: ShotPlace, _ view: PictureView) {
            let frames = films[shot.film].shots[shot.shot]
            let frame = frames[random.position(below: frames.count)]
            augmenter.write(
                frame, view: view, jitter: PictureView.Jitter(using: &random), into: &pictures,
                firstRow: place * size)
            place += 1
        }
        for window in plan.windows {
            let view = PictureView(aspect: aspect(window[0]), using: &random)
            for shot in window { add(shot, view) }
        }
        let ends = plan.ends
        for window in plan.windows.indices {
            let view = PictureView(aspect: aspect(ends[2 * window]), using: &random)
            add(ends[2 * window], view)
            add(ends[2 * window + 1], view)
        }
        guard options.shotLevel != nil else { return }
        for shot in plan.centers { add(shot, PictureView(aspect: aspect(shot), using: &random)) }
    }

    package func settle(_ model: inout EncoderModel<Network>, _ room: Room) {
        model.encoder.absorb(room.trace)
    }

    package func isTrained(_ name: String) -> Bool { ResidualNetwork.isTrained(name) }

    package func file(_ model: EncoderModel<Network>, _ metadata: ModelMetadata) -> SafetensorsWriter {
        model.file(metadata)
    }
}
