import Foundation
import NeuralNet
import SceneModel
import SceneTraining
import TensorKernels
import Testing

/// What is hidden of a sequence, what it is told apart from, and whether anything is learned by it.
@Suite struct SpanTests {
    // MARK: Sampling

    /// Twelve spans of five tokens, and how often each: 1/15, 1/12 and 1/9; chi-square with 11 degrees of
    /// freedom, beyond 31.3 by chance once in a thousand.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func spansAreUniformInLengthThenPlace(seed: UInt64) {
        let sampler = SpanSampler(tokenCount: 5, share: 0.6)
        #expect(sampler.longest == 3)
        let draws = 60_000
        var counts: [Range<Int>: Int] = [:]
        var masked = [Int](repeating: 0, count: 5)
        var random = RandomStream(seed: seed, purpose: .pretextDraws)
        for _ in 0..<draws {
            let span = sampler.draw(using: &random)
            counts[span, default: 0] += 1
            for token in span { masked[token] += 1 }
        }
        var chi = 0.0
        for length in 1...3 {
            for start in 0...5 - length {
                let expected = Double(draws) / 3 / Double(6 - length)
                let difference = Double(counts[start..<start + length] ?? 0) - expected
                chi += difference * difference / expected
            }
        }
        #expect(counts.count == 12 && chi < 31.3, "\(chi)")
        for (found, wanted) in zip(masked, [0.2611, 0.4556, 0.5667, 0.4556, 0.2611]) {
            #expect(abs(Double(found) / Double(draws) - wanted) < 0.008)
        }
    }

    /// What binary fractions put just below a whole number counts as that.
    @Test func longestSpan() {
        for (tokens, share, longest) in [(5, 0.6, 3), (100, 0.58, 58), (5, 0.1, 1), (5, 1, 5), (17, 0.3, 5)] {
            #expect(SpanSampler(tokenCount: tokens, share: share).longest == longest)
        }
        #expect(SpanSampler(tokenCount: 3, longest: 9).longest == 3)
        #expect(SpanSampler(tokenCount: 3, longest: 0).longest == 1)
    }

    // MARK: Negatives

    @Test func queueIsFirstInFirstOut() {
        var queue = NegativeQueue(count: 5)
        #expect(queue.numbers == [-1, -1, -1, -1, -1])
        queue.push([1, 2, 3])
        #expect(queue.numbers == [1, 2, 3, -1, -1])
        queue.push([4, 5, 6, 7])
        #expect(queue.numbers == [6, 7, 3, 4, 5])
        queue.push(Array(10..<21))
        #expect(queue.numbers == [18, 19, 20, 16, 17])
        let full = NegativeQueue(count: 4, partCount: 9, seed: 1)
        #expect(Set(full.numbers).count == 4 && full.numbers.allSatisfy { (0..<9).contains($0) })
        #expect(NegativeQueue(count: 4, partCount: 2, seed: 1).numbers.filter { $0 < 0 }.count == 2)
        #expect(full == NegativeQueue(count: 4, partCount: 9, seed: 1))
        #expect(full != NegativeQueue(count: 4, partCount: 9, seed: 2))
    }

    /// Cross-entropy with label 0; what is near is left out.
    @Test func contrastIsCrossEntropy() {
        let predicted = UnitRows(Lab.random(3, 4, seed: 1)).values
        let targets = UnitRows(Lab.random(3, 4, seed: 2)).values
        let negatives = UnitRows(Lab.random(6, 4, seed: 3)).values
        let excluded: Set<[Int]> = [[0, 1], [2, 5], [2, 0]]
        let found = SpanLoss.contrast(
            predicted, targets: targets, negatives: negatives, temperature: 0.1
        ) { excluded.contains([$0, $1]) }
        var wanted = 0.0
        for row in 0..<3 {
            func product(_ other: [Float]) -> Double {
                zip(predicted.row(row), other).reduce(0) { $0 + Double($1.0) * Double($1.1) } / 0.1
            }
            let truth = product(targets.row(row))
            let others = (0..<6).filter { !excluded.contains([row, $0]) }.map { product(negatives.row($0)) }
            let sum = ([truth] + others).reduce(0) { $0 + exp($1 - truth) }
            wanted += log(sum) / 3
        }
        #expect(abs(found.loss - wanted) < 1e-5)
        let squared = SpanLoss.squared(predicted, targets: targets)
        let cosines = (0..<3).map { row in
            zip(predicted.row(row), targets.row(row)).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        #expect(abs(squared.loss - cosines.reduce(0) { $0 + 2 - 2 * $1 } / 3) < 1e-5)
    }

    @Test func nearIsOfOneRecordingAndHalfAMinute() {
        let here = ShotOrigin(recording: 1, seconds: 100)
        for (recording, seconds, isNear) in [
            (1, 100.0, true), (1, 70, true), (1, 130.5, false), (2, 100, false),
        ] {
            #expect(here.isNear(ShotOrigin(recording: recording, seconds: seconds), seconds: 30) == isNear)
        }
    }

    // MARK: Learning

    /// Events of a chain, each of which is usually followed by the next one. With `isShuffled` the same in
    /// random order.
    static func events(_ film: Int, shots: Int, isShuffled: Bool, seed: UInt64 = 4) -> [Int] {
        var random = RandomStream(seed: seed, purpose: .synthesis, step: film)
        var event = random.position(below: eventCount)
        var events: [Int] = []
        for _ in 0..<shots {
            events.append(event)
            event = random.fraction() < 0.9 ? (event + 1) % eventCount : random.position(below: eventCount)
        }
        return isShuffled ? random.permutation(shots).map { events[$0] } : events
    }

    private static let eventCount = 8
    private static let means = UnitRows(Lab.random(eventCount, 12, seed: 77)).values

    /// Films of such chains: what a part shows is its event's mean and noise.
    static func chain(_ count: Int, shots: Int, isShuffled: Bool, seed: UInt64 = 4) -> [TrainingFilm] {
        (0..<count).map { film in
            var random = RandomStream(seed: seed, purpose: .order, step: film)
            let rows = events(film, shots: shots, isShuffled: isShuffled, seed: seed).flatMap { event in
                means.row(event).map { $0 + 0.15 * Float(2 * random.fraction() - 1) }
            }
            return TrainingFilm(
                id: "film\(film)", embeddings: Matrix(rows: shots, columns: 12, values: rows),
                durations: [Double](repeating: 2, count: shots))
        }
    }

    /// Of hidden parts in the middle of five of a film that was not trained on, the share whose prediction is
    /// nearest to the mean of the right event; and of a copy of the part before.
    private static func rightEvents(
        _ run: ContextualizerRun, isShuffled: Bool
    ) -> (predicted: Double, copied: Double) {
        let film = chain(6, shots: 200, isShuffled: isShuffled, seed: 9)[5]
        let events = events(5, shots: 200, isShuffled: isShuffled, seed: 9)
        let centering = run.surpriseModel().centering
        let corpus = SpanCorpus([film], centering: centering)
        let places = (0..<eventCount).compactMap { centering.unit(means.row($0)) }
        func event(_ row: [Float]) -> Int? {
            let products = places.map { zip($0, row).reduce(Float(0)) { $0 + $1.0 * $1.1 } }
            return products.indices.max { products[$0] < products[$1] }
        }
        let starts = corpus.starts(tokens: 5)
        let middle = Array(repeating: [2], count: starts.count)
        let predicted = run.network.forward(
            corpus.sequences(starts, tokens: 5), hidden: middle, read: middle
        ).predicted
        let right = starts.indices.count { event(predicted.row($0)) == events[starts[$0] + 2] }
        let copied = starts.indices.count {
            event(corpus.units.row(starts[$0] + 1)) == events[starts[$0] + 2]
        }
        return (Double(right) / Double(starts.count), Double(copied) / Double(starts.count))
    }

    static func options() -> ContextualizerOptions {
        var options = ContextualizerOptions()
        (options.sizes.width, options.sizes.inner) = (32, 64)
        (options.sizes.headCount, options.sizes.layerCount) = (4, 2)
        options.spans.queueLength = 128
        options.referenceCount = 32
        return options
    }

    static func schedule(epochs: Int, seed: UInt64 = 1) -> TrainingSchedule {
        TrainingSchedule(
            epochs: epochs, batchSize: 32, rate: 3e-3, warmupShare: 0.05, rule: .adamW(decay: 0.01),
            dropout: 0.1, gradientLimit: 1, seed: seed)
    }

    /// After 200 steps a hidden part's event is told by its prediction, which a copy of the part before does
    /// not tell; where order means nothing, there is nothing to learn.
    @Test(arguments: [SpanOptions.Loss.contrast, .squared])
    func hiddenPartsOfAChain(loss: SpanOptions.Loss) throws {
        var options = Self.options()
        options.spans.loss = loss
        for isShuffled in [false, true] {
            var run = try ContextualizerRun(
                Self.chain(5, shots: 200, isShuffled: isShuffled), options, schedule: Self.schedule(epochs: 8)
            )
            var losses: [Double] = []
            run.run {
                losses.append($0.loss)
                return true
            }
            #expect(losses.count == 192 && losses.allSatisfy(\.isFinite))
            let found = Self.rightEvents(run, isShuffled: isShuffled)
            print("\(loss), shuffled \(isShuffled): loss \(losses[0]) to \(losses[191]), \(found)")
            #expect(found.copied < 0.3)
            #expect(isShuffled ? found.predicted < 0.3 : found.predicted > 0.6, "\(found)")
        }
    }

    /// The first loss is near log(K + 1), for nothing is known; some more, for guesses of few numbers spread.
    @Test func firstLoss() throws {
        var run = try ContextualizerRun(
            Self.chain(5, shots: 200, isShuffled: false), Self.options(), schedule: Self.schedule(epochs: 1))
        let loss = run.advance().loss
        #expect(loss > log(129) - 1 && loss < log(129) + 5, "\(loss)")
    }

    /// Equal seeds give equal bits, also over a checkpoint, whose queue is that of the run.
    @Test(arguments: SpanOptions.Sampling.allCases)
    func goesOnFromACheckpoint(sampling: SpanOptions.Sampling) throws {
        var options = Self.options()
        options.spans.sampling = sampling
        func run() throws -> ContextualizerRun {
            try ContextualizerRun(
                Self.chain(3, shots: 80, isShuffled: false), options, schedule: Self.schedule(epochs: 3))
        }
        var (whole, stopped) = (try run(), try run())
        whole.run { _ in true }
        stopped.run { $0.step < 5 }
        var resumed = try run()
        try resumed.restore(stopped.checkpoint())
        #expect(resumed.step == 5)
        resumed.run { _ in true }
        #expect(resumed.checkpoint() == whole.checkpoint())
        var other = options
        other.spans.temperature = 0.2
        var wrong = try ContextualizerRun(
            Self.chain(3, shots: 80, isShuffled: false), other, schedule: Self.schedule(epochs: 3))
        #expect(throws: CheckpointError.self) { try wrong.restore(stopped.checkpoint()) }
    }

    /// What is held out is not learned from; one recording gives its last part; a short one is refused.
    @Test func heldOutRecordings() throws {
        let films = Self.chain(5, shots: 60, isShuffled: false)
        let run = try ContextualizerRun(films, Self.options(), schedule: Self.schedule(epochs: 1))
        #expect(run.heldOut.count == 1)
        #expect(run.retrieval()?.count == 56)
        let one = try ContextualizerRun(
            Self.chain(1, shots: 200, isShuffled: false), Self.options(), schedule: Self.schedule(epochs: 1))
        #expect(one.heldOut.isEmpty && one.retrieval()?.count == 36)
        let error = #expect(throws: ShortRecordings.self) {
            try ContextualizerRun(
                Self.chain(3, shots: 31, isShuffled: false), Self.options(),
                schedule: Self.schedule(epochs: 1)
            )
        }
        #expect(error?.needed == 32)
    }

    /// Whichever recording is drawn to judge by: where one alone has enough parts, all are trained on, and
    /// the mean is that of all.
    @Test func oneRecordingThatIsLongEnough() throws {
        var short = Self.chain(1, shots: 1, isShuffled: false)[0]
        short.id = "short"
        let films = [short] + Self.chain(1, shots: 60, isShuffled: false)
        for seed in UInt64(1)...10 {
            let run = try ContextualizerRun(
                films, Self.options(), schedule: Self.schedule(epochs: 1, seed: seed))
            #expect(run.heldOut.isEmpty)
            let mean = EmbeddingCentering(of: films.map(\.embeddings), width: 12)
            #expect(run.surpriseModel().centering == mean)
        }
        for (tokens, isOfTokens) in [(5, false), (40, true)] {
            var options = Self.options()
            options.sizes.tokenCount = tokens
            let sized = options
            let error = #expect(throws: ShortRecordings.self) {
                try ContextualizerRun(
                    Self.chain(2, shots: 20, isShuffled: false), sized, schedule: Self.schedule(epochs: 1))
            }
            #expect(error?.needed == max(tokens, 32) && error?.isOfTokens == isOfTokens)
        }
    }

    /// What is usual is measured on each recording by the others: two that show different things are new to
    /// one another, and one alone has but itself.
    @Test func levelsAreThoseOfOtherRecordings() throws {
        var options = Self.options()
        (options.heldOutShare, options.referenceCount) = (0, 200)
        let first = Self.chain(1, shots: 100, isShuffled: false)[0]
        var other = first
        other.id = "other"
        other.embeddings.scale(by: -1)
        func levels(_ films: [TrainingFilm]) throws -> (model: SurpriseModel, levels: NoveltyLevels) {
            let run = try ContextualizerRun(films, options, schedule: Self.schedule(epochs: 1))
            let model = run.surpriseModel()
            return (model, model.levels)
        }
        let (both, alone) = (try levels([first, other]), try levels([first]))
        #expect(both.levels.level(0) > alone.levels.level(1) + 1)
        let own = try (0..<100).map { row in
            both.model.novelty(try #require(both.model.centering.unit(first.embeddings.row(row))))
        }
        #expect(both.levels.level(0) > (own.max() ?? 0) + 1)
        // Held out, a recording is judged by the rest, too.
        options.heldOutShare = 0.5
        #expect(try levels([first, other]).levels.level(0) > alone.levels.level(1) + 1)
    }

    /// The part that the others do not tell has the greatest discrepancy; and it is 0 to 2.
    @Test func discrepancyIsADistance() {
        let network = ContextualizerTests.network()
        let sequences = UnitRows(Lab.random(15, 6, seed: 2)).values
        let found = Discrepancy.of(network, sequences)
        #expect(found.count == 3 && found.allSatisfy { $0.count == 5 })
        #expect(found.joined().allSatisfy { $0 >= -1e-5 && $0 <= 2.00001 })
        for token in 0..<5 {
            let none = network.forward(sequences, hidden: [[], [], []], read: [[token], [token], [token]])
            let one = network.forward(
                sequences, hidden: [[token], [token], [token]], read: [[token], [token], [token]])
            let (seen, hidden) = (UnitRows(none.predicted).values, UnitRows(one.predicted).values)
            for sequence in 0..<3 {
                let cosine = zip(seen.row(sequence), hidden.row(sequence)).reduce(0) { $0 + $1.0 * $1.1 }
                #expect(abs(found[sequence][token] - (1 - cosine)) < 1e-5)
            }
        }
    }
}
