import ShotDetection
import Testing
import Timeline

/// What stands at a hard cut and belongs to neither shot.
enum OddPicture: String, CaseIterable {
    case blend, oldBlend, newBlend, fields, white, gray, black, paleFlash, other, twoWhite, twoBlends,
        telecine

    /// The odd pictures between a view of the old shot and one of the new.
    func pictures(_ old: Canvas, _ new: Canvas) -> [Canvas] {
        func mixed(_ share: Float) -> Canvas { old.mixed(with: new) { _, _ in share } }
        switch self {
        case .blend: return [mixed(0.5)]
        case .oldBlend: return [mixed(0.3)]
        case .newBlend: return [mixed(0.7)]
        case .fields: return [old.mixed(with: new) { _, y in Int(y * 36) % 2 == 0 ? 0 : 1 }]
        case .white: return [Canvas(filledWith: 255)]
        case .gray: return [Canvas(filledWith: 128)]
        case .black: return [Canvas(filledWith: 0)]
        case .paleFlash: return [new.mixed(with: Canvas(filledWith: 255)) { _, _ in 0.85 }]
        case .other: return [SyntheticScene(seed: 4_711).view(at: 0)]
        case .twoWhite: return [Canvas(filledWith: 255), Canvas(filledWith: 255)]
        case .twoBlends: return [mixed(0.5), mixed(0.5)]
        case .telecine: return [mixed(0.3), mixed(0.7)]
        }
    }
}

@Suite("Odd pictures at a cut")
struct OddPictureTests {
    @Test("A cut is found behind them, and nothing else", arguments: OddPicture.allCases, [25, 30, 50.0])
    func cuts(odd: OddPicture, rate: Double) {
        for seed in UInt64(1)...4 {
            var film = SyntheticFilm(seed: seed + 900, rate: rate)
            film.shoot(Int(1.6 * rate))
            var firsts: [ClosedRange<Int>] = []
            for _ in 0..<3 {
                let old = film.view
                film.cut()
                let pictures = odd.pictures(old, film.view)
                for canvas in pictures { film.append(canvas) }
                firsts.append((film.count - pictures.count)...film.count)
                film.shoot(Int(1.2 * rate))
            }
            let found = film.detected().frames
            #expect(found.count == firsts.count, "seed \(seed): \(found) for \(firsts)")
            for (frame, range) in zip(found, firsts) { #expect(range.contains(frame), "seed \(seed)") }
        }
    }

    @Test("The cut is where the new shot is seen first")
    func place() {
        for (odd, behind) in [
            (OddPicture.oldBlend, 1), (.newBlend, 0), (.paleFlash, 0), (.white, 0), (.telecine, 1),
        ] {
            var film = SyntheticFilm(seed: 931)
            film.shoot(40)
            let old = film.view
            film.cut()
            for canvas in odd.pictures(old, film.view) { film.append(canvas) }
            film.shoot(40)
            #expect(film.detected().frames == [40 + behind], "\(odd.rawValue)")
        }
    }

    @Test("Within one shot they are no cut", arguments: OddPicture.allCases, [25, 30, 50.0])
    func flashes(odd: OddPicture, rate: Double) {
        for seed in UInt64(1)...4 {
            var film = SyntheticFilm(seed: seed + 950, rate: rate)
            film.shoot(Int(1.6 * rate))
            let other = SyntheticScene(seed: seed + 77).view(at: 0)
            for canvas in odd.pictures(film.view, other) { film.append(canvas) }
            film.shoot(Int(1.6 * rate))
            #expect(film.detected().isEmpty, "seed \(seed)")
        }
    }

    @Test("A short fade stays a fade", arguments: [8, 9, 10, 12], [TransitionKind.fadeBlack, .fadeWhite])
    func fades(length: Int, kind: TransitionKind) {
        for seed in UInt64(1)...4 {
            var film = SyntheticFilm(seed: seed + 980)
            film.shoot(40)
            film.mix(kind, length)
            film.shoot(40)
            let found = film.detected()
            #expect(
                found.count == 1 && found.allSatisfy { $0.transition.mixed != nil }, "seed \(seed): \(found)")
        }
    }

    @Test("Cuts that are announced first are the same", arguments: OddPicture.allCases)
    func announced(odd: OddPicture) {
        var film = SyntheticFilm(seed: 971)
        film.shoot(40)
        let old = film.view
        film.cut()
        for canvas in odd.pictures(old, film.view) { film.append(canvas) }
        film.shoot(40)
        var detector = VideoShotDetector(timeBase: SyntheticFilm.base, announcesCuts: true)
        var cuts: [ShotCut] = []
        for picture in film.pictures {
            let detection = detector.push(picture)
            cuts += detection.cuts
            for notice in detection.notices where notice.state == .retracted {
                #expect(!cuts.contains { $0.at == notice.at })
            }
        }
        if let last = film.pictures.last { cuts += detector.finish(at: last.end).cuts }
        #expect(cuts.count == 1 && cuts == film.detected())
    }
}
