import Foundation
import NeuralNet
import SceneModel
import SceneTraining
import TensorKernels
import Testing
import Timeline

/// Contrast of clips: what is drawn, runs that repeat themselves, and what they learn.
@Suite struct MotionTrainingTests {
    static let side = SyntheticTake.side

    /// A square in colors of its own, along a line or around a circle.
    static func take(_ seed: Int, isTurning: Bool, isForward: Bool, frames: Int = 12) -> MotionTake {
        SyntheticTake.make(
            isTurning ? .circle : .square, seed: UInt64(seed), isForward: isForward, frames: frames,
            palettes: 0)
    }

    static func film(_ count: Int, first: Int = 0, isTurning: Bool = false) -> MotionFilm {
        MotionFilm(
            id: "takes",
            takes: (0..<count).map {
                take(first + $0, isTurning: isTurning, isForward: $0 % 2 == 0)
            })
    }

    static func run(
        _ films: [MotionFilm], epochs: Int, frames: Int = 8, mirrors: Bool = false, seed: UInt64 = 3,
        rate: Float = 3e-3, batchSize: Int = 8, isInflated: Bool = false
    ) -> Trainer<MotionObjective> {
        var random = RandomStream(seed: seed, purpose: .initialWeights)
        let fresh = ResidualNetwork(
            blocks: [1, 1, 1, 1], isDeep: true, width: 4, clips: isInflated ? .pictures : .slowD,
            using: &random)
        let encoder = isInflated ? fresh.inflated(.slowD) : fresh
        return Trainer(
            MotionModel(
                encoder: encoder,
                projection: ClipProjection(inputs: 128, width: 32, outputs: 16, seed: seed)),
            MotionObjective(
                films,
                options: MotionOptions(
                    clip: ClipSampling(frames: frames, stride: 1), side: side, mirrors: mirrors)),
            schedule: TrainingSchedule(
                epochs: epochs, batchSize: batchSize, rate: rate, warmupShare: 0.025,
                rule: .adamW(decay: 1e-6),
                dropout: 0, seed: seed))
    }

    // MARK: Draws

    /// P(t) is in proportion to T - t, and all clips lie in the take.
    @Test func distancesFall() {
        var random = RandomStream(seed: 5, purpose: .augmentation)
        let (count, frames, draws) = (20, 16, 20_000)
        var seen = [Int](repeating: 0, count: 5)
        var swaps = 0
        for _ in 0..<draws {
            let pair = ClipPair(count: count, frames: frames, using: &random)
            #expect(0...4 ~= pair.first && 0...4 ~= pair.second)
            seen[abs(pair.first - pair.second)] += 1
            swaps += pair.first > pair.second ? 1 : 0
        }
        // 5 : 4 : 3 : 2 : 1 of 15; chi-square with four degrees of freedom, 18.5 at 0.001.
        let chi = seen.enumerated().reduce(0.0) { sum, item in
            let expected = Double(draws) * Double(5 - item.offset) / 15
            return sum + (Double(item.element) - expected) * (Double(item.element) - expected) / expected
        }
        #expect(chi < 18.5, "\(seen)")
        #expect(abs(Double(swaps) / Double(draws - seen[0]) - 0.5) < 0.02)
        for short in [1, 8, 16] {
            #expect(ClipPair(count: short, frames: 16, using: &random) == ClipPair(0, 0))
        }
    }

    @Test func shortAndStillTakesAreLeftOut() {
        func take(_ frames: Int, _ motion: Float) -> MotionTake {
            MotionTake(
                frames: [RGBPicture](
                    repeating: RGBPicture(width: 1, height: 1, bytes: [1, 2, 3]), count: frames),
                motion: motion)
        }
        let film = MotionFilm(
            id: "x", takes: [take(7, 9), take(8, 9), take(32, 0.4), take(3, 0), take(16, 0.5)])
        let usable = film.usable(frames: 16)
        #expect(usable.film.takes.map(\.frames.count) == [8, 16])
        #expect(usable.short == 2 && usable.still == 1)
    }

    // MARK: Head

    @Test func projectionGradient() {
        let head = ClipProjection(inputs: 6, width: 8, outputs: 5, seed: 2)
        let input = Lab.random(12, 6, seed: 3)
        let factors = Lab.random(12, 5, seed: 4)
        func loss(_ head: ClipProjection, _ input: Matrix) -> Double {
            EncoderGradientTests.dot(head.forward(input).projected, factors)
        }
        var trace = head.forward(input)
        for row in 0..<12 {
            let length = trace.projected.row(row).reduce(0) { $0 + $1 * $1 }
            #expect(abs(length - 1) < 1e-5)
        }
        var gradient = head.zeroed()
        let dInput = head.backward(&trace, factors, input: input, gradient: &gradient)
        let worst = Lab.worstGradient(head, gradient: gradient, places: 6, step: 1e-3) { loss($0, input) }
        #expect(worst.error < 0.05, "\(worst.name) \(worst.error)")
        #expect(EncoderGradientTests.worstInput(input, dInput, step: 1e-3) { loss(head, $0) } < 0.03)
    }

    // MARK: Runs

    @Test func resumedRunEndsWithTheSameBits() throws {
        let films = [Self.film(10)]
        var whole = Self.run(films, epochs: 6)
        var stopped = Self.run(films, epochs: 6)
        for _ in 0..<4 { _ = whole.advance() }
        for _ in 0..<2 { _ = stopped.advance() }
        var resumed = Self.run(films, epochs: 6)
        try resumed.restore(stopped.checkpoint())
        for _ in 0..<2 { _ = resumed.advance() }
        #expect(resumed.checkpoint().parameters == whole.checkpoint().parameters)
        for other in [
            Self.run([Self.film(10, first: 1)], epochs: 6), Self.run(films, epochs: 6, frames: 6),
            Self.run(films, epochs: 6, mirrors: true),
        ] {
            var other = other
            #expect(throws: CheckpointError.self) { try other.restore(stopped.checkpoint()) }
        }
    }

    /// What a run writes is what a command reads, with vectors of the running moments.
    @Test func fileIsReadAgain() throws {
        var run = Self.run([Self.film(8)], epochs: 3)
        while !run.isFinished { _ = run.advance() }
        var metadata = ModelMetadata()
        (metadata.clip, metadata.side, metadata.head) = (ClipSampling("8x1"), 32, .none)
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try run.file(metadata).write(to: path)
        let file = try SafetensorsFile(path: path)
        let again = try ResidualNetwork(motion: file)
        #expect(
            ClipGradientTests.parameters(again).map(\.values)
                == ClipGradientTests.parameters(run.model.encoder).map(\.values))
        let encoder = try #require(try MotionShotEncoder(file, threadCount: 1))
        let frames = Array(Self.take(1, isTurning: false, isForward: true).frames.prefix(8))
        #expect(encoder.vector(clip: frames).allSatisfy { $0.isFinite })
        let outline = try EncoderOutline(file)
        #expect(outline?.name == "slow-d")
    }

    // MARK: Learning

    /// Vectors by running moments, through the file that inference reads.
    static func vectors(_ run: Trainer<MotionObjective>, _ takes: [MotionTake]) throws -> [[Float]] {
        var metadata = ModelMetadata()
        (metadata.clip, metadata.side, metadata.head) = (ClipSampling("8x1"), 32, .none)
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try run.file(metadata).write(to: path)
        let encoder = try #require(try MotionShotEncoder(SafetensorsFile(path: path), threadCount: 1))
        return takes.map { encoder.vector(clip: Array($0.frames[2..<10])) }
    }

    /// Share of the second half of the vectors whose direction a probe on the first half gets right; takes
    /// alternate between the two directions.
    static func accuracy(_ vectors: [[Float]]) -> Double {
        let width = vectors[0].count
        let examples = ProbeExamples(
            labels: ["forward"],
            inputs: Matrix(rows: vectors.count, columns: width, values: vectors.flatMap(\.self)),
            answers: vectors.indices.map { [$0 % 2 == 0] }, recordings: vectors.map { _ in 0 },
            starts: vectors.indices.map { Int64($0) })
        let half = vectors.count / 2
        var settings = ProbeSettings.standard
        settings.hidden = []
        settings.dropout = 0
        let probe = ProbeTrainer.trained(
            settings, examples, rows: Array(0..<half), epochs: 200, seed: 1)
        let logits = probe.logits(examples, Array(half..<vectors.count))
        let right = (0..<half).count { (logits[$0, 0] > 0) == ((half + $0) % 2 == 0) }
        return Double(right) / Double(half)
    }

    /// Means of the vectors that a network of pictures with random weights gives for each of a take's
    /// pictures.
    static func pictureMeans(_ judged: [MotionTake]) -> [[Float]] {
        var random = RandomStream(seed: 9, purpose: .initialWeights)
        let pictures = ResidualNetwork(blocks: [1, 1, 1, 1], isDeep: true, width: 4, using: &random)
        return judged.map { take -> [Float] in
            let frames = Array(take.frames[2..<10])
            var rows = Matrix(rows: 8 * 1024, columns: 3)
            // In the order of the bytes, so that sums have equal bits for a take and its reverse.
            let ordered = frames.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
            for (index, frame) in ordered.enumerated() {
                PictureAugmenter(side: 32, preparation: .motion(side: 32)).write(
                    frame, view: PictureView(), jitter: PictureView.Jitter(), into: &rows,
                    firstRow: index * 1024)
            }
            var trace = pictures.makeTrace(batch: 8, side: 32)
            pictures.forward(&trace, rows)
            return (0..<128).map { column in (0..<8).reduce(0) { $0 + trace.output[$1, column] } / 8 }
        }
    }

    /// Stripes or a wheel, in the same colors as all others.
    static func stripes(_ seed: Int, isTurning: Bool, isForward: Bool, frames: Int = 16) -> MotionTake {
        SyntheticTake.make(
            isTurning ? .spokes : .bars, seed: UInt64(seed), isForward: isForward, frames: frames)
    }

    /// A network of pictures that is inflated begins without a sense of direction, because only the middle
    /// frame of each filter has a weight. Where motion fills the pictures, contrast of clips gives it one: a
    /// probe on the vectors of clips tells each take from its reverse, and one on those of pictures cannot.
    @Test(arguments: [false, true])
    func tellsATakeFromItsReverse(isTurning: Bool) throws {
        let film = MotionFilm(
            id: "stripes",
            takes: (0..<48).map { Self.stripes($0, isTurning: isTurning, isForward: $0 % 2 == 0) })
        var run = Self.run([film], epochs: 34, rate: 1e-2, batchSize: 16, isInflated: true)
        let judged = (0..<80).flatMap { seed -> [MotionTake] in
            [true, false].map { Self.stripes(1000 + seed, isTurning: isTurning, isForward: $0, frames: 12) }
        }
        let before = try Self.accuracy(Self.vectors(run, judged))
        run.run { _ in true }
        let after = try Self.accuracy(Self.vectors(run, judged))
        print("\(isTurning ? "wheel" : "stripes"): probe before \(before), after \(after)")
        #expect(before < 0.7)
        #expect(after > 0.85)
        #expect(Self.accuracy(Self.pictureMeans(judged)) == 0.5)
    }

    /// Lines and circles, each take of one of two directions: clips of a take come together. Each judged take
    /// stands beside its reverse, which shows the same pictures, so the mean of pictures' vectors tells
    /// nothing of directions, whatever the network. What a probe reads of them from the small network is
    /// printed: so few takes, which appearance alone tells apart, do not teach it directions.
    @Test(arguments: [false, true])
    func bringsClipsOfATakeTogether(isTurning: Bool) throws {
        var run = Self.run([Self.film(48, isTurning: isTurning)], epochs: 10)
        var losses: [Double] = []
        run.run {
            losses.append($0.loss)
            return true
        }
        let tenth = losses.count / 10
        let (first, last) = (
            losses.prefix(tenth).reduce(0, +) / Double(tenth),
            losses.suffix(tenth).reduce(0, +) / Double(tenth)
        )
        let judged = (0..<80).flatMap { seed -> [MotionTake] in
            [true, false].map { Self.take(1000 + seed, isTurning: isTurning, isForward: $0) }
        }
        let clips = try Self.accuracy(Self.vectors(run, judged))
        let stills = Self.pictureMeans(judged)
        let means = Self.accuracy(stills)
        print(
            "\(isTurning ? "turning" : "moving"): loss \(first) -> \(last), clips \(clips), pictures \(means)"
        )
        #expect(last < 0.85 * first)
        #expect(means == 0.5)
    }
}

extension ClipPair {
    fileprivate init(_ first: Int, _ second: Int) {
        var random = RandomStream(seed: 1, purpose: .augmentation)
        self.init(count: 1, frames: 1, using: &random)
        (self.first, self.second) = (first, second)
    }
}
