import ShotDetection
import Testing
import Timeline

/// A transition is held back until a hard cut that may lie inside it has been judged.
@Suite("Held transitions")
struct HeldTransitionTests {
    @Test("The beginning of the mixed range that holds a picture")
    func rangeStart() {
        let queue = DecisionQueue.holding([
            .hard(50, 0.9), .gradual(.dissolve, 100...120, 0.9), .gradual(.fadeBlack, 200...240, 0.9),
        ])
        let cases: [(pts: Int64, start: Int64?)] = [
            (50, nil), (99, nil), (100, 100), (110, 100), (115, 100), (120, 100), (121, nil), (199, nil),
            (200, 200), (240, 200), (241, nil),
        ]
        for (pts, start) in cases { #expect(queue.rangeStart(holding: pts) == start, "\(pts)") }
    }

    /// As the detector asks: as far as everything is decided, and not through a mixed range.
    private static func told(_ queue: inout DecisionQueue, undecided pts: Int64) -> [ShotCut] {
        let safe = queue.rangeStart(holding: pts) ?? pts
        return queue.take(before: queue.horizon(wanted: safe, floor: .min))
    }

    @Test(
        "Nothing of it is told while a cut inside it is undecided",
        arguments: [100, 109, 110, 111, 119, 120] as [Int64])
    func undecided(pts: Int64) {
        let (before, transition) = (ShotCut.hard(50, 0.9), ShotCut.gradual(.dissolve, 100...120, 0.9))
        var queue = DecisionQueue.holding([before, transition])
        #expect(Self.told(&queue, undecided: pts) == [before])
        #expect(Self.told(&queue, undecided: 130) == [transition])
    }

    @Test("The cut that turns out surer is told instead of it")
    func surer() {
        var queue = DecisionQueue.holding([.gradual(.dissolve, 100...120, 0.85)])
        #expect(Self.told(&queue, undecided: 118).isEmpty)
        queue.add(.hard(118, 0.97))
        #expect(Self.told(&queue, undecided: 140) == [.hard(118, 0.97)])
    }

    /// A fade whose last pictures, where it gets light again, may be a cut of their own.
    @Test("In a stream no cut inside a transition is judged behind it", arguments: [1301, 1302, 1304, 1305])
    func stream(seed: UInt64) {
        var film = SyntheticFilm(seed: seed)
        film.shoot(50)
        film.fadeOut(12)
        film.blank(8)
        film.fadeIn(8)
        film.shoot(60)
        var detector = VideoShotDetector(timeBase: SyntheticFilm.base, recordsCandidates: true)
        var told: [ClosedRange<Instant>] = []
        var (seen, inside) = (0, 0)
        for picture in film.pictures {
            let cuts = detector.push(picture).cuts
            for candidate in detector.candidates.dropFirst(seen) where candidate.stage == .hard {
                #expect(!told.contains { $0.contains(candidate.range.lowerBound) })
                inside += (50..<78).contains(candidate.range.lowerBound.frame ?? -1) ? 1 : 0
            }
            seen = detector.candidates.count
            told += cuts.compactMap(\.transition.mixed)
        }
        #expect(told.count == 1 && inside > 0)
    }
}
