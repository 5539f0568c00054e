import Platform
import SceneEvents
import Timeline

/// Events of every kind, of a stream that could be: the same from the same seed.
struct EventSamples {
    private var random: SeededGenerator
    /// Its timecode is that which readers have, so that events are equal after they were written and read.
    let clock: MediaClock
    private var next: Int64

    static let timeBases = [
        TimeBase(numerator: 1, denominator: 12_288), TimeBase(numerator: 1, denominator: 90_000),
        TimeBase(numerator: 1, denominator: 1000), TimeBase(numerator: 1001, denominator: 30_000),
        TimeBase(numerator: 1, denominator: 1_000_000),
    ]

    init(seed: UInt64, timeBase: TimeBase, countsTicks: Bool = true) {
        random = SeededGenerator(seed: seed)
        var clock = countsTicks ? MediaClock(timeBase: timeBase, startPTS: 0) : MediaClock.secondsOnly
        if countsTicks { clock.startPTS = Int64.random(in: -1_000_000...(1 << 40), using: &random) }
        clock.timecode = .labels
        self.clock = clock
        next = clock.startPTS
    }

    private mutating func maybe<Value>(_ value: Value) -> Value? { Bool.random(using: &random) ? value : nil }

    private mutating func count() -> Int { Int.random(in: 0...(1 << 20), using: &random) }

    private mutating func score() -> Score { Score(Double.random(in: 0...1, using: &random)) }

    private mutating func word<Word: CaseIterable>() -> Word {
        let words = Array(Word.allCases)
        return words[Int.random(in: words.indices, using: &random)]
    }

    private mutating func leftOut() -> Relief.LeftOut {
        Relief.LeftOut(Relief.Step.allCases.filter { _ in Bool.random(using: &random) })
    }

    private mutating func text() -> String {
        let letters = Array("aé\u{1f600}\"\\\n\t\u{0}\u{7f}\u{2028}/:{}[]")
        return String(
            (0..<count() % 12).map { _ in letters[Int.random(in: letters.indices, using: &random)] })
    }

    /// The next instant; strictly rising.
    private mutating func instant() -> Instant {
        next += Int64.random(in: 1...5000, using: &random)
        let label = TimecodeLabel(
            number: ((Int64(count()) % 86_400) * 1000 + Int64(count()) % 120) * 2 + Int64(count() % 2))
        return Instant(
            pts: next, frame: maybe(Int64(count())), timecode: maybe(label.number))
    }

    private mutating func transition() -> Transition {
        let mixed = maybe(instant()...instant())
        return Transition(kind: word(), mixed: mixed, score: score())
    }

    private mutating func part() -> PartSummary {
        var part = PartSummary(
            index: count(), start: instant(), end: instant(),
            keyFrames: (0..<count() % 4).map { _ in instant() })
        part.sound = maybe(sound())
        part.genres = maybe((0..<count() % 4).map { _ in GenreShare(name: text(), share: score()) })
        part.surprise = maybe(nats())
        part.novelty = maybe(nats())
        return part
    }

    private mutating func nats() -> Nats { Nats(Double(count() % 1_000_001) / 1000) }

    private mutating func decimal() -> SoundSummary.Decimal {
        SoundSummary.Decimal(hundredths: Int.random(in: -9000...9000, using: &random))
    }

    private mutating func sound() -> SoundSummary {
        let entry = SoundSummary.Entry(
            change: decimal(), levelChange: decimal(), dip: decimal(),
            isSilent: Bool.random(using: &random))
        return SoundSummary(
            coverage: decimal(), level: decimal(), loudness: decimal(), silence: decimal(),
            modulation: maybe(decimal()), steadiness: maybe(decimal()),
            bands: (0..<count() % 25).map { _ in decimal() }, entry: maybe(entry))
    }

    mutating func start() -> StreamStart {
        var media = MediaSummary(container: "", codec: "", width: 0, height: 0, clock: clock)
        if clock.countsTicks {
            media = MediaSummary(
                container: text(), codec: text(), width: count(), height: count(), clock: clock)
            media.startOffset = Int64(count() * (count() % 2))
        }
        var start = StreamStart(
            version: text(), input: text(), feed: text(), run: text(), timeline: count(), media: media,
            options: [
                ("split", "\"thirds\""), ("threshold", "0.5"), ("deadline", "null"),
                ("list", "[1, {\"a\":2}]"),
            ],
            model: ModelSummary(
                scorer: text(), encoder: text(), neighborCount: count(), file: maybe(text()),
                digest: maybe(text())),
            delayBound: maybe(Int64(count())), detectorLag: Int64(count()), decoderDelay: count(),
            build: [("libavcodec", "59.37.100"), ("blas", text())], wall: text())
        start.corrects = maybe(text())
        start.model.similarity = maybe([text(), text()]) ?? []
        start.blockDelayBound = maybe(.init(microseconds: maybe(Int64(count()))))
        return start
    }

    private mutating func partScore() -> PartScore {
        var told = PartScore(
            partIndex: count(), shotIndex: count(), at: instant(), kind: word(), score: score())
        func logit(_ random: inout SeededGenerator) -> Double {
            Double(Int.random(in: -9_000_000...9_000_000, using: &random)) / 1_000_000
        }
        let kinds = count() % 2 == 0 ? ScoreReasons.Evidence.Kind.allCases : []
        let evidence = kinds.map { ScoreReasons.Evidence($0, logit(&random)) }
        let pair = ScoreReasons.Pair(
            leftPart: count(), rightPart: count(), distance: Double(count() % 2_000_000) / 1_000_000)
        told.probability = maybe(score())
        told.reasons = maybe(ScoreReasons(evidence: evidence, alike: maybe(pair)))
        return told
    }

    private mutating func boundary() -> Boundary {
        var boundary = Boundary(
            at: instant(), kind: word(), state: word(), revision: count(), score: score(),
            threshold: score(), transition: maybe(transition()), leftShot: count(), rightShot: count(),
            rightParts: count(), isComplete: count() % 2 == 0, delay: Int64(count()), review: maybe(word()))
        boundary.probability = maybe(score())
        return boundary
    }

    private mutating func scene() -> Scene {
        var scene = Scene(
            index: count(), start: instant(), end: instant(), endReason: word(), score: maybe(score()),
            firstShot: count(), lastShot: (1 << 20) + count())
        scene.block = maybe(SceneBlock(maybe(word())))
        scene.seen = maybe(recognition())
        scene.vector = maybe((0..<count() % 5).map { _ in UInt16(truncatingIfNeeded: count()) })
        scene.tags = maybe((0..<count() % 3).map { _ in SceneTag(label: text(), probability: score()) })
        scene.sentenceTags = maybe(
            (0..<count() % 3).map { _ in
                SentenceTag(name: text(), share: score(), cosine: Double(count() % 2001 - 1000) / 1000)
            })
        return scene
    }

    private mutating func block() -> Block {
        var block = Block(
            start: instant(), end: instant(), kind: word(), probability: maybe(score()),
            next: maybe(word()), delay: Int64(count()))
        block.reasons = maybe(
            BlockReasons(against: word(), kind: logits(6), start: maybe(logits(6))))
        return block
    }

    /// Such as come back: of six decimals.
    private mutating func logits(_ count: Int) -> [Double] {
        (0..<count).map { _ in Double(Int.random(in: -9_999_000_000...9_999_000_000, using: &random)) / 1e6 }
    }

    private mutating func recognition() -> SceneRecognition {
        switch count() % 3 {
        case 0: .unknown
        case 1: .new
        default:
            .seen(SceneRecognition.Sightings(count: 1 + count(), best: sighting(), last: sighting()))
        }
    }

    private mutating func sighting() -> SceneRecognition.Sighting {
        SceneRecognition.Sighting(
            score: score(), recording: maybe(text()), scene: 1 + count(), start: Int64(count()),
            end: Int64(count()), aired: maybe(text()))
    }

    mutating func cue() -> Cue {
        var message = CueMessage(kind: word(), eventID: maybe(count()))
        message.direction = maybe(word())
        message.duration = maybe(Int64(count()))
        message.returnsItself = maybe(count() % 2 == 0)
        message.isImmediate = count() % 2 == 0
        message.isCancelled = count() % 2 == 0
        message.segmentation = maybe(
            CueSegmentation(
                type: count(), name: maybe(text()), number: count(), expected: count(),
                upids: (0..<count() % 3).map { _ in
                    CueIdentifier(type: count(), text: maybe(text()), hexadecimal: text())
                }))
        message.title = maybe(text())
        return Cue(at: instant(), received: instant(), ordinal: count() % 3, message: message)
    }

    mutating func event(_ kind: EventKind) -> Event {
        switch kind {
        case .streamStart: .streamStart(start())
        case .cut: .cut(CutNotice(at: instant(), state: word(), score: score()))
        case .shot:
            .shot(
                Shot(
                    index: count(), start: instant(), end: instant(), transition: transition(),
                    parts: (0..<count() % 4).map { _ in part() }))
        case .score:
            .score(partScore())
        case .boundary:
            .boundary(boundary())
        case .scene: .scene(scene())
        case .block: .block(block())
        case .gap:
            .gap(Gap(start: instant(), end: instant(), reason: word(), timeline: maybe((1 << 21) + count())))
        case .cue: .cue(cue())
        case .novelty:
            .novelty(Novelty(at: instant(), state: word(), level: nats(), limit: nats()))
        case .watermark: .watermark(instant())
        case .heartbeat:
            .heartbeat(
                Heartbeat(
                    state: word(), reason: maybe(word()), at: maybe(instant()),
                    lag: maybe(Double(count() - 1000) / 1_000_000), opens: count(), bytes: Int64(count()),
                    packets: Int64(count()), pictures: Int64(count()), unixMilliseconds: Int64(count()),
                    wall: text()))
        case .streamChange:
            .streamChange(
                StreamChange(at: instant(), codec: text(), size: PictureSize(width: count(), height: count()))
            )
        case .feedState: .feedState(PictureState(at: instant(), kind: word()))
        case .degraded: .degraded(Relief(at: instant(), leftOut: leftOut()))
        case .recovered: .recovered(Relief(at: instant(), leftOut: leftOut()))
        case .streamEnd:
            .streamEnd(
                StreamEnd(
                    at: instant(), reason: word(), pictures: count(), damagedPictures: count(),
                    shots: count(),
                    parts: count(), boundaries: count(), scenes: count(), gaps: count(), wall: text()))
        }
    }

    /// A stream with some events of every kind.
    mutating func stream() -> [Event] {
        var events: [Event] = [.streamStart(start())]
        for _ in 0..<20 {
            for kind in EventKind.allCases where kind != .streamStart { events.append(event(kind)) }
        }
        return events
    }
}
