import Platform
import ShotDetection
import Testing
import Timeline

/// What comes within the shortest shot of a cut or of a mixed range conflicts with it: the surer one stays.
@Suite("Spacing of shots")
struct ShotSpacingTests {
    /// Two finds that are four ticks apart, the shortest shot, or less.
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let first: @Sendable (Double) -> ShotCut
        let second: @Sendable (Double) -> ShotCut
        let haveRoom: Bool

        init(
            _ name: String, _ first: @escaping @Sendable (Double) -> ShotCut,
            _ second: @escaping @Sendable (Double) -> ShotCut, haveRoom: Bool
        ) {
            (testDescription, self.first, self.second, self.haveRoom) = (name, first, second, haveRoom)
        }
    }

    private static func dissolve(_ mixed: ClosedRange<Int64>) -> @Sendable (Double) -> ShotCut {
        { .gradual(.dissolve, mixed, $0) }
    }
    private static func cut(_ pts: Int64) -> @Sendable (Double) -> ShotCut { { .hard(pts, $0) } }

    static let cases = [
        Case("two cuts, too close", cut(100), cut(103), haveRoom: false),
        Case("two cuts", cut(100), cut(104), haveRoom: true),
        Case("a cut just before a mixed range", cut(97), dissolve(100...120), haveRoom: false),
        Case("a cut before a mixed range", cut(96), dissolve(100...120), haveRoom: true),
        Case("a cut just behind a mixed range", dissolve(100...120), cut(123), haveRoom: false),
        Case("a cut behind a mixed range", dissolve(100...120), cut(124), haveRoom: true),
        Case("a cut inside a mixed range", dissolve(100...120), cut(115), haveRoom: false),
        Case("a mixed range just behind another", dissolve(100...120), dissolve(123...140), haveRoom: false),
        Case("a mixed range behind another", dissolve(100...120), dissolve(124...140), haveRoom: true),
        Case("a mixed range inside another", dissolve(100...140), dissolve(110...120), haveRoom: false),
        Case("mixed ranges that overlap", dissolve(100...120), dissolve(110...140), haveRoom: false),
    ]

    @Test(
        "Both stay where there is room, else the surer one, in whatever order they are found",
        arguments: cases)
    func pairs(_ item: Case) {
        for (one, other) in [(0.9, 0.7), (0.7, 0.9), (0.8, 0.8)] {
            let (first, second) = (item.first(one), item.second(other))
            for order in [[first, second], [second, first]] {
                let surer = one == other ? order[0] : one > other ? first : second
                #expect(
                    DecisionQueue.holding(order).held == (item.haveRoom ? [first, second] : [surer]),
                    "\(one), \(other)")
            }
        }
    }

    @Test("What was told stays told; a surer find close behind it is told as well")
    func told() {
        let transition = ShotCut.gradual(.dissolve, 100...120, 0.8)
        let cases: [(cut: ShotCut, isTold: Bool)] = [
            (.hard(113, 0.99), false), (.hard(114, 0.7), false), (.hard(114, 0.9), true),
            (.hard(123, 0.8), false), (.hard(123, 0.9), true), (.hard(124, 0.7), true),
            (.gradual(.dissolve, 109...135, 0.99), false), (.gradual(.wipe, 123...135, 0.7), false),
            (.gradual(.wipe, 123...135, 0.9), true), (.gradual(.wipe, 124...135, 0.7), true),
        ]
        for (cut, isTold) in cases {
            var queue = DecisionQueue.holding([transition])
            _ = queue.take(before: 111)
            queue.add(cut)
            #expect(queue.held == (isTold ? [cut] : []), "\(cut)")
        }
    }

    @Test("No shot begins within the shortest one of the first picture")
    func start() {
        var queue = DecisionQueue(spacing: 4)
        queue.start(at: 50)
        queue.add(.hard(53, 0.99))
        #expect(queue.held.isEmpty)
        queue.add(.hard(54, 0.6))
        #expect(queue.held == [.hard(54, 0.6)])
    }

    @Test(
        "Whatever is found, what is left is in order and has room", arguments: UInt64(1)...40, [false, true])
    func random(seed: UInt64, hasFades: Bool) {
        var random = SeededGenerator(seed: seed)
        let kinds: [TransitionKind] =
            hasFades ? [.dissolve, .fadeBlack, .fadeWhite] : [.dissolve, .push, .wipe]
        var queue = DecisionQueue(spacing: 4)
        var finds: [ShotCut] = []
        for _ in 0..<random.integer(2...40) {
            let pts = Int64(random.integer(0...300))
            let score = Double(random.integer(50...99)) / 100
            let mixed = pts...(pts + Int64(random.integer(0...30)))
            finds.append(
                random.integer(0...1) == 0
                    ? .hard(pts, score) : .gradual(kinds[random.integer(0...2)], mixed, score))
            queue.add(finds[finds.count - 1])
        }
        let held = queue.held
        #expect(!held.isEmpty && held.allSatisfy(finds.contains))
        for (one, other) in zip(held, held.dropFirst()) {
            let end = one.transition.mixed?.upperBound ?? one.at
            let start = other.transition.mixed?.lowerBound ?? other.at
            #expect(start.pts - end.pts >= 4)
        }
        // Where no fade takes it in, nothing outranks the surest.
        let best = finds.map(\.transition.score).max()
        #expect(hasFades || held.contains { $0.transition.score == best })
    }
}
