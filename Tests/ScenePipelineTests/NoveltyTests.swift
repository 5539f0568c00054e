import Foundation
import NeuralNet
import SceneEvents
import SceneModel
import ScenePipeline
import SceneSegmentation
import TensorKernels
import Testing
import Timeline

/// The alarm on novelties, and the watch that joins it with the meter.
@Suite struct NoveltyTests {
    /// Levels 0, 0.01, ... 10.
    private static let levels = NoveltyLevels(quantiles: (0..<NoveltyLevels.count).map { Float($0) / 100 })

    /// Begins above the upper level, ends below the lower one, and is silent between.
    @Test func hysteresis() {
        var alarm = NoveltyAlarm(Self.levels, rate: 0.001)
        #expect(alarm.upper == Nats(9.99) && alarm.lower == Nats(9.5))
        var changes: [(Int, Novelty.State)] = []
        // 40 usual ones, 40 new ones, 40 between the levels, 40 usual ones.
        for (place, value) in ([5, 10, 9.7, 5] as [Float]).flatMap({ Array(repeating: $0, count: 40) })
            .enumerated()
        {
            let step = alarm.push(value, ticks: 1)
            #expect((step == nil) == (place < 31))
            if let change = step?.change { changes.append((place, change)) }
        }
        // Not before the mean of 32 is above 9.99: all of them new.
        #expect(changes.map(\.1) == [.new, .usual])
        #expect(changes.first?.0 == 40 + 31)
        #expect((changes.last?.0 ?? 0) >= 120)
        #expect(!alarm.isNew)
        #expect(NoveltyAlarm(Self.levels, rate: 0.5).upper == Nats(5))
        #expect(NoveltyAlarm(Self.levels, rate: 0).lower == Nats(9.9))
    }

    /// Goes on from its own state as if nothing had been.
    @Test func restoredAlarm() {
        var random = RandomStream(seed: 3, purpose: .order)
        let values = (0..<400).map { place in
            Float(random.fraction() * 4) + (place / 100 % 2 == 1 ? 8 : 2)
        }
        var whole = NoveltyAlarm(Self.levels, rate: 0.05)
        var parted = whole
        for (place, value) in values.enumerated() {
            if place % 37 == 0 {
                var next = NoveltyAlarm(Self.levels, rate: 0.05)
                next.restore(recent: parted.recent, isNew: parted.isNew)
                parted = next
            }
            let (one, other) = (whole.push(value, ticks: 1), parted.push(value, ticks: 1))
            #expect(one?.mean == other?.mean && one?.change == other?.change)
        }
    }

    private static func network() -> Contextualizer {
        var sizes = Contextualizer.Sizes()
        (sizes.width, sizes.inner, sizes.headCount, sizes.layerCount, sizes.tokenCount) = (8, 12, 2, 2, 3)
        return Contextualizer(embeddingWidth: 6, sizes: sizes, seed: 4)
    }

    private static func options() -> SurpriseOptions {
        var random = RandomStream(seed: 8, purpose: .order)
        let rows = Matrix(
            rows: 12, columns: 6, values: (0..<72).map { _ in Float(random.fraction() * 2 - 1) })
        return SurpriseOptions(
            model: SurpriseModel(
                network: network(), centering: EmbeddingCentering(mean: [Float](repeating: 0, count: 6)),
                reference: UnitRows(rows).values,
                levels: NoveltyLevels(
                    quantiles: (0..<NoveltyLevels.count).map { 2 + Float($0) / 1000 }), temperature: 0.1),
            rate: 0.2)
    }

    private static func parts(_ count: Int) -> [EncodedPart] {
        var random = RandomStream(seed: 5, purpose: .order)
        return (0..<count).map { index in
            EncodedPart(
                index: index, shotIndex: index, start: Instant(pts: Int64(index) * 100),
                end: Instant(pts: Int64(index + 1) * 100), duration: 4, entry: nil, isLastOfShot: true,
                embedding: (0..<6).map { _ in Float(random.fraction() * 2 - 1) })
        }
    }

    private static func shot(_ part: EncodedPart) -> Shot {
        Shot(
            index: part.index, start: part.start, end: part.end, transition: .start,
            parts: [PartSummary(index: part.index, start: part.start, end: part.end, keyFrames: [])])
    }

    /// The same where the file holds the same, whatever it is called.
    @Test func optionsAreComparedByWhatTheyHold() {
        let options = Self.options()
        var (other, past) = (options, options)
        other.model?.digest = "another"
        past.window = 3600
        #expect(SurpriseOptions.isSame(options, Self.options()) && SurpriseOptions.isSame(nil, nil))
        for changed in [other, past, nil] {
            #expect(!SurpriseOptions.isSame(options, changed) && !SurpriseOptions.isSame(changed, options))
        }
    }

    /// Every part but the first two, and the first two behind a gap, has a surprise in its shot, and each has
    /// a novelty; `novelty` events say what the alarm says.
    @Test func watchTellsWhatMeterAndAlarmSay() throws {
        let options = Self.options()
        let model = try #require(options.model)
        var watch = SurpriseWatch(options, timeBase: TimeBase(numerator: 1, denominator: 25))
        var meter = SurpriseMeter(model)
        var alarm = NoveltyAlarm(model.levels, rate: options.rate)
        var told = 0
        for part in Self.parts(120) {
            if part.index == 60 {
                watch.noteGap()
                meter.forget()
            }
            var events: [Event] = []
            watch.push(part, into: &events)
            let found = meter.push(part.embedding)
            let reading = try #require(found)
            #expect((reading.surprise == nil) == [0, 1, 60, 61].contains(part.index))
            let shot = watch.telling(Self.shot(part))
            #expect(shot.parts[0].surprise == reading.surprise.map { Nats(Double($0)) })
            #expect(shot.parts[0].novelty == Nats(Double(reading.novelty)))
            let step = alarm.push(reading.novelty, ticks: 100)
            let wanted: [Event] =
                step?.change.map { state in
                    [
                        .novelty(
                            Novelty(
                                at: part.end, state: state, level: step?.mean ?? Nats(0),
                                limit: (state == .new ? alarm.upper : alarm.lower) ?? Nats(0)))
                    ]
                } ?? []
            #expect(events == wanted)
            told += events.count
            #expect(watch.isNew == alarm.isNew)
        }
        #expect(told > 0)
    }

    /// Time that shows nothing is none of the window: however long it is, the range is still known behind it.
    @Test func timeThatShowsNothingDoesNotCount() {
        var options = Self.options()
        (options.model, options.window) = (nil, 200)
        var (watch, other) = (
            SurpriseWatch(options, timeBase: TimeBase(numerator: 1, denominator: 25)),
            SurpriseWatch(options, timeBase: TimeBase(numerator: 1, denominator: 25))
        )
        var events: [Event] = []
        for part in Self.parts(200) {
            watch.push(part, into: &events)
            other.push(part, into: &events)
            guard part.index == 150 else { continue }
            #expect(watch.limit != nil)
            for _ in 0..<100 {
                var black = part
                black.embedding = [Float](repeating: 0, count: 6)
                watch.push(black, into: &events)
            }
            #expect(watch.limit == other.limit)
        }
        #expect(watch.limit == other.limit && watch.limit != nil)
    }

    /// A session that goes on from a checkpoint says what it would have said; equal to one of a whole film.
    /// So does one that judges by its own last 200 seconds, with a contextualizer or without.
    @Test(arguments: [1, 17, 64], [(true, nil), (true, 200), (false, 200)] as [(Bool, Double?)])
    func checkpoints(every: Int, by range: (archive: Bool, window: Double?)) throws {
        var options = SegmentOptions()
        options.surprise = Self.options()
        options.surprise?.window = range.window
        if !range.archive { options.surprise?.model = nil }
        let base = TimeBase(numerator: 1, denominator: 25)
        func fresh() -> ScoringSession {
            ScoringSession(
                scorer: CoherenceScorer(neighborCount: 2, typicalDistance: 0.5), options: options,
                timeBase: base)
        }
        var (whole, parted) = (fresh(), fresh())
        var (wholeEvents, partedEvents): ([Event], [Event]) = ([], [])
        for part in Self.parts(range.window == nil ? 100 : 300) {
            if part.index > 0, part.index % every == 0 {
                var writer = WireWriter()
                parted.put(to: &writer)
                var reader = WireReader(writer.bytes[...])
                parted = fresh()
                try parted.restore(
                    from: &reader, dimensions: [6], nextPart: part.index,
                    watermark: partedEvents.reversed().lazy.compactMap { event -> Int64? in
                        if case .watermark(let instant) = event { instant.pts } else { nil }
                    }.first)
                try reader.end()
            }
            whole.push(part, at: part.end, into: &wholeEvents)
            whole.push(Self.shot(part), into: &wholeEvents)
            parted.push(part, at: part.end, into: &partedEvents)
            parted.push(Self.shot(part), into: &partedEvents)
        }
        func told(_ events: [Event]) -> [Event] {
            events.filter { [.shot, .novelty].contains($0.kind) }
        }
        #expect(told(partedEvents) == told(wholeEvents))
        #expect(told(wholeEvents).contains { $0.kind == .novelty })
    }
}
