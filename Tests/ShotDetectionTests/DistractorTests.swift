import Platform
import ShotDetection
import Testing
import Timeline

/// Things that happen inside one shot and are no shot change.
enum Distractor: String, CaseIterable {
    case nothing, flash1, flash3, strobe, lightsOff, lightsOffAndOn, shake, whipAndBack, zoom, occluder,
        caption
    case freeze, letterbox, dimRamp, duplicates, heavyGrain

    /// The disturbed view at `place` of 75 frames; nil leaves the view alone.
    func view(_ scene: SyntheticScene, _ time: Double, _ place: Int) -> Canvas? {
        let canvas = scene.view(at: time)
        let from = place - 25
        switch self {
        case .nothing:
            return nil
        case .flash1, .flash3:
            let frames = self == .flash1 ? 1 : 3
            return (0..<frames).contains(from)
                ? canvas.mixed(with: Canvas(filledWith: 255)) { _, _ in 0.85 } : nil
        case .strobe:
            return (0..<20).contains(from) && from % 4 < 2
                ? canvas.mixed(with: Canvas(filledWith: 255)) { _, _ in 0.6 } : nil
        case .lightsOff:
            return from >= 0 ? canvas.lit(0.35) : nil
        case .lightsOffAndOn:
            return (0..<18).contains(from) ? canvas.lit(0.2) : nil
        case .shake:
            guard (0..<20).contains(from) else { return nil }
            let angle = Float(from) * 2.4
            return scene.view(at: time, shift: (0.05 * angle.truncatingRemainder(dividingBy: 2) - 0.05, 0.03))
        case .whipAndBack:
            guard (0..<12).contains(from) else { return nil }
            let phase = 1 - abs(Float(from) - 6) / 6
            return scene.view(at: time, shift: (0.7 * phase, 0))
        case .zoom:
            return scene.view(at: time, zoom: 1 + 0.8 * min(max(Float(from) / 20, 0), 1))
        case .occluder:
            guard (0..<16).contains(from) else { return nil }
            let center = Float(from) / 16 * 1.6 - 0.3
            return canvas.mixed(with: Canvas(filledWith: 30)) { x, _ in abs(x - center) < 0.25 ? 1 : 0 }
        case .caption:
            guard (0..<30).contains(from) else { return nil }
            return canvas.mixed(with: Canvas(filledWith: 235)) { x, y in
                y > 0.78 && y < 0.9 && x > 0.15 && x < 0.85 && Int(x * 30) % 3 != 0 ? 0.9 : 0
            }
        case .freeze:
            return (0..<20).contains(from) ? scene.view(at: time - Double(from) / 25) : nil
        case .letterbox:
            return from >= 0
                ? canvas.mixed(with: Canvas(filledWith: 0)) { _, y in y < 0.1 || y > 0.9 ? 1 : 0 } : nil
        case .dimRamp:
            return canvas.lit(1 - 0.5 * min(max(Float(from) / 30, 0), 1))
        case .duplicates:
            return scene.view(at: time - Double(place % 2) / 25)
        case .heavyGrain:
            var random = SeededGenerator(seed: UInt64(place))
            return (0..<25).contains(from)
                ? canvas.mapped { value, _, _, _ in value + random.uniform(-14...14) } : nil
        }
    }
}

@Suite("Distractors")
struct DistractorTests {
    @Test("Nothing inside a shot fires", arguments: Distractor.allCases)
    func quiet(distractor: Distractor) {
        for seed in UInt64(1)...3 {
            var film = SyntheticFilm(seed: seed + 500)
            film.shoot(75) { distractor.view($0, $1, $2) }
            #expect(film.detected().isEmpty, "\(distractor.rawValue), seed \(seed)")
        }
    }

    @Test("A distractor leaves the cuts around it alone", arguments: Distractor.allCases)
    func cutsAround(distractor: Distractor) {
        var film = SyntheticFilm(seed: 611)
        film.shoot(40)
        film.cut()
        film.shoot(75) { distractor.view($0, $1, $2) }
        film.cut()
        film.shoot(40)
        #expect(film.detected().frames == film.cuts)
    }
}
