import SceneCorrections
import SceneEvents
import TestSupport
import Testing
import Timeline

/// A run whose scenes are known, and what corrections make of it.
enum CorrectionRig {
    static let run = "01J00000000000000000000000"
    static let newRun = "01J00000000000000000000001"

    /// Corrects a stream; its events are sound, and these are the frames at which its scenes begin and end.
    static func correct(
        _ sample: SampleStream, _ entries: [Correction], events: [Event]? = nil
    ) throws -> [Event] {
        let corrected = try EventCorrector(Corrections(run: Self.run, entries: entries)).correct(
            events ?? sample.events, run: Self.newRun)
        var (check, writer) = (EventStreamCheck(isPartial: sample.endReason == nil), EventWriter())
        for event in corrected {
            let faults = check.push(line: Array(writer.line(event).utf8).dropLast())
            #expect(faults == [])
        }
        #expect(check.finish() == [])
        return corrected
    }

    static func scenes(_ sample: SampleStream, _ events: [Event]) -> [ClosedRange<Int64>] {
        func frame(_ instant: Instant) -> Int64 { (instant.pts - sample.startPTS) / sample.frameTicks }
        return events.compactMap { event in
            if case .scene(let scene) = event { frame(scene.start)...frame(scene.end) } else { nil }
        }
    }

    static func place(_ sample: SampleStream, _ frame: Int64) -> CorrectedPlace {
        let pts = sample.instant(frame).pts
        return CorrectedPlace(
            pts: pts, timeBase: sample.timeBase.description,
            microseconds: sample.clock.microseconds(at: pts))
    }

    static func id(_ sample: SampleStream, _ frame: Int64) -> String {
        "boundary/0/\(sample.instant(frame).pts)"
    }

    static let sample = SampleStream(lengths: [300, 1501, 200, 100])
}
