import SceneService
import SceneEvents
import Platform
import FeedRuntime
import EventDelivery
import EventJournal
import Testing
import Timeline

@Suite struct EventIntakeTests {
    private func intake() -> EventIntake {
        var intake = EventIntake(nextSequence: 1)
        _ = intake.lines(for: SampleEvents.start(run: JournalRig.run(1)), hasRoom: true)
        return intake
    }

    @Test func eachEventIsALineWhileThereIsRoom() {
        var intake = intake()
        #expect(intake.lines(for: SampleEvents.scene(0), hasRoom: true).count == 1)
        #expect(intake.omittedEvents == 0)
    }

    /// Room comes back in the middle of scene 2: the gap covers scenes 1 and 2 whole, and `seq` has no hole.
    @Test func whatFindsNoRoomBecomesOneGapOfWholeScenes() throws {
        var intake = intake()
        _ = intake.lines(for: SampleEvents.scene(0), hasRoom: true)
        #expect(intake.lines(for: SampleEvents.boundary(1), hasRoom: false).isEmpty)
        #expect(intake.lines(for: SampleEvents.scene(1), hasRoom: false).isEmpty)
        #expect(intake.lines(for: SampleEvents.watermark(20), hasRoom: true).isEmpty)
        let gap = intake.lines(for: SampleEvents.scene(2), hasRoom: true)
        #expect(gap.count == 1)
        let text = try #require(gap.first?.text)
        #expect(text.contains("\"type\":\"gap\",\"seq\":3"))
        #expect(text.contains("\"reason\":\"sink_blocked\""))
        #expect(text.contains("\"start\":{\"t\":10.000000") && text.contains("\"end\":{\"t\":30.000000"))
        #expect(intake.omittedEvents == 4)
        guard case .gap(let told)? = gap.first?.event else {
            Issue.record("\(gap)")
            return
        }
        #expect(told.reason == .sinkBlocked && told.start == SampleEvents.instant(10))
        let next = intake.lines(for: SampleEvents.scene(3), hasRoom: true)
        #expect(next.first?.text.contains("\"type\":\"scene\",\"seq\":4") == true)
        #expect(next.map { $0.event.kind } == [.scene])
    }

    @Test func theEndIsAlwaysWrittenBehindTheGap() {
        var intake = intake()
        _ = intake.lines(for: SampleEvents.scene(0), hasRoom: false)
        let end = StreamEnd(
            at: SampleEvents.instant(10), reason: .interrupted, pictures: 1, damagedPictures: 0, shots: 1,
            parts: 1,
            boundaries: 0, scenes: 1, gaps: 0, wall: "")
        let lines = intake.lines(for: .streamEnd(end), hasRoom: false)
        #expect(lines.count == 2)
        #expect(lines[0].text.contains("\"type\":\"gap\""))
        #expect(lines[1].text.contains("\"type\":\"stream_end\""))
        #expect(lines.map { $0.event.kind } == [.gap, .streamEnd])
    }

    @Test func seqGoesOnAfterARestart() {
        var intake = EventIntake(nextSequence: 42)
        intake.goOn(clock: SampleEvents.clock, timelines: TimelineNumbers())
        let line = intake.lines(for: SampleEvents.scene(4), hasRoom: true).first
        #expect(line?.text.contains("\"seq\":42,") == true)
    }
}
