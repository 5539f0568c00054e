import Platform
import ShotDetection
import Timeline

/// A film made picture by picture, with what a detector should find in it.
struct SyntheticFilm {
    static let base = TimeBase(numerator: 1, denominator: 90_000)

    private(set) var pictures: [Picture] = []
    /// First frames of the shots that begin with a hard cut.
    private(set) var cuts: [Int] = []
    /// Mixed frames, first and last, and kind.
    private(set) var graduals: [(kind: TransitionKind, range: ClosedRange<Int>)] = []

    /// Whether the pictures from here on have a channel's mark in a corner.
    var hasMark = false

    let rate: Double
    private let grain: Float
    private var random: SeededGenerator
    private var scene: SyntheticScene
    private var sceneSeed: UInt64
    private var pts: Int64 = 0
    /// Ticks that pictures stayed longer than the rate has it.
    private var held: Int64 = 0

    init(seed: UInt64, rate: Double = 25, grain: Float = 1.5) {
        self.rate = rate
        self.grain = grain
        random = SeededGenerator(seed: seed)
        sceneSeed = seed &* 1000
        scene = SyntheticScene(seed: sceneSeed)
    }

    var count: Int { pictures.count }
    private var time: Double { Double(count) / rate }

    /// Frames of the running shot; `change` may disturb each, with its place among them.
    mutating func shoot(
        _ frames: Int, _ change: (SyntheticScene, Double, Int) -> Canvas? = { _, _, _ in nil }
    ) {
        for place in 0..<frames {
            append(change(scene, time, place) ?? scene.view(at: time))
        }
    }

    /// The running shot at the next picture's time.
    var view: Canvas { scene.view(at: time) }

    /// The last picture stays for so much longer.
    mutating func hold(seconds: Double) {
        let ticks = Int64((seconds * 90_000).rounded())
        pictures[count - 1].duration += ticks
        held += ticks
        pts += ticks
    }

    mutating func cut() {
        nextScene()
        cuts.append(count)
    }

    /// Mixes the running shot with the next over `frames` frames.
    mutating func mix(_ kind: TransitionKind, _ frames: Int) {
        let old = scene
        nextScene()
        let start = count
        for place in 0..<frames {
            let weight = Float(place + 1) / Float(frames + 1)
            let before = old.view(at: time)
            let after = scene.view(at: time)
            switch kind {
            case .fadeBlack, .fadeWhite:
                let plain = Canvas(filledWith: kind == .fadeWhite ? 255 : 0)
                let share = 1 - abs(2 * weight - 1)
                append((weight < 0.5 ? before : after).mixed(with: plain) { _, _ in share })
            case .wipe:
                append(before.mixed(with: after) { x, _ in x < weight ? 1 : 0 })
            case .push:
                let entering = scene.view(at: time, shift: (weight - 1, 0))
                let leaving = old.view(at: time, shift: (weight, 0))
                append(leaving.mixed(with: entering) { x, _ in x < 1 - weight ? 0 : 1 })
            default:
                append(before.mixed(with: after) { _, _ in weight })
            }
        }
        graduals.append((kind, start...(count - 1)))
    }

    /// The running shot gets dark.
    mutating func fadeOut(_ frames: Int) {
        for place in 0..<frames { append(view.lit(1 - Float(place + 1) / Float(frames + 1))) }
    }

    /// Black pictures, behind which another shot begins.
    mutating func blank(_ frames: Int) {
        for _ in 0..<frames { append(Canvas(filledWith: 0)) }
        nextScene()
    }

    /// The running shot gets light.
    mutating func fadeIn(_ frames: Int) {
        for place in 0..<frames { append(view.lit(Float(place + 1) / Float(frames + 1))) }
    }

    private mutating func nextScene() {
        sceneSeed += 1
        scene = SyntheticScene(seed: sceneSeed)
    }

    /// One picture, its duration the nominal one unless `duration` says otherwise.
    mutating func append(_ canvas: Canvas, isDamaged: Bool = false) {
        let next = held + Int64((Double(count + 1) * 90_000 / rate).rounded())
        pictures.append(
            Picture(
                at: Instant(pts: pts, frame: Int64(count)), duration: next - pts,
                analysis: (hasMark ? canvas.marked : canvas).picture(grain: grain, &random),
                isDamaged: isDamaged))
        pts = next
    }

    /// Everything the detector reports for this film.
    func detected(_ tuning: ShotDetectorTuning = .init()) -> [ShotCut] {
        var detector = VideoShotDetector(timeBase: Self.base, tuning: tuning)
        var found: [ShotCut] = []
        for picture in pictures { found += detector.push(picture).cuts }
        if let last = pictures.last { found += detector.finish(at: last.end).cuts }
        return found
    }
}

extension [ShotCut] {
    /// Frames of the hard cuts.
    var hardFrames: [Int] { filter { $0.transition.kind == .cut }.compactMap { $0.at.frame.map(Int.init) } }
    var frames: [Int] { compactMap { $0.at.frame.map(Int.init) } }
}
