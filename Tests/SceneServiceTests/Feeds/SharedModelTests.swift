import FeedRuntime
import Platform
import Dispatch
import Foundation
import SceneEvents
import ScenePipeline
import SceneSegmentation
import Synchronization
import Testing
import Timeline

/// A model that many feeds use.
@Suite struct SharedModelTests {
    /// What the feed's thread was said to do.
    private final class Phases: Sendable {
        private let seen = Mutex<[LoopPhase]>([])
        var all: [LoopPhase] { seen.withLock { $0 } }
        func note(_ phase: LoopPhase) { seen.withLock { $0.append(phase) } }
    }

    /// Notes whether two threads were inside at once.
    private final class Place: Sendable {
        private let state = Mutex((inside: 0, most: 0))
        var most: Int { state.withLock { $0.most } }
        func visit() {
            state.withLock {
                $0.inside += 1
                $0.most = max($0.most, $0.inside)
            }
            sched_yield()
            state.withLock { $0.inside -= 1 }
        }
    }

    /// Has buffers that are too large to have several of, as an image encoder has.
    private struct LargeEncoder: ShotEncoder {
        let name = "large"
        let dimension = 1
        let input = EncoderInput(.keyFrames(1))
        let place: Place

        mutating func encode(_ part: Part) -> [Float] {
            place.visit()
            return [1]
        }
    }

    private struct LargeScorer: BoundaryScorer {
        let name = "large"
        let neighborCount = 1
        var leftCount = 1
        var usesSound = false
        let place: Place

        mutating func score(_ window: ContextWindow) -> Float {
            place.visit()
            return 0.5
        }

        func reasons(_ window: ContextWindow) -> ScoreReasons? {
            ScoreReasons(evidence: [.init(.tempo, 2)], alike: nil)
        }
    }

    private static func part() -> Part {
        let picture = Picture(
            at: Instant(pts: 0), duration: 1,
            analysis: AnalysisPicture(planes: [UInt8](repeating: 9, count: AnalysisPicture.byteCount)))
        return Part(
            index: 0, shotIndex: 0, start: Instant(pts: 0), end: Instant(pts: 1), duration: 1, entry: .start,
            isLastOfShot: true, keyFrames: [picture], motion: 0)
    }

    private static func window() -> ContextWindow {
        let part = EncodedPart(part(), embedding: [1])
        return ContextWindow(parts: [part, part, part], repeatedLeft: 0, repeatedRight: 0)
    }

    /// Runs `work` on so many threads at once and waits for them.
    private static func threads(_ count: Int, _ work: @escaping @Sendable (Int) -> Void) {
        let group = DispatchGroup()
        for number in 0..<count {
            group.enter()
            Thread.detachNewThread {
                work(number)
                group.leave()
            }
        }
        group.wait()
    }

    @Test func largeBuffersHaveOneUserAtATime() {
        let (encoding, scoring) = (Place(), Place())
        let shared = SharedModel(
            ChosenModel(
                encoder: LargeEncoder(place: encoding), scorer: LargeScorer(place: scoring),
                summary: ModelSummary(scorer: "large", encoder: "large", neighborCount: 1), threshold: nil))
        let phases = Phases()
        Self.threads(8) { _ in
            var own = shared.forOneFeed(telling: phases.note)
            for _ in 0..<200 {
                #expect(own.encoder.encode(Self.part()) == [1])
                #expect(own.encoder.encodeMiddle(Self.part()) == [1])
                #expect(own.scorer.score(Self.window()) == 0.5)
            }
        }
        #expect(encoding.most == 1)
        #expect(scoring.most == 1)
        #expect(phases.all.count { $0 == .calculating } == 8 * 600)
        #expect(phases.all.count { $0 == .turning } == 8 * 600)
    }

    /// Who wraps a scorer, with a gate or a stopwatch, hands on what it wants.
    @Test func wrappersHandOnWhatIsWanted() {
        let scorer = LargeScorer(leftCount: 3, usesSound: true, place: Place())
        let model = ChosenModel(
            encoder: LargeEncoder(place: Place()), scorer: scorer,
            summary: ModelSummary(scorer: "large", encoder: "large", neighborCount: 1), threshold: nil)
        for model in [model, model.timed { _, _ in }] {
            #expect(SharedModel(model).usesSound)
            for var scorer in [model.scorer, SharedModel(model).forOneFeed(telling: Phases().note).scorer] {
                #expect(scorer.neighborCount == 1 && scorer.leftCount == 3 && scorer.usesSound)
                let reasons = scorer.reasons(Self.window())
                #expect(reasons?.evidence.first?.logit == 2)
            }
        }
    }

    /// What has no buffers to share passes no gate: no feed waits for another.
    @Test func whatIsSmallIsEachFeedsOwn() {
        let phases = Phases()
        var own = SharedModel(ChosenModel(neighborCount: 1)).forOneFeed(telling: phases.note)
        _ = own.encoder.encode(Self.part())
        _ = own.scorer.score(Self.window(for: own.scorer, seed: 1))
        #expect(phases.all.isEmpty)
    }

    /// Who asked first is served first.
    @Test func theGateKeepsTheOrder() {
        let gate = InferenceGate([Int]())
        let (inside, release) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let group = DispatchGroup()
        func start(_ number: Int, then wait: Bool) {
            let queued = DispatchSemaphore(value: 0)
            group.enter()
            Thread.detachNewThread {
                gate.use(telling: { if $0 == .waiting { queued.signal() } }) { order in
                    order.append(number)
                    guard wait else { return }
                    inside.signal()
                    release.wait()
                }
                group.leave()
            }
            if wait { inside.wait() } else { queued.wait() }
        }
        start(0, then: true)
        for number in 1...20 { start(number, then: false) }
        release.signal()
        group.wait()
        let order = gate.use { $0 }
        #expect(order == Array(0...20))
    }

    /// What another thread does meanwhile with a separate scorer changes no bit.
    @Test func separateScorersShareNothing() throws {
        let base = try ChosenScorer(
            path: "builtin:relational", encoder: nil, dimension: 8, neighborCount: 8
        ).scorer
        let windows = (0..<32).map { seed in Self.window(for: base, seed: UInt64(seed)) }
        var first = base
        let expected = windows.map { first.score($0) }
        let scorers = try (0..<4).map { _ in Box(scorer: try #require(base.separate())) }
        let results = Mutex<[[Float]]>([])
        Self.threads(4) { number in
            var own = scorers[number].scorer
            let scores = windows.map { own.score($0) }
            results.withLock { $0.append(scores) }
        }
        let found = results.withLock { $0 }
        #expect(found == Array(repeating: expected, count: 4))
    }

    /// Goes to one thread.
    private struct Box: @unchecked Sendable { let scorer: any BoundaryScorer }

    private static func window(for scorer: any BoundaryScorer, seed: UInt64) -> ContextWindow {
        var chance = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        let parts = (0..<(scorer.leftCount + 1 + scorer.neighborCount)).map { _ in
            EncodedPart(
                part(),
                embedding: (0..<8).map { _ in
                    chance = chance &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    return Float(chance >> 40) / Float(1 << 24) - 0.5
                })
        }
        return ContextWindow(
            parts: parts, leftCount: scorer.leftCount, repeatedLeft: 0, repeatedRight: 0)
    }
}
