import Platform
import SceneSegmentation
import Timeline

/// Pictures with cuts and gaps, made up.
struct SyntheticStream {
    /// Pictures without a gap between them.
    struct Stretch {
        var pictures: [Picture] = []
        var cuts: [ShotCut] = []
        var end: Instant { pictures[pictures.count - 1].end }
    }

    static let timeBase = TimeBase(numerator: 1, denominator: 1000)
    var stretches: [Stretch] = []
    /// Greatest distance of two pictures, in ticks.
    var greatestSpacing: Int64 = 0
    /// Longest way from the first mixed picture to the cut, in ticks.
    var greatestLead: Int64 = 0

    var gaps: [Gap] {
        zip(stretches, stretches.dropFirst()).map {
            Gap(start: $0.end, end: $1.pictures[0].at, reason: .discontinuity)
        }
    }

    /// Eight noisy pictures, shared by all that show them.
    static let analyses: [AnalysisPicture] = {
        var generator = SeededGenerator(seed: 7)
        return (0..<8).map { _ in
            AnalysisPicture(
                planes: (0..<AnalysisPicture.byteCount).map { _ in
                    UInt8.random(in: 0...255, using: &generator)
                })
        }
    }()

    /// A random stream of about `seconds` for a split length of `tau` ticks and shots of at least `m` ticks.
    static func random(
        _ generator: inout SeededGenerator, seconds: Int64, tau: Int64, m: Int64
    ) -> SyntheticStream {
        var stream = SyntheticStream()
        var pts = Int64.random(in: -5000...5000, using: &generator)
        var frame: Int64 = 0
        let stop = pts + seconds * 1000
        let rate = Int64.random(in: 1...60, using: &generator)
        let spacing = min(1000 / rate, tau / 9)
        let isVariable = Bool.random(using: &generator)
        let damage: Double = [0.0, 0.0, 0.02, 0.3].randomElement(using: &generator) ?? 0
        let gapShare: Double = [0.0, 0.0, 0.05, 0.3].randomElement(using: &generator) ?? 0
        var stretch = Stretch()
        while pts < stop {
            // One shot.
            let lengths = [
                m...(2 * m + 1), m...tau, tau...(3 * tau), (3 * tau - m)...(3 * tau + 2 * m), m...(8 * tau),
            ]
            let range = lengths.randomElement(using: &generator) ?? m...tau
            let shotEnd = pts + Int64.random(in: range, using: &generator)
            let first = stretch.pictures.count
            repeat {
                let step = isVariable ? Int64.random(in: 1...spacing, using: &generator) : spacing
                stretch.pictures.append(
                    Picture(
                        at: Instant(pts: pts, frame: frame, timecode: frame), duration: step,
                        analysis: analyses.randomElement(using: &generator) ?? analyses[0],
                        isDamaged: Double.random(in: 0..<1, using: &generator) < damage))
                stream.greatestSpacing = max(stream.greatestSpacing, step)
                pts += step
                frame += 1
            } while pts < shotEnd
            if first > 0 {
                stream.addCut(&stretch, at: first, m: m, &generator)
            }
            if Double.random(in: 0..<1, using: &generator) < gapShare, pts < stop {
                stream.stretches.append(stretch)
                stretch = Stretch()
                pts += Int64.random(in: 1...(2 * tau), using: &generator)
            }
        }
        if !stretch.pictures.isEmpty { stream.stretches.append(stretch) }
        return stream
    }

    private mutating func addCut(
        _ stretch: inout Stretch, at first: Int, m: Int64, _ generator: inout SeededGenerator
    ) {
        let at = stretch.pictures[first].at
        var transition = Transition(kind: .cut, score: Score(0.9))
        if Int.random(in: 0..<3, using: &generator) == 0 {
            // Mixed pictures before and behind the cut; never reaching into the one before.
            let previous =
                stretch.cuts.last?.transition.mixed?.upperBound.pts ?? stretch.cuts.last?.at.pts ?? .min
            var low = first
            var high = first
            let half = Int64.random(in: 0...2 * m, using: &generator)
            while low > 0, stretch.pictures[low - 1].at.pts > previous,
                at.pts - stretch.pictures[low - 1].at.pts <= half
            {
                low -= 1
            }
            while high + 1 < stretch.pictures.count, stretch.pictures[high + 1].at.pts - at.pts <= half / 2 {
                high += 1
            }
            transition = Transition(
                kind: .dissolve, mixed: stretch.pictures[low].at...stretch.pictures[high].at,
                score: Score(0.5))
            greatestLead = max(greatestLead, at.pts - stretch.pictures[low].at.pts)
        }
        stretch.cuts.append(ShotCut(at: at, transition: transition))
    }
}

/// A detector that knows the cuts and says them late.
///
/// Its horizon lies `lag` behind the picture, and `lead` more while a mixed range has begun whose cut is not
/// yet said.
struct LateDetector {
    var cuts: ArraySlice<ShotCut>
    let lag: Int64
    private(set) var horizon = Int64.min

    init(cuts: [ShotCut], lag: Int64) {
        self.cuts = cuts[...]
        self.lag = lag
    }

    mutating func push(_ pts: Int64) -> (cuts: [ShotCut], horizon: Int64) {
        say(upTo: pts - lag)
    }

    mutating func finish(at end: Int64) -> (cuts: [ShotCut], horizon: Int64) { say(upTo: end) }

    private mutating func say(upTo pts: Int64) -> (cuts: [ShotCut], horizon: Int64) {
        var said: [ShotCut] = []
        while let cut = cuts.first, cut.at.pts < pts {
            said.append(cut)
            cuts.removeFirst()
        }
        let begun = cuts.first.map { $0.transition.mixed?.lowerBound.pts ?? $0.at.pts } ?? .max
        horizon = max(horizon, min(pts, begun))
        return (said, horizon)
    }
}
