import SceneCorrections
import SceneEvents
import TestSupport
import Testing
import Timeline

/// Lists of scenes by others, in place of corrections.
@Suite struct CorrectedListTests {
    private typealias Rig = CorrectionRig

    /// Scenes as others list them: near boundaries, near cuts, and elsewhere.
    @Test func listsOfScenes() throws {
        var sample = Rig.sample
        sample.startOffset = 500_000
        func corrected(_ starts: [Double], _ tolerance: Double = 0.5) throws -> [ClosedRange<Int64>] {
            let list = try Corrections(
                matching: starts, countsFromStart: true, events: sample.events, tolerance: tolerance)
            return Rig.scenes(sample, try Rig.correct(sample, list.entries))
        }
        // Frames 0, 300, 1801 and 2001 at 24 a second, half a second later in the file.
        #expect(try corrected([0.5, 13, 75.541, 83.875]) == [0...300, 300...1801, 1801...2001, 2001...2101])
        #expect(try corrected([13.4]) == [0...300, 300...2101])
        // 12.9 s from the first picture is nearest to picture 310 of the 309.6 that it would be.
        #expect(try corrected([13.4], 0.1) == [0...310, 310...2101])
        #expect(try corrected([]) == [0...2101])
        #expect(try corrected([0, 5.5, 5.5, 12.9, 13.1]).first == 0...120)
        // Edit lists count from the first picture.
        let edits = try Corrections(
            matching: [0, 12.5, 75.0417, 83.375], countsFromStart: false, events: sample.events,
            tolerance: 0.1)
        #expect(
            Rig.scenes(sample, try Rig.correct(sample, edits.entries))
                == [0...300, 300...1801, 1801...2001, 2001...2101])
        // What was removed comes back at its cut.
        let less = try Rig.correct(sample, [.remove(Rig.id(sample, 300))])
        let list = try Corrections(
            matching: [0.5, 12.8], countsFromStart: true, events: less, tolerance: 0.5)
        let again = try EventCorrector(list).correct(less, run: Rig.run)
        #expect(Rig.scenes(sample, again) == [0...300, 300...2101])
    }

    /// The run lasts 87.541667 s. What begins at its end, or within the tolerance of it, begins nothing.
    @Test func listsOfOtherFilmsAreRefused() throws {
        func list(_ sample: SampleStream, _ starts: [Double]) throws -> Corrections {
            try Corrections(
                matching: starts, countsFromStart: false, events: sample.events, tolerance: 0.5)
        }
        for starts in [[], [0], [0, 12.5, 87.541667], [12.5, 88], [87.6]] as [[Double]] {
            #expect(throws: Never.self) { try list(Rig.sample, starts) }
        }
        for (starts, count, first) in [([0, 12.5, 90, 100.25], 2, 90.0), ([100.25], 1, 100.25)] {
            #expect(throws: CorrectionError.beyond(count: count, first: first, end: 87.541667)) {
                try list(Rig.sample, starts)
            }
        }
        let error = CorrectionError.beyond(count: 2, first: 90, end: 87.5)
        #expect(error.description.contains("; give the list of this film"))
        // What stopped early may end before its list does, but for one that is of another film altogether.
        var stopped = Rig.sample
        stopped.endReason = .interrupted
        #expect(try list(stopped, [0, 12.5, 100]).entries.contains(.confirm(Rig.id(Rig.sample, 300))))
        #expect(throws: CorrectionError.self) { try list(stopped, [0, 100, 110]) }
    }
}
