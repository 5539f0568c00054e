import FeedRuntime
import Testing
import Timeline

/// Messages that senders repeat until their time has come: each is told once, over connections too.
@Suite struct ToldCuesTests {
    struct Case: CustomStringConvertible, Sendable {
        var description: String
        var isImmediate = false
        var isCancelled = false
        var kind = CueMessage.Kind.spliceInsert
        /// Where the second one says that its time lies, and on which timeline.
        var at: Int64 = 900
        var timeline = 0
        var isTold: Bool
    }

    static let cases = [
        Case(description: "the same", isTold: false),
        Case(description: "another time", at: 901, isTold: true),
        Case(description: "another clock", timeline: 1, isTold: true),
        Case(description: "at once", isImmediate: true, isTold: true),
        Case(description: "taken back", isCancelled: true, isTold: true),
        Case(description: "a chapter", kind: .chapter, isTold: true),
    ]

    @Test(arguments: cases) func theSecondOfTwo(row: Case) {
        var told = ToldCues()
        var message = CueMessage(kind: row.kind, eventID: 1)
        message.isImmediate = row.isImmediate
        message.isCancelled = row.isCancelled
        func cue(_ at: Int64, _ received: Int64) -> Cue {
            Cue(at: Instant(pts: at), received: Instant(pts: received), message: message)
        }
        #expect(told.push(cue(900, 10), timeline: 0)?.ordinal == 0)
        #expect((told.push(cue(row.at, 50), timeline: row.timeline) != nil) == row.isTold)
    }

    /// What was cancelled may be announced anew; what another number announces is still known.
    @Test func announcedAgain() {
        var told = ToldCues()
        func push(_ number: Int, _ received: Int64, isCancelled: Bool = false) -> Bool {
            var message = CueMessage(kind: .spliceInsert, eventID: number)
            message.isCancelled = isCancelled
            let at = isCancelled ? received : 900
            return told.push(
                Cue(at: Instant(pts: at), received: Instant(pts: received), message: message), timeline: 0)
                != nil
        }
        #expect(push(1, 10) && push(2, 20) && push(1, 30, isCancelled: true))
        #expect(push(1, 40) && !push(2, 50) && !push(1, 60))
    }

    /// One that was told takes no position.
    @Test func positionsHaveNoHoles() {
        var told = ToldCues()
        let ordinals = [1, 1, 2, 3].map { number in
            told.push(
                Cue(
                    at: Instant(pts: 900), received: Instant(pts: 10),
                    message: CueMessage(kind: .timeSignal, eventID: number)), timeline: 0)?.ordinal
        }
        #expect(ordinals == [0, nil, 1, 2])
    }
}
