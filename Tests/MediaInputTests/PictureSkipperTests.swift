import MediaInput
import Testing
import Timeline

/// Which pictures plan `fastest` leaves out, and what stands for them.
@Suite struct PictureSkipperTests {
    static func flat(_ level: UInt8) -> AnalysisPicture {
        AnalysisPicture(planes: [UInt8](repeating: level, count: AnalysisPicture.byteCount))
    }

    static func decoded(_ level: UInt8, at stamp: Int64) -> DecodedPicture {
        DecodedPicture(
            stamp: stamp, duration: 1, isDamaged: false, analysis: flat(level), width: 16, height: 9)
    }

    /// A skipper that has seen these pictures; levels at times.
    static func skipper(_ seen: [(Int64, UInt8)]) -> Subject {
        let skipper = Subject()
        for (stamp, level) in seen { skipper.see(flat(level), at: stamp) }
        return skipper
    }

    @Test func alikeNeighborsStandForWhatIsBetween() {
        let skipper = Self.skipper([(0, 100), (4, 100)])
        #expect(skipper.skips(at: 1, duration: 1))
        #expect(skipper.skips(at: 3, duration: 1))
        #expect(skipper.skips(at: 2, duration: 1))
        #expect(skipper.show(Self.decoded(100, at: 0)).map(\.stamp) == [0])
        let shown = skipper.show(Self.decoded(140, at: 4))
        #expect(shown.map(\.stamp) == [1, 2, 3, 4])
        #expect(shown.map(\.isSkipped) == [true, true, true, false])
        #expect(shown.map { $0.analysis?.planes[0] } == [110, 120, 130, 140])
    }

    /// A clock that was set back by more than a second: what was left out before is shown before, and says
    /// nothing of what comes at the same times later.
    @Test func aClockThatIsSetBack() {
        let skipper = Self.skipper([(1000, 100), (1004, 100)])
        #expect(skipper.skips(at: 1002, duration: 1))
        #expect(skipper.show(Self.decoded(100, at: 1000)).map(\.stamp) == [1000])
        #expect(skipper.show(Self.decoded(90, at: 0)).map(\.stamp) == [1002, 0])
        #expect(skipper.show(Self.decoded(90, at: 1003)).map(\.stamp) == [1003])
        #expect(!skipper.skips(at: 1003, duration: 1))
        #expect(skipper.finish().isEmpty)
    }

    @Test func differentNeighborsAreLookedBetween() {
        let skipper = Self.skipper([(0, 100), (4, 140)])
        #expect(!skipper.skips(at: 2, duration: 1))
        skipper.see(Self.flat(100), at: 2)
        // The change lies behind the picture that was looked at.
        #expect(skipper.skips(at: 1, duration: 1))
        #expect(!skipper.skips(at: 3, duration: 1))
    }

    /// In a dissolve each picture lies between its neighbors; nothing is looked at, on either side of the
    /// middle one.
    @Test func evenChangesAreNotLookedInto() {
        let skipper = Self.skipper([(0, 100), (8, 180), (4, 140)])
        #expect(skipper.skips(at: 2, duration: 1))
        #expect(skipper.skips(at: 6, duration: 1))
        // A cut would put the middle picture 40 levels from the blend; 0.6 of that still counts as even.
        for (level, isEven) in [(117, true), (115, false), (163, true), (165, false)] as [(UInt8, Bool)] {
            let skipper = Self.skipper([(0, 100), (8, 180), (4, level)])
            #expect(skipper.skips(at: 2, duration: 1) == isEven, "\(level)")
        }
    }

    /// A cut, a flash and a change that comes back are no even changes, wherever the middle picture stands.
    @Test(
        arguments: [
            [(0, 100), (8, 180), (4, 100)], [(0, 100), (8, 180), (4, 180)], [(0, 100), (8, 100), (4, 180)],
            [(0, 100), (8, 180), (2, 100)], [(0, 100), (8, 180), (6, 180)], [(0, 100), (8, 120), (4, 180)],
        ] as [[(Int64, UInt8)]])
    func cutsAndFlashesAreLookedInto(seen: [(Int64, UInt8)]) {
        let skipper = Self.skipper(seen)
        let changes = [Int64(1), 5, 7].filter { stamp in
            let left = seen.filter { $0.0 < stamp }.max { $0.0 < $1.0 }
            let right = seen.filter { $0.0 > stamp }.min { $0.0 < $1.0 }
            return left?.1 != right?.1
        }
        #expect(!changes.isEmpty)
        for stamp in changes { #expect(!skipper.skips(at: stamp, duration: 1), "\(stamp)") }
    }

    @Test func bothNeighborsMustBeKnownAndNear() {
        let skipper = Self.skipper([(0, 100)])
        #expect(!skipper.skips(at: 2, duration: 1))
        skipper.see(Self.flat(100), at: 200)
        #expect(!skipper.skips(at: 2, duration: 1), "two seconds apart")
        skipper.see(Self.flat(100), at: 4)
        #expect(skipper.skips(at: 2, duration: 1))
        #expect(!skipper.skips(at: 4, duration: 1), "it has been decoded")
    }

    /// What is usual in a scene with much motion is no reason to look.
    @Test func motionIsGotUsedTo() {
        let skipper = Subject()
        skipper.see(Self.flat(0), at: 0)
        var looked: [Int64] = []
        for step in 1...12 {
            let stamp = Int64(4 * step)
            skipper.see(Self.flat(UInt8(step % 2 == 0 ? 0 : 6)), at: stamp)
            if !skipper.skips(at: stamp - 2, duration: 1) { looked.append(stamp - 2) }
        }
        #expect(looked == [2, 6])
        skipper.see(Self.flat(60), at: 52)
        #expect(!skipper.skips(at: 50, duration: 1))
    }

    @Test func aGroupKnowsNothingOfTheOneBefore() {
        let skipper = Self.skipper([(0, 100), (4, 100)])
        skipper.restart()
        skipper.see(Self.flat(100), at: 8)
        #expect(!skipper.skips(at: 6, duration: 1))
    }

    /// The first middle picture is decoded; if it was like the blend, seven are left out with what is around
    /// them.
    @Test func middlePicturesAreLeftOutWhereBlendsWereNear() {
        let skipper = Self.skipper([(0, 100), (4, 100)])
        #expect(!skipper.skips(at: 2, duration: 1, isMiddle: true))
        skipper.see(Self.flat(100), at: 2)
        var decoded: [Int64] = []
        for step in Int64(1)...10 {
            skipper.see(Self.flat(100), at: 4 * step + 4)
            if skipper.skips(at: 4 * step + 2, duration: 1, isMiddle: true) {
                #expect(skipper.skips(at: 4 * step + 1, duration: 1))
            } else {
                decoded.append(4 * step + 2)
                skipper.see(Self.flat(100), at: 4 * step + 2)
            }
        }
        #expect(decoded == [34])
    }

    /// Luma and both planes of chroma: three levels are a distance of 9.
    @Test(arguments: [(103, false), (97, false), (100, true)] as [(UInt8, Bool)])
    func blendsMustBeNear(level: UInt8, isNear: Bool) {
        let skipper = Self.skipper([(0, 100), (4, 100)])
        #expect(!skipper.skips(at: 2, duration: 1, isMiddle: true))
        skipper.see(Self.flat(level), at: 2)
        skipper.see(Self.flat(100), at: 8)
        #expect(skipper.skips(at: 6, duration: 1, isMiddle: true) == isNear)
    }

    /// However near blends were: a change is looked into, neighbors far apart are, and a new group begins
    /// with looking.
    @Test func middlePicturesAreDecodedWhereSomethingHappens() {
        func trusting() -> Subject {
            let skipper = Self.skipper([(0, 100), (4, 100)])
            _ = skipper.skips(at: 2, duration: 1, isMiddle: true)
            skipper.see(Self.flat(100), at: 2)
            return skipper
        }
        var skipper = trusting()
        skipper.see(Self.flat(140), at: 8)
        #expect(!skipper.skips(at: 6, duration: 1, isMiddle: true))
        skipper = trusting()
        skipper.see(Self.flat(100), at: 13)
        #expect(!skipper.skips(at: 8, duration: 1, isMiddle: true), "nine pictures apart")
        skipper = trusting()
        skipper.restart()
        skipper.see(Self.flat(100), at: 4)
        skipper.see(Self.flat(100), at: 8)
        #expect(!skipper.skips(at: 6, duration: 1, isMiddle: true))
    }

    /// Where the last picture of a group is lost, its skipped neighbors are filled all the same.
    @Test func placesAreFilledAtTheEnd() {
        let skipper = Self.skipper([(0, 100), (4, 100)])
        #expect(skipper.skips(at: 2, duration: 7))
        _ = skipper.show(Self.decoded(100, at: 0))
        let rest = skipper.finish()
        #expect(rest.map(\.stamp) == [2])
        #expect(rest.map(\.duration) == [7])
        #expect(skipper.finish().isEmpty)
    }

    /// What an edit list hides does not come out, so that nothing could be filled behind it; what is between
    /// pictures that do can be.
    @Test func nothingIsLeftOutBehindAHiddenPicture() {
        let skipper = Subject()
        skipper.see(Self.flat(100), at: 0, isHidden: true)
        skipper.see(Self.flat(100), at: 4)
        #expect(!skipper.skips(at: 1, duration: 1))
        #expect(!skipper.skips(at: 2, duration: 1, isMiddle: true))
        skipper.see(Self.flat(100), at: 2)
        #expect(!skipper.skips(at: 1, duration: 1))
        #expect(skipper.skips(at: 3, duration: 1))
    }

    @Test func blendsOfDamagedPicturesAreDamaged() {
        let skipper = Self.skipper([(0, 100), (4, 100)])
        #expect(skipper.skips(at: 2, duration: 1))
        var first = Self.decoded(100, at: 0)
        first.isDamaged = true
        _ = skipper.show(first)
        #expect(skipper.show(Self.decoded(100, at: 4)).map(\.isDamaged) == [true, false])
    }
}

/// A skipper whose second has 100 ticks; a reference, because expectations change nothing they look at.
final class Subject {
    private var skipper = PictureSkipper(second: 100)

    func see(_ analysis: AnalysisPicture, at stamp: Int64, isHidden: Bool = false) {
        skipper.see(analysis, at: stamp, isHidden: isHidden)
    }
    func skips(at stamp: Int64, duration: Int64, isMiddle: Bool = false) -> Bool {
        skipper.skips(at: stamp, duration: duration, isMiddle: isMiddle)
    }
    func show(_ picture: DecodedPicture) -> [DecodedPicture] { skipper.show(picture) }
    func finish() -> [DecodedPicture] { skipper.finish() }
    func restart() { skipper.restart() }
}
