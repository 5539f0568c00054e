import Platform
import SceneSegmentation
import ShotDetection
import Testing
import Timeline

/// What holds for any sequence of pictures, however odd.
@Suite("Detector properties")
struct DetectorPropertyTests {
    @Test("Order, horizon, lag and spacing hold for random films", arguments: UInt64(1)...24)
    func promises(seed: UInt64) throws {
        try check(Self.randomPictures(seed: seed))
    }

    @Test("The same for slides, stills and other films of few pictures", arguments: UInt64(1)...40)
    func promisesOfSlowFilms(seed: UInt64) throws {
        try check(Self.slowPictures(seed: seed))
    }

    private func check(_ film: [Picture]) throws {
        var detector = VideoShotDetector(timeBase: SyntheticFilm.base)
        // What follows settles pictures by the horizon, and must see the same shots.
        var assembler = PartAssembler(
            timeBase: SyntheticFilm.base, rule: .whole, splitAfter: 10,
            minimumShotLength: detector.minimumShotLength, sampling: .keyFrames(1))
        var cuts: [Int64] = []
        var starts: [Int64] = []
        let lag = SyntheticFilm.base.ticks(seconds: detector.lag)
        let spacing = SyntheticFilm.base.ticks(seconds: detector.minimumShotLength)
        let promise = SyntheticFilm.base.ticks(seconds: 0.8)
        var horizon = Int64.min
        var lastCut: Int64?
        /// PTS of the picture before the newest.
        var known = Int64.min
        func check(_ detection: ShotDetection) {
            for cut in detection.cuts {
                #expect(cut.at.pts >= horizon, "a cut before an announced horizon")
                #expect(cut.at.pts < detection.horizon, "a cut at or after its horizon")
                if let lastCut { #expect(cut.at.pts - lastCut >= spacing, "two cuts too close") }
                if let mixed = cut.transition.mixed {
                    #expect(mixed.lowerBound.pts >= horizon, "a mixed range before an announced horizon")
                    #expect(mixed.contains(cut.at))
                    #expect(SyntheticFilm.base.seconds(mixed.upperBound.pts - mixed.lowerBound.pts) <= 4)
                    if let lastCut { #expect(mixed.lowerBound.pts >= lastCut, "a mixed range over a cut") }
                }
                // With the first picture that lies that far behind it, or earlier.
                let last = cut.transition.mixed?.upperBound.pts ?? cut.at.pts
                #expect(known - last < promise, "a cut came late")
                #expect((cut.transition.kind == .cut) == (cut.transition.mixed == nil))
                lastCut = cut.at.pts
                cuts.append(cut.at.pts)
            }
            #expect(detection.horizon >= horizon, "the horizon went back")
            horizon = detection.horizon
        }
        func take(_ outputs: [PartAssembler.Output]) {
            for case .shot(let shot) in outputs { starts.append(shot.start.pts) }
        }
        for picture in film {
            let detection = detector.push(picture)
            check(detection)
            take(assembler.push(picture, cuts: detection.cuts, horizon: detection.horizon))
            known = picture.at.pts
            #expect(horizon >= picture.at.pts - lag, "the horizon fell behind its bound")
        }
        let end = try #require(film.last).end
        let rest = detector.finish(at: end)
        check(rest)
        take(assembler.finish(at: end, cuts: rest.cuts, horizon: rest.horizon))
        #expect(horizon == end.pts)
        #expect(starts == film.prefix(1).map(\.at.pts) + cuts, "parts and shots begin elsewhere")
    }

    /// Cuts told early: in time, answered once, and without effect on what is reported.
    @Test("Announcements hold for random films", arguments: UInt64(1)...24)
    func announcements(seed: UInt64) throws {
        let film = Self.randomPictures(seed: seed)
        var plain = VideoShotDetector(timeBase: SyntheticFilm.base)
        var detector = VideoShotDetector(timeBase: SyntheticFilm.base, announcesCuts: true)
        var open: [Instant] = []
        var finals: [Instant] = []
        var announced = 0
        func check(_ detection: ShotDetection, _ reference: ShotDetection) {
            #expect(detection.cuts == reference.cuts && detection.horizon == reference.horizon)
            #expect(reference.notices.isEmpty)
            let hard = detection.cuts.filter { $0.transition.kind == .cut }.map(\.at)
            for notice in detection.notices {
                switch notice.state {
                case .provisional:
                    #expect(!open.contains(notice.at) && !finals.contains(notice.at))
                    #expect(notice.revision == 0)
                    announced += 1
                    open.append(notice.at)
                case .final, .retracted:
                    #expect(open.contains(notice.at) && notice.revision == 1)
                    open.removeAll { $0 == notice.at }
                    if notice.state == .final {
                        #expect(hard.contains(notice.at), "final, but not reported with it")
                        finals.append(notice.at)
                    } else {
                        #expect(!hard.contains(notice.at))
                    }
                }
            }
            #expect(open.allSatisfy { $0.pts >= detection.horizon }, "unanswered behind the horizon")
        }
        for picture in film { check(detector.push(picture), plain.push(picture)) }
        let end = try #require(film.last).end
        check(detector.finish(at: end), plain.finish(at: end))
        #expect(open.isEmpty)
        #expect(announced >= finals.count)
    }

    @Test("The same pictures give the same answers", arguments: UInt64(50)...53)
    func repeatable(seed: UInt64) {
        let film = Self.randomPictures(seed: seed)
        func run() -> [ShotCut] {
            var detector = VideoShotDetector(timeBase: SyntheticFilm.base)
            var found: [ShotCut] = []
            for picture in film { found += detector.push(picture).cuts }
            if let last = film.last { found += detector.finish(at: last.end).cuts }
            return found
        }
        let first = run()
        #expect(first == run())
    }

    @Test("A copy of the detector goes on by itself")
    func value() {
        var film = SyntheticFilm(seed: 3)
        film.shoot(40)
        film.cut()
        film.shoot(40)
        var detector = VideoShotDetector(timeBase: SyntheticFilm.base)
        for picture in film.pictures[..<45] { _ = detector.push(picture) }
        var copy = detector
        var original: [ShotCut] = []
        var copied: [ShotCut] = []
        for picture in film.pictures[45...] { original += detector.push(picture).cuts }
        for picture in film.pictures[45...] { copied += copy.push(picture).cuts }
        #expect(original == copied)
        #expect(original.frames == film.cuts)
    }

    /// Shots, transitions, distractors, damage, gaps in time and uneven durations in random order.
    static func randomPictures(seed: UInt64) -> [Picture] {
        var random = SeededGenerator(seed: seed)
        var film = SyntheticFilm(
            seed: seed, rate: [10, 25, 30, 60][random.integer(0...3)], grain: random.uniform(0...4))
        while film.count < 260 {
            switch random.integer(0...7) {
            case 0, 1: film.cut()
            case 2: film.mix(.dissolve, random.integer(1...70))
            case 3: film.mix(.fadeBlack, random.integer(2...40))
            case 4:
                film.mix(
                    [TransitionKind.wipe, .push, .fadeWhite][random.integer(0...2)], random.integer(2...30))
            case 5:
                for _ in 0..<random.integer(1...4) { film.append(Canvas(filledWith: 128), isDamaged: true) }
            case 6:
                let kind = Distractor.allCases[random.integer(0...(Distractor.allCases.count - 1))]
                film.shoot(75) { kind.view($0, $1, $2) }
            default: film.append(Canvas(filledWith: random.uniform(0...255)))
            }
            film.shoot(random.integer(0...30))
        }
        guard random.integer(0...1) == 1 else { return film.pictures }
        // Uneven durations, sometimes seconds long.
        var shift: Int64 = 0
        return film.pictures.map { picture in
            let longer = random.integer(0...9) == 0 ? Int64(random.integer(0...9000)) : 0
            let leap = random.integer(0...120) == 0 ? Int64(random.integer(0...900_000)) : 0
            let moved = Picture(
                at: Instant(pts: picture.at.pts + shift, frame: picture.at.frame),
                duration: picture.duration + longer + leap, analysis: picture.analysis,
                isDamaged: picture.isDamaged)
            shift += longer + leap
            return moved
        }
    }

    /// Cuts, stills, movement and single slides at 0.1 to 7 pictures a second, some of them held far longer.
    static func slowPictures(seed: UInt64) -> [Picture] {
        var random = SeededGenerator(seed: seed &+ 7_000)
        let rates = [0.1, 0.2, 0.5, 0.76, 1, 1.2, 1.31, 1.32, 2, 2.4, 2.5, 2.6, 3, 5, 7]
        var film = SyntheticFilm(
            seed: seed, rate: rates[random.integer(0...(rates.count - 1))], grain: random.uniform(0...2))
        while film.count < 90 {
            switch random.integer(0...5) {
            case 0: film.append(Canvas(filledWith: random.uniform(0...255)))
            case 1: film.append(Canvas(filledWith: 128), isDamaged: true)
            case 2: film.shoot(random.integer(1...4))
            case 3 where film.count > 0: film.hold(seconds: Double(random.uniform(0...12)))
            default:
                let slide = film.view
                film.shoot(random.integer(1...14)) { _, _, _ in slide }
            }
            if random.integer(0...2) > 0 { film.cut() }
        }
        return film.pictures
    }
}
