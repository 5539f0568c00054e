import ShotDetection
import Testing
import Timeline

@Suite("Listed cuts")
struct ListedShotDetectorTests {
    static let base = TimeBase(numerator: 1, denominator: 1000)

    /// `count` pictures, 40 ms apart, from `start` ms; numbers are those of a stream that lost none.
    static func pictures(_ count: Int, from start: Int64 = 0, damaged: Set<Int> = []) -> [Picture] {
        let planes = [UInt8](repeating: 0, count: AnalysisPicture.byteCount)
        return (0..<count).map { number in
            Picture(
                at: Instant(pts: start + Int64(number) * 40, frame: Int64(number)), duration: 40,
                analysis: AnalysisPicture(planes: planes), isDamaged: damaged.contains(number))
        }
    }

    /// What the detector says to stretches of pictures, with the promises of the interface checked.
    static func found(
        _ entries: [CutList.Entry], in stretches: [[Picture]], minimum: Double = 0
    ) -> [ShotCut] {
        var detector = ListedShotDetector(
            CutList(entries: entries), timeBase: base, minimumShotLength: minimum)
        let lag = base.ticks(seconds: detector.lag)
        var found: [ShotCut] = []
        for pictures in stretches {
            var horizon = Int64.min
            func take(_ detection: ShotDetection) {
                for cut in detection.cuts {
                    #expect(cut.at.pts >= horizon && cut.at.pts < detection.horizon)
                    if let mixed = cut.transition.mixed {
                        #expect(mixed.lowerBound.pts >= horizon && mixed.contains(cut.at))
                    }
                    #expect((cut.transition.kind == .cut) == (cut.transition.mixed == nil))
                }
                #expect(detection.horizon >= horizon)
                horizon = detection.horizon
                found += detection.cuts
            }
            for picture in pictures {
                take(detector.push(picture))
                #expect(horizon >= picture.at.pts - lag)
            }
            if let end = pictures.last?.end {
                take(detector.finish(at: end))
                #expect(horizon == end.pts)
            }
        }
        return found
    }

    /// Times that are off by up to three pictures lead to the cut nearby, where there is one.
    @Test func timesThatAreNotExactLeadToTheCut() {
        var film = Self.pictures(60)
        let bright = AnalysisPicture(planes: [UInt8](repeating: 90, count: AnalysisPicture.byteCount))
        for number in 22..<60 { film[number].analysis = bright }
        func found(_ seconds: [Double], slack: Double, numbers: [Int64] = []) -> [Int64] {
            let entries = seconds.enumerated().map { index, seconds in
                CutList.Entry(at: .seconds(seconds), number: index < numbers.count ? numbers[index] : nil)
            }
            var detector = ListedShotDetector(CutList(entries: entries, slack: slack), timeBase: Self.base)
            let lag = Self.base.ticks(seconds: detector.lag)
            var cuts: [ShotCut] = []
            var horizon = Int64.min
            for picture in film {
                let detection = detector.push(picture)
                #expect(detection.cuts.allSatisfy { $0.at.pts >= horizon && $0.at.pts < detection.horizon })
                horizon = detection.horizon
                #expect(horizon >= picture.at.pts - lag)
                cuts += detection.cuts
            }
            return Self.frames(cuts + detector.finish(at: film[59].end).cuts)
        }
        #expect(found([0.8], slack: 0) == [20])
        #expect(found([0.8], slack: 0.12) == [22])
        #expect(found([0.98], slack: 0.12) == [22])
        #expect(found([0.88], slack: 0.12) == [22])
        // Nothing changes nearby: the picture at that time.
        #expect(found([0.4, 0.72, 1.6], slack: 0.12) == [10, 18, 40])
        #expect(found([0.4, 0.8, 2.36], slack: 0.12) == [10, 22, 59])
        // Number and time name one picture: that one, whatever changes nearby.
        #expect(found([0.8, 0.96], slack: 0.12, numbers: [20, 24]) == [20, 24])
        #expect(found([0.8], slack: 0.12, numbers: [21]) == [22])
        #expect(found([0.81], slack: 0.12, numbers: [20]) == [22])
    }

    static func frames(_ cuts: [ShotCut]) -> [Int64] { cuts.map { $0.at.pts / 40 } }

    @Test func framesAndSecondsMeanTheSamePictures() {
        let film = [Self.pictures(100, from: 5000)]
        let frames = Self.found([10, 30, 31].map { .init(at: .frame($0)) }, in: film)
        #expect(frames.map(\.at.frame) == [10, 30, 31])
        // The nearest picture: 0.419 s and 0.381 s are those at 0.4 s; halfway counts for the earlier one.
        let seconds = Self.found(
            [0.4, 0.781, 1.259, 1.3].map { .init(at: .seconds($0)) }, in: film)
        #expect(seconds.map(\.at.frame) == [10, 20, 31, 32])
        #expect(frames.allSatisfy { $0.transition == Transition(kind: .cut, score: Score(1)) })
    }

    @Test func aCutIsKnownWithItsPicture() {
        var detector = ListedShotDetector(CutList(entries: [.init(at: .frame(7))]), timeBase: Self.base)
        #expect(detector.lag == 0)
        let cuts = Self.pictures(9).map { detector.push($0).cuts.count }
        #expect(cuts == [0, 0, 0, 0, 0, 0, 0, 1, 0])
    }

    @Test func mixedRangesAreKeptWithKindAndScore() {
        func mixed(_ first: Int64, _ last: Int64, kind: TransitionKind? = nil) -> CutList.Entry {
            .init(
                at: .frame(first + (last - first + 1) / 2),
                mixed: .init(first: .frame(first), last: .frame(last)), kind: kind, score: Score(0.75))
        }
        let cuts = Self.found(
            [
                mixed(10, 19), mixed(30, 30, kind: .wipe), mixed(40, 49, kind: .cut),
                mixed(60, 69, kind: .start),
            ],
            in: [Self.pictures(100)])
        #expect(cuts.map(\.at.frame) == [15, 30, 45, 65])
        #expect(cuts.map(\.transition.kind) == [.gradual, .wipe, .gradual, .gradual])
        #expect(cuts.map { $0.transition.mixed?.lowerBound.frame } == [10, 30, 40, 60])
        #expect(cuts.map { $0.transition.mixed?.upperBound.frame } == [19, 30, 49, 69])
        #expect(cuts.allSatisfy { $0.transition.score == Score(0.75) })
        #expect(ListedShotDetector.lag(of: CutList(entries: [mixed(1, 2)])) == 4)
    }

    /// 100 pictures of 40 ms are 4 s: a range that is longer is a hard cut, whether its middle comes before
    /// that or after.
    @Test(arguments: [(Int64(111), true), (112, false), (190, false), (290, false)])
    func longRangesAreHardCuts(last: Int64, isRange: Bool) {
        let middle = 10 + (last - 10 + 1) / 2
        let entry = CutList.Entry(
            at: .frame(middle), mixed: .init(first: .frame(10), last: .frame(last - 1)))
        let cuts = Self.found([entry, .init(at: .frame(295))], in: [Self.pictures(300)])
        #expect(cuts.map(\.at.frame) == [middle, 295])
        #expect((cuts.first?.transition.mixed != nil) == isRange)
    }

    /// Frame numbers count the pictures read, across a gap, damaged ones too; times count from the first
    /// picture.
    @Test func gaps() {
        let stretches = [Self.pictures(50, damaged: [3, 20]), Self.pictures(50, from: 10_000)]
        let frames = Self.found([20, 50, 60].map { .init(at: .frame($0)) }, in: stretches)
        // The one at the first picture behind the gap is none: a shot begins there anyway.
        #expect(frames.map(\.at.pts) == [800, 10_400])
        let seconds = Self.found([0.8, 5, 10, 10.4].map { .init(at: .seconds($0)) }, in: stretches)
        #expect(seconds.map(\.at.pts) == [800, 10_400])
    }

    /// A gap in a mixed range: it ends there if its middle was seen, else it goes on behind the gap.
    @Test(arguments: [(Int64(44), Int64(55), Int64(50)), (46, 51, 49)])
    func gapsInRanges(first: Int64, last: Int64, middle: Int64) {
        let entry = CutList.Entry(
            at: .frame(middle), mixed: .init(first: .frame(first), last: .frame(last)))
        let cuts = Self.found([entry], in: [Self.pictures(50), Self.pictures(50, from: 10_000)])
        #expect(cuts.map(\.at.pts) == (middle < 50 ? [middle * 40] : []))
        #expect(cuts.first.map { $0.transition.mixed?.upperBound.pts == 49 * 40 } ?? true)
    }

    @Test func minimumLengthDropsWhatFollowsTooSoon() {
        let entries = [2, 20, 22, 24, 40].map { CutList.Entry(at: .frame(Int64($0))) }
        let film = [Self.pictures(60)]
        #expect(Self.frames(Self.found(entries, in: film)) == [2, 20, 22, 24, 40])
        #expect(Self.frames(Self.found(entries, in: film, minimum: 0.16)) == [20, 24, 40])
    }

    @Test func whatLiesAtOrBeyondTheEndsIsNoCut() {
        let cuts = Self.found([0, 59, 60, 90].map { .init(at: .frame($0)) }, in: [Self.pictures(60)])
        #expect(Self.frames(cuts) == [59])
    }
}
