import Platform
import FeedRuntime
import MediaInput
import SceneEvents
import ScenePipeline
import SceneSegmentation
import Testing
import Timeline

/// Messages between feed and worker: what goes in comes out, and nothing that comes in can do harm.
@Suite struct FeedWireTests {
    /// A message of every kind, with values drawn by `generator`.
    static func messages(_ generator: inout SeededGenerator) -> [WorkerMessage] {
        let parts = (0..<3).map { _ in part(&generator) }
        return [
            .hello(version: 1, unconfined: [.files, .threads]),
            .opened(
                media(&generator), decoderDelay: Int.random(in: 0..<60, using: &generator),
                clock: ConnectionClock.allCases.randomElement(using: &generator) ?? .same),
            .part(parts[0], now: instant(&generator)), .open(parts[1]), .shot(shot(&generator)),
            .advance(
                WorkerMessage.Advance(
                    now: Instant(pts: 5, frame: 7), end: Instant(pts: 9), horizon: -3,
                    isDamaged: Bool.random(using: &generator), hasOpenPart: Bool.random(using: &generator),
                    age: Double.random(in: 0..<100, using: &generator))),
            .gap(Gap(start: Instant(pts: -4), end: Instant(pts: 400), reason: .discontinuity)),
            .relief(.init([.loopFilter, .groups])),
            .state(PictureState(at: instant(&generator), kind: .frozen)),
            .change(
                StreamChange(
                    at: instant(&generator), codec: "hevc", size: PictureSize(width: 720, height: 576))),
            .cue(cue(&generator)), .progress(progress(&generator)), .ending(.end), .ending(.stopped),
            .ending(.damaged("no data: é")),
            .ending(.failed(.refused, "x: 401: check the password")),
        ]
    }

    static func cue(_ generator: inout SeededGenerator) -> Cue {
        var message = CueMessage(kind: .timeSignal, eventID: .random(in: 0..<1 << 32, using: &generator))
        message.direction = Bool.random(using: &generator) ? .in : nil
        message.duration = Bool.random(using: &generator) ? 90_000 : nil
        message.returnsItself = Bool.random(using: &generator) ? true : nil
        message.isImmediate = .random(using: &generator)
        message.isCancelled = .random(using: &generator)
        message.segmentation = CueSegmentation(
            type: 0x30, name: "provider_advertisement_start", number: 1, expected: 2,
            upids: [
                CueIdentifier(type: 3, text: "é", hexadecimal: "c3a9"),
                CueIdentifier(type: 8, text: nil, hexadecimal: ""),
            ])
        message.title = Bool.random(using: &generator) ? "One" : nil
        return Cue(at: instant(&generator), received: instant(&generator), ordinal: 3, message: message)
    }

    static func progress(_ generator: inout SeededGenerator) -> WorkerProgress {
        var progress = WorkerProgress()
        progress.bytes = Int64.random(in: 0..<1 << 40, using: &generator)
        progress.packets = Int64.random(in: 0..<1 << 40, using: &generator)
        return progress
    }

    static func instant(_ generator: inout SeededGenerator) -> Instant {
        Instant(
            pts: Int64.random(in: -1_000_000...1_000_000, using: &generator),
            frame: Bool.random(using: &generator) ? Int64.random(in: 0...1_000_000, using: &generator) : nil,
            timecode: Bool.random(using: &generator)
                ? Int64.random(in: 0...1_000_000, using: &generator) : nil)
    }

    static func part(_ generator: inout SeededGenerator) -> Part {
        let start = instant(&generator)
        let end = Instant(pts: start.pts + 9000)
        let planes = (0..<AnalysisPicture.byteCount).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let crop = RGBPicture(width: 2, height: 3, bytes: Array(planes.prefix(18)))
        let picture = Picture(
            at: start, duration: 40, analysis: AnalysisPicture(planes: planes),
            views: Bool.random(using: &generator)
                ? [.crop(PictureGeometry(shortSide: 9, cropSide: 2)): crop, .thumbnail(longestSide: 3): crop]
                : [:])
        let mixed = Bool.random(using: &generator) ? start...end : nil
        var part = Part(
            index: Int.random(in: 0..<1000, using: &generator), shotIndex: 3, start: start, end: end,
            duration: 0.1,
            entry: Bool.random(using: &generator)
                ? Transition(kind: .dissolve, mixed: mixed, score: Score(0.5)) : nil,
            isLastOfShot: Bool.random(using: &generator), keyFrames: [picture, picture], motion: 0.25)
        if Bool.random(using: &generator) { part.sound = sound(&generator) }
        if Bool.random(using: &generator) { part.evidence = evidence(&generator) }
        return part
    }

    static func evidence(_ generator: inout SeededGenerator) -> PartEvidence {
        func ranges() -> [Range<Int64>] {
            (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                let start = Int64.random(in: -1000...1000, using: &generator)
                return start..<start + Int64.random(in: 1...1000, using: &generator)
            }
        }
        let luma = (0..<MarkPicture.width * MarkPicture.height).map { UInt8(truncatingIfNeeded: $0) }
        return PartEvidence(
            black: ranges(), silence: ranges(),
            mark: Bool.random(using: &generator) ? MarkPicture(luma: luma) : nil)
    }

    static func sound(_ generator: inout SeededGenerator) -> PartSound {
        func numbers(_ count: Int) -> [Float] {
            (0..<count).map { _ in Float.random(in: -80...20, using: &generator) }
        }
        let isKnown = Bool.random(using: &generator)
        let entry = CutSound(change: 3, levelChange: -2, dip: 8, isSilent: isKnown)
        return PartSound(
            coverage: 0.5, level: -20, loudness: -21, silence: 0.25, modulation: isKnown ? 0.4 : nil,
            steadiness: isKnown ? 0.1 : nil, means: numbers(SoundFrame.bandCount),
            spreads: numbers(SoundFrame.bandCount), measuredBands: 17,
            entry: Bool.random(using: &generator) ? entry : nil)
    }

    static func shot(_ generator: inout SeededGenerator) -> Shot {
        let at = instant(&generator)
        let part = PartSummary(index: 1, start: at, end: at, keyFrames: [at, at, at])
        return Shot(
            index: 4, start: at, end: Instant(pts: at.pts + 1), transition: .start,
            parts: Array(repeating: part, count: Int.random(in: 0..<9, using: &generator)))
    }

    static func media(_ generator: inout SeededGenerator) -> MediaSummary {
        var clock = MediaClock(
            timeBase: TimeBase(numerator: 1001, denominator: 30000),
            startPTS: Int64.random(in: -100...100, using: &generator))
        clock.timecode = TimecodeFormat(labelsPerSecond: 30, isDropFrame: Bool.random(using: &generator))
        return MediaSummary(container: "mpegts", codec: "h264", width: 1920, height: 1080, clock: clock)
    }

    @Test func messagesComeOutAsTheyWentIn() throws {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<50 {
            for message in Self.messages(&generator) {
                let bytes = message.message
                #expect(try WorkerMessage(message: bytes[...]).message == bytes)
            }
        }
    }

    /// A message that breaks off, or goes on, is refused at every byte.
    @Test func tornMessagesAreRefused() throws {
        var generator = SeededGenerator(seed: 8)
        for message in Self.messages(&generator) {
            let bytes = message.message
            for count in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 200)) {
                #expect(throws: WireError.self) { try WorkerMessage(message: bytes.prefix(count)) }
            }
            #expect(throws: WireError.self) { try WorkerMessage(message: (bytes + [0])[...]) }
        }
    }

    /// Whatever a worker sends, and a session takes: an answer or an error, never a trap.
    @Test func hostileMessagesDoNoHarm() throws {
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<300 {
            var session = FeedSession(options: SegmentOptions(), model: ChosenModel(neighborCount: 2))
            for message in Self.messages(&generator) {
                var bytes = message.message
                for _ in 0..<Int.random(in: 0...3, using: &generator) {
                    let place = Int.random(in: 0..<min(bytes.count, 200), using: &generator)
                    bytes[place] = UInt8.random(in: 0...255, using: &generator)
                }
                guard let read = try? WorkerMessage(message: bytes[...]) else { continue }
                _ = try? session.take(read, now: 1)
            }
            _ = session.pause(reason: .decoderReset)
            _ = session.finish(reason: .interrupted, now: 2, wall: "")
        }
    }

    @Test func lengthsAreBounded() throws {
        var frames = FrameBuffer()
        frames.append([0xff, 0xff, 0xff, 0x7f])
        #expect(throws: WireError.self) { _ = try frames.next() }
        // A list that says it is long without being so.
        #expect(throws: WireError.self) {
            try WorkerMessage(message: [9, 1, 0xff, 0xff, 0xff, 0xff, 65])
        }
    }

    @Test func framesComeInAnyPieces() throws {
        var generator = SeededGenerator(seed: 10)
        let messages = Self.messages(&generator).map(\.message)
        let stream = messages.flatMap { FrameBuffer.framed($0) }
        for size in [1, 3, 4096, stream.count] {
            var frames = FrameBuffer()
            var seen: [[UInt8]] = []
            for start in stride(from: 0, to: stream.count, by: size) {
                frames.append(stream[start..<min(start + size, stream.count)])
                while let message = try frames.next() { seen.append(Array(message)) }
            }
            #expect(seen == messages)
        }
    }

    @Test(arguments: [EncoderInput.Sampling.keyFrames(3), .clip(frames: 16, stride: 4)])
    func specificationsComeOutAsTheyWentIn(sampling: EncoderInput.Sampling) throws {
        var media = MediaOptions()
        media.program = 3
        media.followIdle = 2.5
        media.isFeed = true
        media.allowedHosts = ["cdn.example", "*.example.org"]
        media.views = [
            .crop(PictureGeometry(shortSide: 256, cropSide: 224)), .thumbnail(longestSide: 320),
        ]
        var options = SegmentOptions()
        options.deadline = 30
        options.split = .ticks
        options.speed = .fast
        options.sound = .stream(2)
        let specification = WorkerSpecification(
            input: "rtsp://cam:secret@host/é", media: media, options: options, sampling: sampling)
        #expect(try WorkerSpecification(message: specification.message[...]) == specification)
        #expect(throws: WireError.self) {
            try WorkerSpecification(message: specification.message.dropLast())
        }
    }

    /// What people see goes with the first and the last picture of a part alone, so it fits beside long
    /// clips.
    @Test func thumbnailsFitBesideLongClips() throws {
        var media = MediaOptions()
        media.views = [.crop(PictureGeometry(shortSide: 256, cropSide: 224)), .thumbnail(longestSide: 320)]
        let specification = WorkerSpecification(
            input: "-", media: media, options: SegmentOptions(), sampling: .clip(frames: 64, stride: 4))
        #expect(try WorkerSpecification(message: specification.message[...]) == specification)
    }

    @Test(arguments: [
        EncoderInput.Sampling.keyFrames(0), .keyFrames(257), .clip(frames: 0, stride: 1),
        .clip(frames: 8, stride: 0), .clip(frames: 8, stride: -1), .clip(frames: 257, stride: 1),
        .clip(frames: 33, stride: 16), .clip(frames: 9, stride: .max),
        // Too large for one message.
        .clip(frames: 128, stride: 1),
    ])
    func impossiblePicturesAreRefused(sampling: EncoderInput.Sampling) {
        var media = MediaOptions()
        media.views = [.crop(PictureGeometry(shortSide: 256, cropSide: 224))]
        let specification = WorkerSpecification(
            input: "-", media: media, options: SegmentOptions(), sampling: sampling)
        #expect(throws: WireError.self) { try WorkerSpecification(message: specification.message[...]) }
    }
}
