import BlockSegmentation
import SceneEvents
import ScenePipeline
import SceneSegmentation
import Testing
import Timeline

@Suite struct BlockFinderTests {
    private static let timeBase = TimeBase(numerator: 1, denominator: 1000)

    private static func scene(_ block: SceneBlock?) -> Event {
        var scene = Scene(
            index: 0, start: Instant(pts: 0), end: Instant(pts: 9000), endReason: .end, score: nil,
            firstShot: 0, lastShot: 0)
        scene.block = block
        return .scene(scene)
    }

    /// Nothing is known before the first part. A scene that has its name keeps it: what it was when the scene
    /// was reported counts.
    @Test(arguments: [(nil, SceneBlock(nil)), (SceneBlock(.ident), SceneBlock(.ident))])
    func scenesAreNamedOnce(before: SceneBlock?, after: SceneBlock) {
        let finder = BlockFinder(timeBase: Self.timeBase, options: BlockOptions())
        let watermark = Event.watermark(Instant(pts: 9))
        var events = [watermark, Self.scene(before)]
        finder.name(&events)
        #expect(events == [watermark, Self.scene(after)])
    }

    private static func part(_ index: Int, _ range: Range<Int64>, entry: TransitionKind?) -> Part {
        Part(
            index: index, shotIndex: index, start: Instant(pts: range.lowerBound),
            end: Instant(pts: range.upperBound), duration: Double(range.count) / 1000,
            entry: entry.map { Transition(kind: $0, score: Score(1)) }, isLastOfShot: true, keyFrames: [],
            motion: 0)
    }

    private static func cue(_ direction: CueMessage.Direction, at: Int64, received: Int64 = 0) -> Cue {
        var message = CueMessage(kind: .spliceInsert, eventID: 1)
        message.direction = direction
        message.duration = direction == .out ? 60_000 : nil
        return Cue(at: Instant(pts: at), received: Instant(pts: received), message: message)
    }

    private static func blocks(_ events: [Event]) -> [Block] {
        events.compactMap { if case .block(let block) = $0 { block } else { nil } }
    }

    /// A message counts, however many parts are closed when it comes: none yet, one, or some.
    @Test(arguments: [0, 1, 2]) func messagesFromBeforeTheFirstPart(count: Int) {
        func blocks(cuesBehind: Int) -> [Block] {
            var finder = BlockFinder(timeBase: Self.timeBase, options: BlockOptions())
            var events: [Event] = []
            for index in 0..<25 {
                if index == cuesBehind {
                    finder.push(Self.cue(.out, at: 30_000), into: &events)
                    finder.push(Self.cue(.in, at: 90_000), into: &events)
                }
                let start = Int64(index) * 10_000
                let part = Self.part(index, start..<start + 10_000, entry: index == 0 ? .start : .cut)
                finder.push(part, at: part.end, into: &events)
            }
            finder.finish(at: Instant(pts: 250_000), into: &events)
            return Self.blocks(events)
        }
        let found = blocks(cuesBehind: count)
        #expect(found.map(\.kind) == [.program, .adverts, .program])
        #expect(found.map(\.start.pts) == [0, 30_000, 90_000])
        #expect(found == blocks(cuesBehind: 1))
    }

    /// Where no shot begins, blocks begin at pictures: where a message names the time, at the one next to it.
    /// One shot, black and silent around the break; parts of five seconds, or one of all.
    @Test(arguments: [5.0, 400]) func edgesLieAtPictures(seconds: Double) throws {
        let timeBase = TimeBase(numerator: 1, denominator: 90_000)
        func instant(_ frame: Int64) -> Instant { Instant(pts: 7 + frame * 3003, frame: frame) }
        func time(_ seconds: Double) -> Instant { Instant(pts: 7 + Int64(seconds * 90_000)) }
        var finder = BlockFinder(timeBase: timeBase, options: BlockOptions())
        let runs = [105.1, 165.5].map { time($0).pts..<time($0 + 0.3).pts }
        var (events, start, index) = ([Event](), instant(0), 0)
        let count: Int64 = 12_000
        for frame in 0..<count {
            let now = instant(frame)
            for (at, direction) in [(105.3, .out), (165.7, .in)] as [(Double, CueMessage.Direction)]
            where time(at - 3).pts <= now.pts && time(at - 3).pts > now.pts - 3003 {
                var cue = Self.cue(direction, at: time(at).pts)
                (cue.received, cue.message.duration) = (now, nil)
                finder.push(cue, into: &events)
            }
            finder.note(now)
            let length = timeBase.seconds(now.pts - start.pts)
            guard length >= seconds || frame == count - 1 else { continue }
            let found = runs.filter { start.pts <= $0.lowerBound && $0.lowerBound < now.pts }
            var part = Part(
                index: index, shotIndex: 0, start: start, end: now, duration: length,
                entry: index == 0 ? .start : nil, isLastOfShot: frame == count - 1, keyFrames: [], motion: 0)
            part.evidence = PartEvidence(black: found, silence: found)
            finder.push(part, at: now, into: &events)
            (start, index) = (now, index + 1)
        }
        finder.finish(at: instant(count - 1), into: &events)
        let blocks = Self.blocks(events)
        for edge in blocks.flatMap({ [$0.start, $0.end] }) {
            let frame = try #require(edge.frame, "\(edge)")
            #expect(edge.pts == instant(frame).pts)
        }
        #expect(blocks.map(\.kind) == [.program, .adverts, .program])
        for (edge, named) in zip(blocks.dropFirst().map(\.start), [105.3, 165.7]) {
            #expect(abs(timeBase.seconds(edge.pts - 7) - named) < 0.034, "\(edge)")
        }
    }

    /// A shot that lasts longer than evidence is believed ahead of time is told piece by piece: blocks have
    /// no hole.
    @Test func longShotsHaveBlocks() {
        var finder = BlockFinder(timeBase: Self.timeBase, options: BlockOptions())
        var events: [Event] = []
        let ends: [Int64] = [0, 40_000, 2_540_000]
        for (index, (start, end)) in zip(ends, ends.dropFirst()).enumerated() {
            let part = Part(
                index: index, shotIndex: index, start: Instant(pts: start), end: Instant(pts: end),
                duration: Double(end - start) / 1000, entry: .start, isLastOfShot: true, keyFrames: [],
                motion: 0)
            finder.push(part, at: part.end, into: &events)
        }
        finder.finish(at: Instant(pts: 2_540_000), into: &events)
        let blocks = events.compactMap { if case .block(let block) = $0 { block } else { nil } }
        #expect(blocks.first?.start.pts == 0 && blocks.last?.end.pts == 2_540_000)
        #expect(zip(blocks, blocks.dropFirst()).allSatisfy { $0.end == $1.start })
    }
}
