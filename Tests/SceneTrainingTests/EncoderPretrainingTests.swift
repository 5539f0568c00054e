import NeuralNet
import SceneModel
import SceneTraining
import TensorKernels
import Testing
import Timeline

/// From key frames to all gradients: a network that learns, a run that repeats itself, pictures that are
/// changed as asked.
@Suite struct EncoderPretrainingTests {
    /// Shots of three pictures each; neighbors of one place share their colors.
    static let films: [KeyFrameFilm] = (0..<2).map { film in
        var random = RandomStream(seed: UInt64(film + 1), purpose: .synthesis)
        var colors: [[Double]] = []
        let shots = (0..<24).map { shot -> [RGBPicture] in
            if shot % 6 == 0 { colors = (0..<4).map { _ in (0..<3).map { _ in 255 * random.fraction() } } }
            return (0..<3).map { frame in
                let bytes = (0..<24 * 20).flatMap { place -> [UInt8] in
                    let corner = (place % 24 < 12 ? 0 : 1) + (place / 24 < 10 ? 0 : 2)
                    return colors[corner].map { UInt8(min(255, $0 + 20 * random.fraction())) }
                }
                return RGBPicture(width: 24, height: 20, bytes: bytes)
            }
        }
        return KeyFrameFilm(
            id: "\(film)", shots: shots, durations: (0..<24).map { 1 + Double($0 % 5) })
    }

    static func run(_ options: PretextOptions) -> Trainer<EncoderObjective<ContextualRelationNetwork>> {
        var random = RandomStream(seed: 3, purpose: .initialWeights)
        let encoder = ResidualNetwork(blocks: [1, 1], isDeep: false, width: 8, using: &random)
        let width = encoder.outputDimension
        let model = EncoderModel(
            encoder: encoder,
            pretext: PretextModel(
                network: ContextualRelationNetwork(
                    inputDimension: width, hiddenDimension: 16, innerDimension: 32, headCount: 2,
                    layerCount: 1, neighborCount: 2, seed: 3),
                heads: PretextHeads(
                    inputDimension: width, hiddenDimension: 16, projectedDimension: 8, seed: 3)))
        return Trainer(
            model,
            EncoderObjective(
                ContextualRelationNetwork.self, films: Self.films, options: options, side: 32),
            schedule: TrainingSchedule(
                epochs: 10, batchSize: 8, rate: 3e-3, warmupShare: 0.1, rule: .adamW(decay: 0.01),
                dropout: 0.1, gradientLimit: 5, seed: 7))
    }

    /// Mean contrastive losses of the first and of the last tenth of a run.
    static func ends(
        _ run: inout Trainer<EncoderObjective<ContextualRelationNetwork>>, _ part: (PretextLosses) -> Double
    ) -> (first: Double, last: Double) {
        var losses: [Double] = []
        run.run {
            losses.append($0.parts.map(part) ?? .infinity)
            return true
        }
        let count = losses.count / 10
        return (
            losses.prefix(count).reduce(0, +) / Double(count),
            losses.suffix(count).reduce(0, +) / Double(count)
        )
    }

    @Test func learnsFromKeyFrames() {
        var run = Self.run(PretextOptions(temperature: 0.2))
        let before = run.model
        let (first, last) = Self.ends(&run) { $0.shotSceneMatching }
        print("contrastive loss \(first) -> \(last)")
        #expect(last < 0.85 * first)
        #expect(run.model.encoder.stem.convolution.weight != before.encoder.stem.convolution.weight)
        #expect(run.model.encoder.stem.norm.runningMean != before.encoder.stem.norm.runningMean)
    }

    @Test(arguments: ShotLevelPretext.allCases)
    func shotLevelBaselinesLearn(kind: ShotLevelPretext) {
        var run = Self.run(
            PretextOptions(
                shotSceneMatching: 0, groupMatching: 0, boundaryPrediction: 0, maskedModeling: 0,
                shotLevel: kind, temperature: 0.2))
        let (first, last) = Self.ends(&run) { $0.shotLevel }
        print("\(kind): \(first) -> \(last)")
        #expect(last < 0.9 * first)
    }

    @Test func resumedRunEndsWithTheSameBits() throws {
        var whole = Self.run(PretextOptions(shotLevel: .nearestNeighbor))
        var stopped = whole
        for _ in 0..<7 { _ = whole.advance() }
        for _ in 0..<4 { _ = stopped.advance() }
        var resumed = Self.run(PretextOptions(shotLevel: .nearestNeighbor))
        try resumed.restore(stopped.checkpoint())
        for _ in 0..<3 { _ = resumed.advance() }
        #expect(resumed.checkpoint().parameters == whole.checkpoint().parameters)
        #expect(throws: CheckpointError.self) {
            var other = Self.run(PretextOptions(rule: .random))
            try other.restore(stopped.checkpoint())
        }
    }

    // MARK: Pictures

    static let ramp = RGBPicture(
        width: 16, height: 12,
        bytes: (0..<12 * 16).flatMap { place -> [UInt8] in
            let (y, x) = (place / 16, place % 16)
            return [UInt8(16 * x), UInt8(20 * y), UInt8(8 * (x + y))]
        })

    static func shown(_ view: PictureView, _ jitter: PictureView.Jitter = .init()) -> [[Float]] {
        var rows = Matrix(rows: 64, columns: 3)
        PictureAugmenter(side: 8).write(ramp, view: view, jitter: jitter, into: &rows, firstRow: 0)
        let preparation = PicturePreparation.imageNet
        return (0..<64).map { row in
            (0..<3).map { rows[row, $0] * preparation.deviation[$0] + preparation.mean[$0] }
        }
    }

    @Test func viewsDoWhatTheySay() {
        let plain = Self.shown(PictureView())
        // A ramp stays a ramp when it shrinks by halves.
        for y in 1..<7 {
            for x in 1..<7 {
                #expect(abs(plain[y * 8 + x][0] - Float(32 * x + 8) / 255) < 1e-4)
                // Where the shrinking is no whole number the triangle leans a little.
                #expect(abs(plain[y * 8 + x][1] - 20 * (1.5 * Float(y) + 0.25) / 255) < 4e-3)
            }
        }
        var view = PictureView()
        view.isFlipped = true
        let flipped = Self.shown(view)
        for y in 0..<8 { for x in 0..<8 { #expect(flipped[y * 8 + x] == plain[y * 8 + 7 - x]) } }
        view = PictureView()
        view.isGray = true
        for pixel in Self.shown(view) {
            #expect(abs(pixel[0] - pixel[1]) < 1e-6 && abs(pixel[1] - pixel[2]) < 1e-6)
        }
        view = PictureView()
        (view.left, view.width) = (0.5, 0.5)
        #expect(abs(Self.shown(view)[3 * 8 + 2][0] - Float(16 * 10) / 255) < 1e-4)
        view = PictureView()
        view.blur = 1
        let blurred = Self.shown(view)
        #expect(abs(blurred[3 * 8 + 3][0] - plain[3 * 8 + 3][0]) < 5e-3)
        #expect(blurred[3 * 8][0] > plain[3 * 8][0] + 0.01)
    }

    @Test func jitterDoesWhatItSays() {
        let plain = Self.shown(PictureView())
        var jitter = PictureView.Jitter()
        jitter.brightness = 0.8
        for (here, there) in zip(Self.shown(PictureView(), jitter), plain) {
            for channel in 0..<3 { #expect(abs(here[channel] - 0.8 * there[channel]) < 1e-5) }
        }
        jitter = PictureView.Jitter()
        jitter.hue = 1 / 3.0
        // A third of the circle moves red to green, green to blue and blue to red.
        for (here, there) in zip(Self.shown(PictureView(), jitter), plain) {
            for channel in 0..<3 { #expect(abs(here[(channel + 1) % 3] - there[channel]) < 1e-4) }
        }
        jitter = PictureView.Jitter()
        jitter.saturation = 0.8
        for (here, there) in zip(Self.shown(PictureView(), jitter), plain) {
            let luma = 0.299 * there[0] + 0.587 * there[1] + 0.114 * there[2]
            for channel in 0..<3 { #expect(abs(here[channel] - (0.8 * there[channel] + 0.2 * luma)) < 1e-5) }
        }
    }

    @Test func drawnViewsKeepTheirRanges() {
        var random = RandomStream(seed: 5, purpose: .augmentation)
        let views = (0..<2000).map { _ in PictureView(aspect: 16 / 9.0, using: &random) }
        for view in views {
            #expect(view.left >= 0 && view.top >= 0)
            #expect(view.left + view.width <= 1 + 1e-9 && view.top + view.height <= 1 + 1e-9)
            #expect(view.width * view.height > 0.139)
            let shape = view.width * 16 / (view.height * 9)
            #expect(view.width == 1 || view.height == 1 || (0.749...1.334).contains(shape))
            #expect((0.1...2).contains(view.blur ?? 1))
        }
        for (share, count) in [
            (0.5, views.count { $0.isFlipped }), (0.2, views.count { $0.isGray }),
            (0.5, views.count { $0.blur != nil }),
        ] { #expect(abs(Double(count) / 2000 - share) < 0.05) }
        let plain = (0..<2000).count { _ in PictureView.Jitter(using: &random) == PictureView.Jitter() }
        #expect(abs(Double(plain) / 2000 - 0.2) < 0.04)
    }
}
