import SceneCorrections
import SceneEvents
import TestSupport
import Testing
import Timeline

/// On which pictures places lie that seconds alone name.
@Suite struct CorrectedPlaceTests {
    private typealias Rig = CorrectionRig

    /// Where a boundary was put by seconds alone it lies on the picture nearest to them, with its frame and
    /// its timecode, whatever the clock: as in events that were made, and in events that were read.
    @Test(arguments: ["24", "29.97", "milliseconds"])
    func boundariesLieOnPictures(clock: String) throws {
        let sample =
            switch clock {
            case "24": SampleStream(lengths: [400, 500])
            case "29.97": Self.dropFrame
            default: Self.milliseconds
            }
        let read = try EventSequence(reading: Array(sample.lines.joined().utf8)).events
        for frame: Int64 in [1, 17, 199, 399, 401, 650, 899] {
            let expected = sample.instant(frame)
            let exact = sample.clock.microseconds(at: expected.pts)
            let label = try #require(sample.timecode).string(frames: sample.startTimecode + frame)
            for shift: Int64 in [-9_000, 0, 9_000] {
                let place = CorrectedPlace(pts: nil, timeBase: nil, microseconds: exact + shift)
                let list = try Corrections(
                    matching: [Double(exact + shift) / 1_000_000], countsFromStart: false,
                    events: read, tolerance: 0)
                for (events, entries) in [
                    (sample.events, [.add(place)]), (read, [.add(place)]),
                    (read, list.entries.filter { if case .add = $0 { true } else { false } }),
                ] as [([Event], [Correction])] {
                    let corrected = try Rig.correct(sample, entries, events: events)
                    let added = corrected.compactMap { event -> Boundary? in
                        guard case .boundary(let boundary) = event else { return nil }
                        return boundary.review == .added ? boundary : nil
                    }
                    #expect(added.map(\.at.pts) == [expected.pts] && added.map(\.at.frame) == [frame])
                    var writer = EventWriter()
                    let lines = corrected.map { writer.line($0) }.filter {
                        $0.contains(#""review":"added""#)
                    }
                    #expect(lines.count == 1, "\(lines)")
                    #expect(lines.first?.contains(#""timecode":"\#(label)""#) == true, "\(lines)")
                }
            }
        }
    }

    private static var dropFrame: SampleStream {
        SampleStream(
            lengths: [400, 500], frameTicks: 1001, timeBase: TimeBase(numerator: 1, denominator: 30000),
            timecode: TimecodeFormat(labelsPerSecond: 30, isDropFrame: true), startTimecode: 1790)
    }

    /// 23.976 pictures a second behind two that were encoded ahead, each rounded to its millisecond.
    private static var milliseconds: SampleStream {
        let rounded: @Sendable (Int64) -> Int64 = { ($0 * 1001 * 2 + 24) / 48 }
        var sample = SampleStream(
            lengths: [400, 500], timeBase: TimeBase(numerator: 1, denominator: 1000), startPTS: 83)
        sample.ticksOfFrame = { rounded($0 + 2) - rounded(2) }
        return sample
    }

    /// Where the rate varies nothing is known of pictures between those that are named; near one of these it
    /// is that one.
    @Test func placesBetweenUnknownPicturesStay() throws {
        var sample = SampleStream(
            lengths: [400, 500], timeBase: TimeBase(numerator: 1, denominator: 1000), timecode: nil)
        sample.ticksOfFrame = { $0 * 40 + $0 / 2 * 40 }
        for (microseconds, pts, frame) in [
            (10_013_000, 10_013, nil), (24_010_000, 24_000, 400), (53_979_000, 53_979, nil),
        ] as [(Int64, Int64, Int64?)] {
            let entries: [Correction] = [
                .remove(Rig.id(sample, 400)),
                .add(CorrectedPlace(pts: nil, timeBase: nil, microseconds: microseconds)),
            ]
            let scenes = try Rig.correct(sample, entries).compactMap { event -> Instant? in
                if case .scene(let scene) = event { scene.start } else { nil }
            }
            #expect(scenes.map(\.pts) == [sample.startPTS, sample.startPTS + pts])
            #expect(scenes.last?.frame == frame)
        }
    }
}
