import Foundation
import SceneKit
import TestSupport
import Testing

/// Pictures that somebody else decodes.
@Suite struct PictureTests {
    /// The same film by file and by pictures that `ffmpeg` decodes: equal events, scores and times included.
    @Test(arguments: ["cuts.mp4", "vfr.mp4", "dissolve.mp4", "fade.mp4", "cuts.webm"])
    func picturesEqualTheirFile(_ clip: String) async throws {
        var options = SegmenterOptions()
        options.minScene = 1
        options.splitAfter = 2
        let file = try await Segmenting.events(Fixtures.path(clip), options)
        let pushed = try DecodedClip(clip).events(options)
        #expect(file.count > 4)
        #expect(Segmenting.lines(pushed) == Segmenting.lines(file))
    }

    /// The pictures that an image encoder sees are the same, too.
    @Test func encodersSeeTheSame() async throws {
        var options = SegmenterOptions()
        options.model = Fixtures.root.appending(path: "fixtures/encoders/resnet_k2.safetensors").path
        options.minScene = 1
        let file = try await Segmenting.events(Fixtures.path("cuts.mp4"), options)
        let pushed = try DecodedClip("cuts.mp4").events(options)
        #expect(Segmenting.lines(pushed) == Segmenting.lines(file))
    }

    /// Planes that alternate hold the same values; RGB is rounded once more, which moves no cut.
    @Test(arguments: VideoPicture.Format.allCases.filter { $0 != .yuv420 })
    func formatsAgree(_ format: VideoPicture.Format) throws {
        var options = SegmenterOptions()
        options.minScene = 1
        let clip = try DecodedClip("cuts.mp4", as: format)
        let events = try clip.events(options)
        let truth = try Fixtures.truth("cuts.mp4")
        let starts = events.compactMap { event -> Int? in
            if case .shot(let shot) = event { shot.start.picture } else { nil }
        }
        let boundaries = events.compactMap { event -> Int? in
            if case .boundary(let boundary) = event { boundary.at.picture } else { nil }
        }
        #expect(starts == [0] + truth.cuts)
        if format != .gray { #expect(boundaries == truth.scenes) }
        if format == .nv12 {
            #expect(try Segmenting.lines(events) == Segmenting.lines(DecodedClip("cuts.mp4").events(options)))
        }
    }

    /// Bytes between rows count for nothing.
    @Test func paddingIsNotSeen() throws {
        let clip = try DecodedClip("dissolve.mp4")
        let segmenter = try PictureSegmenter(timeBase: clip.timeBase)
        var events: [SceneEvent] = []
        for index in clip.times.indices {
            var picture = try clip.picture(index)
            for (number, plane) in picture.planes.enumerated() {
                let rows = plane.bytes.count / plane.stride
                var padded: [UInt8] = []
                for row in 0..<rows {
                    padded += plane.bytes[row * plane.stride..<(row + 1) * plane.stride]
                    if row < rows - 1 { padded += [0xa5, UInt8(truncatingIfNeeded: index), 0xff] }
                }
                picture.planes[number] = .init(bytes: padded, stride: plane.stride + 3)
            }
            events += try segmenter.push(picture)
        }
        #expect(try events + segmenter.finish() == clip.events())
    }

    /// Times may count from anywhere, as a wall clock's nanoseconds do; those of events do so, too.
    @Test(arguments: [1_780_000_000_000_000_000, (1 << 60) + 1, -5] as [Int64])
    func timesCountFromAnywhere(first: Int64) throws {
        func picture(_ time: Int64) throws -> VideoPicture {
            try VideoPicture(format: .gray, width: 2, height: 2, bytes: [1, 2, 3, 4], time: time)
        }
        let segmenter = try PictureSegmenter(
            timeBase: TimeBase(numerator: 1, denominator: 1_000_000_000))
        var events: [SceneEvent] = []
        for index in 0..<50 as Range<Int64> {
            events += try segmenter.push(picture(first + index * 40_000_000))
        }
        let far = try picture(first + (1 << 60) + 1)
        let refusal = #expect(throws: SceneKitError.self) { try segmenter.push(far) }
        #expect(refusal?.message.contains("too far behind \(first)") == true)
        events += segmenter.finish()
        let shots = events.compactMap { event -> Shot? in
            if case .shot(let shot) = event { shot } else { nil }
        }
        #expect(shots.map(\.start.ticks) == [first] && shots.map(\.end.ticks) == [first + 2_000_000_000])
        #expect(shots.map(\.start.seconds) == [0] && shots.map(\.end.seconds) == [2])
    }

    /// The range changes what values mean.
    @Test func colorsAreTaken() throws {
        let clip = try DecodedClip("dissolve.mp4")
        let segmenter = try PictureSegmenter(timeBase: clip.timeBase)
        var events: [SceneEvent] = []
        for index in clip.times.indices {
            var picture = try clip.picture(index)
            picture.color.range = .full
            picture.color.matrix = .bt2020
            picture.color.transfer = .hybridLogGamma
            events += try segmenter.push(picture)
        }
        events += segmenter.finish()
        #expect(try events != clip.events())
    }

    @Test func gapsEndShotsAndScenes() throws {
        let clip = try DecodedClip("cuts.mp4")
        let segmenter = try PictureSegmenter(timeBase: clip.timeBase)
        #expect(segmenter.pushGap().isEmpty)
        var events: [SceneEvent] = []
        for index in 0..<100 {
            var picture = try clip.picture(index)
            if index == 60 { events += segmenter.pushGap() + segmenter.pushGap() }
            if index >= 60 { picture.time += 30 * 12_800 }
            events += try segmenter.push(picture)
        }
        #expect(segmenter.pushGap().isEmpty)
        events += segmenter.finish()
        let gaps = events.compactMap { if case .gap(let gap) = $0 { gap } else { nil } }
        try #require(gaps.count == 1)
        #expect(gaps[0].reason == .missing && gaps[0].start.seconds == 2.4 && gaps[0].end.seconds == 32.4)
        let scenes = events.compactMap { if case .scene(let scene) = $0 { scene } else { nil } }
        #expect(scenes.map(\.endReason) == [.gap, .end])
        #expect(scenes.map(\.end.seconds) == [2.4, 34])
        #expect(scenes.last?.start.picture == nil)
    }

    @Test func noPicturesHaveAnEnd() throws {
        let segmenter = try PictureSegmenter(timeBase: .microseconds)
        guard case .end(let end) = segmenter.finish().first else {
            Issue.record("no end")
            return
        }
        #expect(end.pictures == 0 && end.at.seconds == 0 && end.reason == .complete)
    }

    /// Whatever is pushed, nothing traps, and events stay in order.
    @Test func hostilePictures() throws {
        var random = SystemlessRandom(state: 20)
        for round in 0..<40 {
            let base = TimeBase(
                numerator: 1 + Int.random(in: 0..<3, using: &random),
                denominator: [1_000_000_000, 90_000, 1000, 25, 3].randomElement(using: &random) ?? 3)
            var options = SegmenterOptions()
            options.split = SegmenterOptions.Split.allCases.randomElement(using: &random)
            options.provisional = Bool.random(using: &random)
            let segmenter = try PictureSegmenter(timeBase: base, options: options)
            var time = Int64.random(in: -1_000_000...1_000_000, using: &random)
            var end: Int64 = .min
            for _ in 0..<30 {
                let format = VideoPicture.Format.allCases.randomElement(using: &random) ?? .gray
                let (width, height) = (
                    Int.random(in: 1...70, using: &random), Int.random(in: 1...40, using: &random)
                )
                let count = try VideoPicture.byteCount(format: format, width: width, height: height)
                let value = UInt8.random(in: 0...255, using: &random)
                let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* Int(value)) }
                let picture = try VideoPicture(
                    format: format, width: width, height: height, bytes: bytes, time: time,
                    duration: Int64.random(in: .min ... .max, using: &random))
                if Int.random(in: 0..<8, using: &random) == 0 { _ = segmenter.pushGap() }
                for event in (try? segmenter.push(picture)) ?? [] {
                    if case .shot(let shot) = event {
                        #expect(shot.start.ticks >= end && shot.end > shot.start, "round \(round)")
                        end = shot.end.ticks
                    }
                }
                let step = Int64.random(in: 0...62, using: &random)
                time &+= Int64.random(in: -2...(1 << step), using: &random)
            }
            guard case .end = segmenter.finish().last else { throw Missing() }
        }
    }

    private struct Missing: Error {}

    /// Numbers that are the same on every machine.
    private struct SystemlessRandom: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 29
        }
    }

    // MARK: Asynchronous sequences

    /// Counts who asked for how many pictures.
    private actor Source {
        let clip: DecodedClip
        private(set) var given = 0
        init(_ clip: DecodedClip) { self.clip = clip }

        func next() throws -> VideoPicture? {
            guard given < clip.times.count else { return nil }
            given += 1
            return try clip.picture(given - 1)
        }
    }

    @Test func sequencesAreAskedForNoMoreThanIsNeeded() async throws {
        let clip = try DecodedClip("cuts.mp4")
        let source = Source(clip)
        let pictures = AsyncThrowingStream(unfolding: { try await source.next() })
        let expected = try clip.events()
        var iterator = pictures.sceneEvents(timeBase: clip.timeBase).makeAsyncIterator()
        var events: [SceneEvent] = []
        if let first = try await iterator.next() { events.append(first) }
        guard case .shot(let shot) = events.first else { throw Missing() }
        // The first shot has 40 pictures and is certain at most the detector's lag later.
        #expect(shot.end.picture == 40)
        let asked = await source.given
        #expect(asked > 40 && asked < 40 + 25 * 6, "\(asked)")
        while let event = try await iterator.next() { events.append(event) }
        #expect(events == expected)
        #expect(await source.given == 400)
        #expect(try await iterator.next() == nil)
    }

    @Test func sequencesThatFailEndTheEvents() async throws {
        struct Broken: Error {}
        let clip = try DecodedClip("dissolve.mp4")
        let source = Source(clip)
        let pictures = AsyncThrowingStream<VideoPicture, any Error>(unfolding: {
            if await source.given == 10 { throw Broken() }
            return try await source.next()
        })
        var iterator = pictures.sceneEvents(timeBase: clip.timeBase).makeAsyncIterator()
        await #expect(throws: Broken.self) { while try await iterator.next() != nil {} }
        #expect(try await iterator.next() == nil)
        var options = SegmenterOptions()
        options.peak = 9
        await #expect(throws: SceneKitError.self) {
            for try await _ in pictures.sceneEvents(timeBase: clip.timeBase, options: options) {}
        }
    }

    @Test func cancelledSequencesHaveNoEnd() async throws {
        let clip = try DecodedClip("cuts.mp4")
        let (started, start) = AsyncStream<Void>.makeStream()
        let task = Task {
            // Pictures that wait for their task to be cancelled.
            let source = Source(clip)
            let pictures = AsyncThrowingStream<VideoPicture, any Error>(unfolding: {
                if await source.given == 100 {
                    start.yield()
                    while !Task.isCancelled { await Task.yield() }
                    return nil
                }
                return try await source.next()
            })
            var events: [SceneEvent] = []
            for try await event in pictures.sceneEvents(timeBase: clip.timeBase) { events.append(event) }
            return events
        }
        for await _ in started { break }
        task.cancel()
        let events = try await task.value
        #expect(!events.contains { if case .end = $0 { true } else { false } })
    }
}
