import SceneService
import Platform
import FeedRuntime
import EventJournal
import EventDelivery
import Testing

@Suite struct ConnectionLedgerTests {
    private func ledger(readers: Int = 2, visitors: Int = 3) -> ConnectionLedger {
        ConnectionLedger(readerLimit: readers, visitorLimit: visitors, patience: 30)
    }

    private enum Step: Sendable { case answer, ask, read, leave }

    /// A line for each phase and input: what it is then, 10 s after it came.
    @Test(
        arguments: [
            ([], ConnectionLedger.Phase.asking(since: 0)), ([.ask], .asking(since: 0)),
            ([.answer], .answering(since: 10)),
            ([.read], .reading), ([.leave], nil), ([.answer, .answer], .answering(since: 10)),
            ([.answer, .ask], .asking(since: 20)), ([.answer, .read], .reading), ([.answer, .leave], nil),
            ([.read, .answer], .reading), ([.read, .ask], .reading), ([.read, .read], .reading),
            ([.read, .leave], nil),
            ([.leave, .answer], nil), ([.leave, .ask], nil), ([.leave, .read], nil), ([.leave, .leave], nil),
        ] as [([Step], ConnectionLedger.Phase?)])
    private func aConnectionGoesThroughItsPhases(steps: [Step], phase: ConnectionLedger.Phase?) {
        var ledger = ledger()
        let number = ledger.enter(now: 0).number
        for (index, step) in steps.enumerated() {
            let now = Double(index + 1) * 10
            switch step {
            case .answer: ledger.answer(number, now: now)
            case .ask: ledger.ask(number, now: now)
            case .read: _ = ledger.read(number)
            case .leave: ledger.leave(number)
            }
        }
        #expect(ledger.phases[number] == phase)
    }

    @Test func aNewcomerTakesThePlaceOfWhoHasWaitedLongest() {
        var ledger = ledger()
        let numbers = (0..<3).map { ledger.enter(now: Double($0)).number }
        ledger.answer(numbers[0], now: 3)
        ledger.ask(numbers[0], now: 4)
        ledger.answer(numbers[1], now: 5)
        // 0 waits since 4, 1 is being answered, 2 waits since 2.
        #expect(ledger.enter(now: 6).leaving == numbers[2])
        #expect(ledger.enter(now: 7).leaving == numbers[0])
        #expect(ledger.phases.count == 3)
    }

    @Test func whereAllAreAnsweredTheOldestAnswerGoes() {
        var ledger = ledger()
        let numbers = (0..<3).map { ledger.enter(now: Double($0)).number }
        for (index, number) in numbers.reversed().enumerated() {
            ledger.answer(number, now: Double(10 + index))
        }
        #expect(ledger.enter(now: 20).leaving == numbers[2])
    }

    @Test func readersHaveALimitOfTheirOwnAndTakeNoPlace() {
        var ledger = ledger()
        for index in 0..<4 {
            let (number, leaving) = ledger.enter(now: 0)
            #expect(leaving == nil)
            let isReader = ledger.read(number)
            #expect(isReader == (index < 2))
            if !isReader { ledger.leave(number) }
        }
        #expect(ledger.readerCount == 2)
        for _ in 0..<3 { #expect(ledger.enter(now: 1).leaving == nil) }
        ledger.readerLimit = 3
        let newcomer = ledger.enter(now: 2)
        #expect(newcomer.leaving != nil)
        let isReader = ledger.read(newcomer.number)
        #expect(isReader)
    }

    /// The one that asked once and then idles is overdue like the one that never asked; a reader never is.
    @Test func patienceEndsWhereverARequestOrAnAnswerIsMissing() {
        var ledger = ledger(visitors: 9)
        let (silent, idle, stuck, reader) = (
            ledger.enter(now: 0).number, ledger.enter(now: 0).number, ledger.enter(now: 0).number,
            ledger.enter(now: 0).number
        )
        ledger.answer(idle, now: 1)
        ledger.ask(idle, now: 2)
        ledger.answer(stuck, now: 3)
        _ = ledger.read(reader)
        let first = ledger.takeOverdue(now: 30)
        let second = ledger.takeOverdue(now: 30.5)
        let third = ledger.takeOverdue(now: 32.5)
        let fourth = ledger.takeOverdue(now: 1e6)
        #expect(first == [] && second == [silent] && third == [idle] && fourth == [stuck])
        #expect(ledger.phases == [reader: .reading])
    }
}
