import ShotDetection
import Testing
import Timeline

/// A hard cut inside a fade is part of it, a hard cut inside any other transition is weighed against it.
@Suite("Jumps inside fades")
struct FadeJumpTests {
    private static let graduals = TransitionKind.allCases.filter { $0 != .start && $0 != .cut }
    /// A cut that is surer than a transition of 0.85, as sure, and less sure.
    private static let scores = [0.99, 0.85, 0.6]

    private static func isFade(_ kind: TransitionKind) -> Bool { kind == .fadeBlack || kind == .fadeWhite }

    @Test(
        "Inside the mixed range, its ends included, a fade stays and of the others the surer one",
        arguments: graduals, scores)
    func inside(kind: TransitionKind, score: Double) {
        let transition = ShotCut.gradual(kind, 100...120, 0.85)
        for pts in [100, 104, 110, 119, 120] as [Int64] {
            let cut = ShotCut.hard(pts, score)
            // Whichever was accepted first; of equals that one stays.
            for order in [[transition, cut], [cut, transition]] {
                let stays =
                    Self.isFade(kind)
                    ? transition : score == 0.85 ? order[0] : score > 0.85 ? cut : transition
                #expect(
                    DecisionQueue.holding(order).held == [stays], "\(pts), \(order[0].transition.kind) first")
            }
        }
    }

    @Test("In front of a fade or behind it, too close, the surer one stays", arguments: graduals, scores)
    func beside(kind: TransitionKind, score: Double) {
        let transition = ShotCut.gradual(kind, 100...120, 0.85)
        for pts in [97, 99, 121, 123] as [Int64] {
            let cut = ShotCut.hard(pts, score)
            let stays = score > 0.85 ? cut : transition
            #expect(DecisionQueue.holding([transition, cut]).held == [stays], "\(pts)")
        }
    }

    @Test("Two fades are weighed", arguments: [TransitionKind.fadeBlack, .fadeWhite])
    func fades(kind: TransitionKind) {
        let (sure, unsure) = (
            ShotCut.gradual(kind, 100...120, 0.95), ShotCut.gradual(.fadeBlack, 110...130, 0.9)
        )
        #expect(DecisionQueue.holding([sure, unsure]).held == [sure])
        #expect(DecisionQueue.holding([unsure, sure]).held == [sure])
    }

    @Test("The same behind a transition that was told already", arguments: graduals)
    func told(kind: TransitionKind) {
        let transition = ShotCut.gradual(kind, 100...120, 0.85)
        var queue = DecisionQueue.holding([transition])
        #expect(queue.take(before: 111) == [transition])
        let cut = ShotCut.hard(116, 0.99)
        queue.add(cut)
        #expect(queue.held == (Self.isFade(kind) ? [] : [cut]))
    }
}
