import Platform
import MediaInput
import Testing
import Timeline

/// The rules of the timeline as tables: stamps in, instants and gaps out.
@Suite struct PictureTimelineTests {
    static let blank = AnalysisPicture(planes: [UInt8](repeating: 0, count: AnalysisPicture.byteCount))

    /// Two pictures to 80 ms, packets that the decoder refused (their stamps, nil: unknown), and another
    /// picture at `next`: what is missing is a gap only where packets were refused, and if it is more than a
    /// second.
    @Test(
        arguments: [
            ([], 4000, nil), ([2000], 4000, 80), ([nil], 4000, 80), ([90, 3000, 50], 4000, 80),
            ([100], 120, nil), ([100], 1080, nil), ([100], 1081, 80),
        ] as [([Int64?], Int64, Int64?)])
    func refusedPacketsLeaveAGap(refused: [Int64?], next: Int64, gapStart: Int64?) {
        for isDiscontinuous in [false, true] {
            var timeline = PictureTimeline(
                PictureTimeline.Settings(
                    timeBase: TimeBase(numerator: 1, denominator: 1000), isDiscontinuous: isDiscontinuous,
                    nominalDuration: 40))
            var items: [MediaItem] = []
            func push(_ stamp: Int64) {
                items += timeline.push(
                    PictureTimeline.Arrival(stamp: stamp, duration: 40, analysis: Self.blank))
            }
            for stamp in [0, 40] as [Int64] { push(stamp) }
            for stamp in refused { timeline.lose(stamp) }
            for stamp in [next, next + 40] { push(stamp) }
            items += timeline.finish()
            var (pictures, gaps) = ([Picture](), [Gap]())
            for item in items {
                switch item {
                case .picture(let picture): pictures.append(picture)
                case .gap(let gap): gaps.append(gap)
                case .cue: break
                case .sound: break
                }
            }
            #expect(pictures.map(\.at.pts) == [0, 40, next, next + 40])
            #expect(gaps.map(\.start.pts) == (gapStart.map { [$0] } ?? []) && timeline.gaps == gaps.count)
            #expect(gaps.allSatisfy { $0.end.pts == next && $0.reason == .missing })
            // The picture in front lasts to the gap, or to the next one; behind a loss nobody knows the
            // number.
            #expect(pictures[1].duration == (gapStart ?? next) - 40)
            #expect(pictures.map(\.at.frame) == (refused.isEmpty ? [0, 1, 2, 3] : [0, 1, nil, nil]))
        }
    }

    /// Packets refused at the end are missing there as far as they reach.
    @Test func refusedPacketsAtTheEnd() {
        var timeline = PictureTimeline(
            PictureTimeline.Settings(
                timeBase: TimeBase(numerator: 1, denominator: 1000), nominalDuration: 40))
        #expect(timeline.missingAtEnd == 0)
        timeline.lose(5000)
        #expect(timeline.missingAtEnd == 0)
        _ = timeline.push(PictureTimeline.Arrival(stamp: 0, duration: 40, analysis: Self.blank))
        for (stamp, missing) in [(nil, 0), (20, 0), (5000, 4.96), (30, 4.96)] as [(Int64?, Double)] {
            timeline.lose(stamp)
            #expect(abs(timeline.missingAtEnd - missing) < 1e-9)
        }
        _ = timeline.push(PictureTimeline.Arrival(stamp: 6000, duration: 40, analysis: Self.blank))
        #expect(timeline.missingAtEnd == 0)
    }

    /// Clocks that are reset again and again by more than all sums may hold: each picture keeps a place of
    /// its own.
    @Test func resetsBeyondAllSums() {
        var timeline = PictureTimeline(
            PictureTimeline.Settings(
                timeBase: TimeBase(numerator: 1, denominator: 1_000_000_000), isDiscontinuous: true,
                nominalDuration: 40_000_000))
        var places: [Int64] = []
        for reset in 0..<9 as Range<Int64> {
            for picture in 0..<8 as Range<Int64> {
                let stamp = -1_000_000_000_000_000_000 * reset + 40_000_000 * picture
                for case .picture(let picture) in timeline.push(
                    PictureTimeline.Arrival(stamp: stamp, duration: 40_000_000, analysis: Self.blank))
                { places.append(picture.at.pts) }
            }
        }
        for case .picture(let picture) in timeline.finish() { places.append(picture.at.pts) }
        #expect(places.count == 72)
        #expect(zip(places, places.dropFirst()).allSatisfy { $0 < $1 })
    }

    /// More than a thousand pictures a second are false stamps: what remembers seconds would have no bound.
    /// Up to there stamps stay as they are.
    @Test(arguments: [
        (1, 5000, 1_900_000_000...8_000_000_000), (1_111_111, 2000, 2_221_110_889...2_221_110_889),
    ])
    func picturesDoNotCrowd(step: Int64, count: Int64, last: ClosedRange<Int64>) throws {
        var timeline = PictureTimeline(
            PictureTimeline.Settings(
                timeBase: TimeBase(numerator: 1, denominator: 1_000_000_000), nominalDuration: 40_000_000))
        var places: [Int64] = []
        var items: [MediaItem] = []
        for picture in 0..<count {
            items += timeline.push(
                PictureTimeline.Arrival(stamp: picture * step, duration: 0, analysis: Self.blank))
        }
        for case .picture(let picture) in items + timeline.finish() { places.append(picture.at.pts) }
        #expect(places.count == Int(count))
        #expect(zip(places, places.dropFirst()).allSatisfy { $0 < $1 })
        #expect(last ~= (try #require(places.last)))
    }

    /// Pushes stamps (nil: missing) of 40 ms each on a clock of milliseconds.
    static func run(
        _ stamps: [Int64?], duration: Int64 = 40, discontinuous: Bool = true, trusts: Bool = true,
        nominal: Int64? = 40
    ) -> (pts: [Int64], durations: [Int64], frames: [Int64?], gaps: [Gap], repaired: Int) {
        var timeline = PictureTimeline(
            PictureTimeline.Settings(
                timeBase: TimeBase(numerator: 1, denominator: 1000), isDiscontinuous: discontinuous,
                nominalDuration: nominal, trustsDurations: trusts))
        var items: [MediaItem] = []
        var pictures: [Picture] = []
        var gaps: [Gap] = []
        for stamp in stamps {
            let arrival = PictureTimeline.Arrival(stamp: stamp, duration: duration, analysis: blank)
            items += timeline.push(arrival)
        }
        for item in items + timeline.finish() {
            switch item {
            case .picture(let picture): pictures.append(picture)
            case .gap(let gap): gaps.append(gap)
            case .cue: break
            case .sound: break
            }
        }
        return (
            pictures.map(\.at.pts), pictures.map(\.duration), pictures.map(\.at.frame), gaps,
            timeline.repairedTimestamps
        )
    }

    @Test(
        arguments: [
            // Nothing to mend.
            ([100, 140, 180], [100, 140, 180], 0), ([-80, -40, 0], [-80, -40, 0], 0),
            // Missing stamps follow the last picture.
            ([nil, nil, nil], [0, 40, 80], 0), ([100, nil, 180], [100, 140, 180], 0),
            // Duplicates and small steps back move forward by a tick.
            ([0, 40, 40, 80], [0, 40, 41, 80], 1), ([0, 40, 30, 20, 80], [0, 40, 41, 42, 80], 2),
            ([0, 1000, 1, 1040], [0, 1000, 1001, 1040], 1),
            // Long steps of less than ten seconds are long pictures.
            ([0, 40, 9000], [0, 40, 9000], 0), ([0, 40, 10_080], [0, 40, 10_080], 0),
            // Stamps no stream can have count as missing.
            ([0, .max, .min, 120], [0, 40, 80, 120], 0),
            // One false stamp, whichever way and wherever, is no jump.
            ([0, 40, 900_000, 120, 160], [0, 40, 80, 120, 160], 1),
            ([5000, 5040, 0, 5120], [5000, 5040, 5080, 5120], 1),
            ([0, 40, 900_000], [0, 40, 80], 1), ([0, 40, 900_000, 90, 160], [0, 40, 80, 90, 160], 1),
        ] as [([Int64?], [Int64], Int)])
    func stampsBecomeStrictlyIncreasing(stamps: [Int64?], pts: [Int64], repaired: Int) {
        let result = Self.run(stamps)
        #expect(result.pts == pts)
        #expect(result.repaired == repaired)
        #expect(result.gaps.isEmpty)
        #expect(result.frames == pts.indices.map { Int64($0) })
    }

    @Test func aLongStepBackStartsWhereTheLastPictureEnded() {
        let result = Self.run([5000, 5040, 0, 40, 80])
        #expect(result.pts == [5000, 5040, 5080, 5120, 5160])
        #expect(result.gaps.map { [$0.start.pts, $0.end.pts] } == [[5080, 5080]])
        #expect(result.frames == [0, 1, nil, nil, nil])
        let clocks: [Int64] = [5000, 0, 20_000]
        let stamps: [Int64?] = clocks.flatMap { start in (0..<8).map { start + 40 * Int64($0) } }
        let thrice = Self.run(stamps)
        let untilJump: [Int64] = (0..<16).map { 5000 + 40 * Int64($0) }
        let behind: [Int64] = (0..<8).map { 25_320 + 40 * Int64($0) }
        #expect(thrice.pts == untilJump + behind)
        let gaps: [[Int64]] = thrice.gaps.map { [$0.start.pts, $0.end.pts] }
        #expect(gaps == [[5320, 5320], [5640, 25_320]])
    }

    /// Up to five false stamps in a row are repaired, ahead or behind, in formats of either kind.
    @Test(arguments: [1, 2, 3, 5], [true, false])
    func falseStampsInARowAreRepaired(count: Int, discontinuous: Bool) {
        for shift in [900_000, -900_000] as [Int64] {
            Self.expectRepaired(count: count, shift: shift, discontinuous: discontinuous)
        }
    }

    private static func expectRepaired(count: Int, shift: Int64, discontinuous: Bool) {
        let right = (0..<40).map { Int64(1_000_000 + 40 * $0) }
        var stamps = right
        for index in 10..<(10 + count) { stamps[index] += shift }
        let result = run(stamps, discontinuous: discontinuous)
        #expect(result.pts == right)
        #expect(result.gaps.isEmpty && result.repaired == count)
        #expect(result.frames == right.indices.map { Int64($0) })
    }

    /// A clock that six pictures agree on was reset, also where a false stamp stands at the joint.
    @Test func aJumpIsBelievedOnceSixPicturesAgree() {
        let before: [Int64] = (0..<10).map { Int64(40 * $0) }
        let after: [Int64] = (0..<10).map { Int64(60_000 + 40 * $0) }
        for joint in [[], [7_000_000]] as [[Int64]] {
            let result = Self.run(before + joint + after)
            let start = Int64(400 + 40 * joint.count)
            #expect(result.gaps.map { [$0.start.pts, $0.end.pts] } == [[start, 60_000]])
            #expect(result.pts.suffix(10) == after[...])
        }
    }

    /// Pictures of a second each: the second one decides, so that nothing waits for seconds.
    @Test func twoSlowPicturesAreEnough() {
        let timeline = Self.run([0, 1000, 2000, 60_000, 61_000, 62_000], duration: 0)
        #expect(timeline.gaps.map { [$0.start.pts, $0.end.pts] } == [[3000, 60_000]])
        #expect(timeline.pts == [0, 1000, 2000, 60_000, 61_000, 62_000])
    }

    @Test func aFalseFirstStampIsRepaired() {
        for first in [90_000_000, 3_000_000] as [Int64] {
            let result = Self.run([first] + (0..<20).map { Int64(40 + 40 * $0) })
            #expect(result.gaps.isEmpty)
            let expected: [Int64] = (0...20).map { first + 40 * Int64($0) }
            #expect(result.pts == expected)
            let frames: [Int64?] = (0...20).map { Int64($0) }
            #expect(result.frames == frames)
        }
    }

    /// A clock that stands still says nothing: pictures follow at the stream's rate, with and without packet
    /// durations.
    @Test(arguments: [0, 40] as [Int64])
    func frozenStampsFollowTheRate(duration: Int64) {
        let result = Self.run([Int64?](repeating: 7000, count: 50), duration: duration)
        #expect(result.pts.last ?? 0 >= 7000 + 47 * 40)
        #expect(result.durations.dropFirst(2).allSatisfy { $0 == 40 })
        #expect(result.gaps.isEmpty && result.frames.last == 49)
    }

    /// On a live input the wall clock says whether what the stamps skip was lost.
    @Test(
        arguments: [
            // Steps in seconds that the stamps skip, seconds of silence, and the gap: nil for none.
            (1.5, 1.5, 1.5), (4, 4, 4), (8, 8, 8), (8, 0.1, nil), (0.8, 0.9, nil), (10_800, 0.1, 0),
            (10_800, 10_790, 10_800), (30, 29, 30), (30, 0.5, 0),
        ] as [(Double, Double, Double?)])
    func theWallClockBearsHolesOut(skipped: Double, silence: Double, gap: Double?) {
        var timeline = PictureTimeline(
            PictureTimeline.Settings(
                timeBase: TimeBase(numerator: 1, denominator: 1000), isDiscontinuous: true,
                nominalDuration: 40, asksWallClock: true, isNeverSilent: true))
        var items: [MediaItem] = []
        for index in 0..<40 {
            let isLate = index >= 20
            var arrival = PictureTimeline.Arrival(
                stamp: Int64(40 * index) + (isLate ? Int64(skipped * 1000) : 0), duration: 40,
                analysis: Self.blank)
            arrival.silence = isLate ? silence : 0
            items += timeline.push(arrival)
        }
        items += timeline.finish()
        let lengths = items.compactMap { item -> Double? in
            guard case .gap(let gap) = item else { return nil }
            return Double(gap.end.pts - gap.start.pts) / 1000
        }
        #expect(lengths == (gap.map { [$0] } ?? []))
    }

    @Test func aLongStepForwardIsAGapOnlyWhereClocksMayJump() {
        let jump = Self.run([0, 40, 10_081, 10_121])
        #expect(jump.gaps.map { [$0.start.pts, $0.end.pts] } == [[80, 10_081]])
        #expect(jump.durations == [40, 40, 40, 40])
        let still = Self.run([0, 40, 60_000], discontinuous: false)
        #expect(still.gaps.isEmpty)
        #expect(still.durations == [40, 59_960, 40])
    }

    @Test func theLastPictureLastsAsItsPacketSaysElseAsTheOneBeforeElseAsTheRate() {
        #expect(Self.run([0, 33], duration: 50).durations == [33, 50])
        #expect(Self.run([0, 33], duration: 50, trusts: false).durations == [33, 33])
        #expect(Self.run([0, 33], duration: 0).durations == [33, 33])
        #expect(Self.run([7], duration: 0).durations == [40])
        #expect(Self.run([7], duration: 0, nominal: nil).durations == [1])
        #expect(Self.run([]).durations.isEmpty)
    }

    /// Pictures of more than ten seconds are long ones, and no gaps, where their packets say so; so is the
    /// last one where two agree.
    @Test(
        arguments: [
            // Duration of the packets, step, the stream's rate; duration of the last.
            (60_000, 60_000, 12_000, 60_000), (60_000, 60_000, nil, 60_000), (0, 12_000, 12_000, 12_000),
            (0, 15_000, 12_000, 10_000), (12_000, 12_001, 40, 12_001),
            // What a packet says alone is not believed, nor is more than an hour.
            (60_000, 40, 40, 40), (0, 60_000, 12_000, nil), (7_200_000, 7_200_000, 12_000, nil),
        ] as [(Int64, Int64, Int64?, Int64?)])
    func longPictures(duration: Int64, step: Int64, nominal: Int64?, last: Int64?) {
        let stamps = (0..<5).map { step * Int64($0) }
        let result = Self.run(stamps, duration: duration, nominal: nominal)
        #expect(result.gaps.isEmpty == (last != nil), "\(result.gaps)")
        guard let last else { return }
        #expect(result.pts == stamps)
        #expect(result.durations == [Int64](repeating: step, count: 4) + [last])
    }

    /// One refused packet whose stamp lies far ahead of all others says nothing of the end; several that
    /// follow one another do.
    @Test(
        arguments: [
            ([60_000_000_000], 0), ([60_000_000_000, 80], 0.04), ([80, 60_000_000_000, 120], 0.08),
            ([60_000, 60_040, 60_080], 60.04), ([4000, 9000, 14_000, 19_000], 18.96),
        ] as [([Int64], Double)])
    func oneFalseStampOfARefusedPacket(refused: [Int64], missing: Double) {
        var timeline = PictureTimeline(
            PictureTimeline.Settings(
                timeBase: TimeBase(numerator: 1, denominator: 1000), nominalDuration: 40))
        _ = timeline.push(PictureTimeline.Arrival(stamp: 0, duration: 40, analysis: Self.blank))
        for stamp in refused { timeline.lose(stamp) }
        #expect(abs(timeline.missingAtEnd - missing) < 1e-9, "\(timeline.missingAtEnd)")
    }

    @Test func nothingOverflowsOrRunsBackWhateverTheStamps() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<300 {
            let stamps: [Int64?] = (0..<40).map { _ in
                switch generator.next() % 5 {
                case 0: nil
                case 1: Int64(bitPattern: generator.next())
                case 2: Int64(bitPattern: generator.next()) >> 20
                default: Int64(generator.next() % 20_000)
                }
            }
            let result = Self.run(stamps, duration: Int64(bitPattern: generator.next()))
            #expect(result.pts.count == 40)
            #expect(zip(result.pts, result.pts.dropFirst()).allSatisfy { $0 < $1 })
            #expect(result.durations.allSatisfy { $0 >= 1 })
            let clock = MediaClock(
                timeBase: TimeBase(numerator: 1, denominator: 1000), startPTS: result.pts[0])
            #expect(result.pts.allSatisfy { clock.microseconds(at: $0) >= 0 })
        }
    }

    @Test func clocksOfFewBitsAreUnwrappedAnyNumberOfTimes() {
        var unwrapper = TimestampUnwrapper(bits: 33)
        let range = Int64(1) << 33
        // Five wraps in steps of a tenth of the range, with pictures reordered around each.
        for step in 0..<50 {
            let dts = Int64(step) * (range / 10) + 900
            let (newDTS, newPTS) = unwrapper.unwrap(dts: dts % range, pts: (dts + 7200) % range)
            #expect(newDTS == dts)
            #expect(newPTS == dts + 7200)
        }
        // A step back stays one, a missing stamp stays missing.
        let last = 49 * (range / 10) + 900
        #expect(unwrapper.unwrap(dts: (last - 90_000) % range, pts: nil) == (last - 90_000, nil))
        #expect(unwrapper.unwrap(dts: nil, pts: (last - 80_000) % range) == (nil, last - 80_000))
        var wide = TimestampUnwrapper(bits: 64)
        #expect(wide.unwrap(dts: .min + 1, pts: .max) == (.min + 1, .max))
    }

    @Test(
        arguments: [
            ("00:00:00:00", 30, 0), ("00:00:01:05", 25, 30), ("00:01:00;02", 30, 1800),
            ("00:01:00;00", 30, nil),
            ("00:10:00;00", 30, 17_982), ("01:00:00;00", 30, 107_892), ("00:00:00:25", 25, nil),
            ("1:2:3", 25, nil),
            ("00:61:00:00", 25, nil), ("ab:cd:ef:gh", 25, nil), ("", 25, nil), ("10:00:00:00", 24, 864_000),
        ] as [(String, Int64, Int64?)])
    func timecodeLabelsAreRead(text: String, rate: Int64, frames: Int64?) {
        #expect(TimecodeLabel(text)?.frameCount(labelsPerSecond: rate) == frames)
    }
}
