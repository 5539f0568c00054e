import SceneSegmentation
import Testing
import Timeline

/// A scorer that looks less far ahead sees copies of the last part instead, as at a deadline.
@Suite struct EarlyScorerTests {
    private static func part(_ index: Int) -> EncodedPart {
        EncodedPart(
            index: index, shotIndex: index, start: Instant(pts: Int64(index) * 1000),
            end: Instant(pts: Int64(index + 1) * 1000), duration: 1, entry: nil, isLastOfShot: true,
            embedding: [Float(index)])
    }

    private static func window(_ parts: [Int], left: Int, repeated: Int) -> ContextWindow {
        ContextWindow(parts: parts.map(part), leftCount: left, repeatedLeft: 0, repeatedRight: repeated)
    }

    @Test func theLastPartIsRepeated() {
        var whole = HashScorer(neighborCount: 5, leftCount: 2)
        for count in 1..<5 {
            var early = EarlyScorer.limiting(whole, to: count)
            #expect(early.neighborCount == count && early.leftCount == 2 && early.name == "hash")
            let seen = Array(0...(2 + count))
            let score = early.score(Self.window(seen, left: 2, repeated: 0))
            let padded = seen + Array(repeating: 2 + count, count: 5 - count)
            #expect(score == whole.score(Self.window(padded, left: 2, repeated: 5 - count)))
        }
    }

    /// What is repeated already is counted, too: the scorer behind it is told of all copies.
    @Test func copiesAreTold() {
        struct Teller: BoundaryScorer {
            let name = "teller"
            let neighborCount = 4
            mutating func score(_ window: ContextWindow) -> Float { Float(window.repeatedRight) }
            func reasons(_ window: ContextWindow) -> ScoreReasons? {
                ScoreReasons(evidence: [.init(.tempo, Double(window.repeatedRight))], alike: nil)
            }
            func separate() -> Teller? { self }
        }
        var early = EarlyScorer.limiting(Teller(), to: 2)
        #expect(early.score(Self.window([0, 1, 2, 3, 4, 5, 5], left: 4, repeated: 1)) == 3)
        let reasons = early.reasons(Self.window([0, 1, 2, 3, 4, 5, 5], left: 4, repeated: 1))
        #expect(reasons?.evidence.first?.logit == 3)
        #expect(early.separate()?.neighborCount == 2)
        #expect(EarlyScorer.limiting(Teller(), to: 4) is Teller)
        #expect(EarlyScorer.limiting(Teller(), to: 9) is Teller)
    }
}
