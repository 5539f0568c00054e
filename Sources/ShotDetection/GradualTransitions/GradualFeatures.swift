import Timeline

/// The numbers a gradual transition's verdict is passed on, and the kind it would be.
struct GradualFeatures: Sendable {
    static let names: [String] =
        ["seconds", "energy"]
        + (1...GradualProfile.samples).map { "progress\($0)" }
        + (1...GradualProfile.samples).map { "residual\($0)" }
        + [
            "dissolveResidual", "wipeResidual", "wipeLine", "pushResidual", "pushLine", "pushReach",
            "leastContrast",
            "leastContrastShare", "leastMean", "fadeResidual", "likenessEnds", "likenessAround",
            "chromaAround",
            "activityBefore", "activityAfter", "jump", "calmBefore", "calmAfter", "energyBefore",
            "energyAfter",
            "progressBefore", "progressAfter", "meanChange", "gate",
            "coverResidual", "coverLine", "coverReach", "mixResidual", "mixBlending", "mixReturning",
            "mixRoughness", "mixJump", "mixLine", "matchEnds", "matchAround", "matchOld", "matchNew",
            "matchStep", "tonesLuma", "tonesChroma", "tonesAround", "still", "stillAround", "leastSharp",
            "greatestMean", "greatestColor", "leastBody", "leastBodyShare",
        ]

    let values: [Float]
    let kind: TransitionKind
    let first: Int
    let last: Int

    /// What the interval may hold: the mixed range as the plane of its ends shows it and, where a border or a
    /// slide explains its pictures better, as that does. Empty where there is no mixed picture after all.
    ///
    /// - Complexity: about 0.5 ms for each; for candidates only.
    static func readings(
        of interval: GradualFinder.Interval, in history: SignatureHistory, floor: Float
    ) -> [GradualFeatures] {
        guard let coarse = GradualProfile(from: interval.start, to: interval.end, in: history, floor: floor),
            let edges = GradualEdges(coarse, in: history)
        else { return [] }
        let mean = coarse.residual.reduce(0) { $0 + min($1, 4) } / Float(GradualProfile.samples)
        var ranges = [edges]
        let wipe = WipeModel(coarse, in: history)
        let slides = PushModel(coarse, in: history)
        let models =
            [(wipe.residual, wipe.progress)] + [slides.push, slides.cover].map { ($0.residual, $0.progress) }
        if let best = models.min(by: { $0.0 < $1.0 }), best.0 < betterFit * mean,
            let other = GradualEdges(coarse, progress: best.1),
            other.first != edges.first || other.last != edges.last
        {
            ranges.append(other)
        }
        return ranges.compactMap { GradualFeatures(of: $0, interval.probability, in: history, floor: floor) }
    }

    /// A model is listened to where it leaves less than this share of what the plane of the ends leaves.
    private static let betterFit: Float = 0.8

    private init?(of edges: GradualEdges, _ gate: Float, in history: SignatureHistory, floor: Float) {
        first = edges.first
        last = edges.last
        let start = first - 1
        let end = min(last + 1, history.endIndex - 1)
        guard end - start >= 2,
            let profile = GradualProfile(from: start, to: end, in: history, floor: floor)
        else { return nil }
        let wipe = WipeModel(profile, in: history)
        let push = PushModel(profile, in: history)
        let mean = profile.residual.reduce(0) { $0 + min($1, 4) } / Float(GradualProfile.samples)

        let a = history[start]
        let b = history[end]
        var values: [Float] = []
        values.reserveCapacity(Self.names.count)
        let seconds = history.seconds(from: start, to: end)
        values.append(Logarithm.natural(Float(seconds)))
        values.append(0.5 * Logarithm.natural(profile.energy))
        values += profile.shape
        values.append(Self.squeeze(mean))
        values.append(Self.squeeze(wipe.residual))
        values.append(Self.unevenness(wipe.progress, profile.times))
        values.append(Self.squeeze(push.push.residual))
        values.append(Self.unevenness(push.push.progress, profile.times))
        values.append((push.push.progress.last ?? 0) - (push.push.progress.first ?? 0))
        let least = history[history.flattest(from: start, to: end)]
        values.append(Logarithm.natural(1 + least.contrast))
        values.append(min((least.contrast + 1) / (min(a.contrast, b.contrast) + 1), 2))
        values.append(least.mean / 128 - 1)
        values.append(Self.fadeResidual(profile, a, b, in: history))
        values.append(Likeness.shifted(a, b))
        let around = Self.around(start, end, in: history)
        values.append(around.likeness)
        values.append(Logarithm.natural(1 + around.chroma))

        let inside = Self.activity(from: first, to: end, in: history)
        let past = history.index(before: start, seconds: 0.4)
        let future = history.index(after: end, seconds: 0.4)
        let before = Self.activity(from: past + 1, to: start, in: history)
        let after = Self.activity(from: end + 1, to: future, in: history)
        values.append(Logarithm.natural((inside.mean + 0.3) / (before.mean + 0.3)))
        values.append(Logarithm.natural((inside.mean + 0.3) / (after.mean + 0.3)))
        values.append(Logarithm.natural((inside.peak + 0.3) / (inside.mean + 0.3)))
        let earlier = history[history.index(before: start, seconds: 0.3)]
        let later = history[history.index(after: end, seconds: 0.3)]
        values.append(Likeness.shifted(a, earlier))
        values.append(Likeness.shifted(b, later))
        let count = Float(PictureSignature.count)
        values.append(Self.squeeze(GradualProfile.energy(a, earlier) / count / profile.energy))
        values.append(Self.squeeze(GradualProfile.energy(b, later) / count / profile.energy))
        let progressBefore = profile.progress(of: history.index(before: start, seconds: 0.3), in: history)
        let progressAfter = profile.progress(of: history.index(after: end, seconds: 0.3), in: history)
        values.append(min(max(progressBefore, -1), 1))
        values.append(min(max(progressAfter, 0), 2) - 1)
        values.append(abs(a.mean - b.mean) / 64)
        values.append(gate)
        values += Self.models(push.cover, MixModel(profile, in: history), profile.times)
        values += Self.details(profile, in: history)
        values.append(Logarithm.natural(1 + least.bodyContrast))
        values.append(min((least.bodyContrast + 1) / (min(a.bodyContrast, b.bodyContrast) + 1), 2))
        self.values = values

        let greatest = max(a.bodyContrast, b.bodyContrast)
        if least.bodyContrast < 12, least.bodyContrast < 0.3 * greatest, least.mean < 40 || least.mean > 200 {
            // Flat inside, or at one end: faded out to a long black, or in from one.
            kind = least.mean > 128 ? .fadeWhite : .fadeBlack
        } else if min(push.push.residual, push.cover.residual) < 0.6 * min(wipe.residual, mean) {
            kind = .push
        } else if wipe.residual < 0.75 * mean {
            kind = .wipe
        } else {
            kind = .dissolve
        }
    }

    static func squeeze(_ value: Float) -> Float { value / (1 + value) }

    /// Root mean square distance of a model's progress from even progress.
    static func unevenness(_ progress: [Float], _ times: [Float]) -> Float {
        var sum: Float = 0
        for (value, time) in zip(progress, times) { sum += (value - time) * (value - time) }
        return (sum / Float(max(1, times.count))).squareRoot()
    }

    /// How badly the samples resemble a darker, lighter or flatter copy of either end; 0 for a fade.
    private static func fadeResidual(
        _ profile: GradualProfile, _ a: PictureSignature, _ b: PictureSignature, in history: SignatureHistory
    ) -> Float {
        var sum: Float = 0
        for index in profile.indices {
            let f = history[index]
            let like = max(0, max(Likeness.shifted(f, a, reach: 0), Likeness.shifted(f, b, reach: 0)))
            let weight = min(1, f.bodyContrast / (max(a.bodyContrast, b.bodyContrast) + 1))
            sum += (1 - like * like) * weight * weight
        }
        return sum / Float(profile.indices.count)
    }

    /// The greatest likeness and least chroma distance between pictures up to half a second outside either
    /// end.
    private static func around(
        _ start: Int, _ end: Int, in history: SignatureHistory
    ) -> (likeness: Float, chroma: Float) {
        var likeness: Float = -1
        var chroma: Float = 255
        for back in [0, 0.2, 0.5] {
            let before = history[history.index(before: start, seconds: back)]
            for ahead in [0, 0.2, 0.5] {
                let after = history[history.index(after: end, seconds: ahead)]
                likeness = max(likeness, Likeness.shifted(before, after))
                chroma = min(chroma, Likeness.chromaDistance(before, after))
            }
        }
        return (likeness, chroma)
    }

    /// Mean and greatest difference between neighboring pictures over a range, empty ranges being calm. At
    /// high rates differences are added up over 0.03 s, so that a film whose pictures are all shown twice is
    /// what it was.
    private static func activity(
        from first: Int, to last: Int, in history: SignatureHistory
    ) -> (mean: Float, peak: Float) {
        guard first <= last else { return (0, 0) }
        var sum: Float = 0
        var peak: Float = 0
        for index in first...last {
            var difference = history[index].difference
            let oldest = history.index(before: index, seconds: 0.03)
            if oldest < index {
                for other in max(oldest, history.firstIndex + 1)..<index {
                    difference += history[other].difference
                }
            }
            sum += difference
            peak = max(peak, difference)
        }
        return (sum / Float(last - first + 1), peak)
    }
}
