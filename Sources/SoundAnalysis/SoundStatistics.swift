internal import DequeModule
internal import RealModule
internal import Timeline

/// Statistics of a stretch of sound, whose frames may have holes between them.
struct SoundStatistics {
    /// Frames that a side of a cut needs, so that the evidence is not of a single noise.
    private static let fewest = 5
    /// dB between spectra of two frames in a row, below which the sound stays: a held chord moves by less,
    /// syllables by more.
    private static let stillness: Float = 3
    /// Levels that the bands of two sides are compared above: what is fainter is noise of the coding.
    private static let faintest: Float = -70

    private let frames: Deque<SoundFrame>.SubSequence
    /// Microseconds of the stretch, known or not.
    private let length: Int64
    let level: Float

    init(_ frames: Deque<SoundFrame>.SubSequence, length: Int64) {
        self.frames = frames
        self.length = length
        level = Self.mean(frames.lazy.map(\.level))
    }

    /// What a part of these frames sounds like; nil where there are none.
    func part(entry: CutSound?) -> PartSound? {
        guard !frames.isEmpty else { return nil }
        let count = Float(frames.count)
        let means = means
        var spreads = [Float](repeating: 0, count: SoundFrame.bandCount)
        for frame in frames {
            for band in spreads.indices {
                let difference = frame.bands[band] - means[band]
                spreads[band] += difference * difference
            }
        }
        let known = Float(Int64(frames.count) * SoundFrame.length) / Float(max(1, length))
        return PartSound(
            coverage: min(1, known), level: level, loudness: Self.mean(frames.lazy.map(\.loudness)),
            silence: Float(frames.count(where: \.isSilent)) / count, modulation: modulation,
            steadiness: steadiness, means: means, spreads: spreads.map { ($0 / count).squareRoot() },
            measuredBands: measuredBands, entry: entry)
    }

    /// How far another stretch is from this one, and how much louder it is, in dB; nil where too little of
    /// either is known.
    func change(to other: SoundStatistics) -> (change: Float, level: Float)? {
        guard frames.count >= Self.fewest, other.frames.count >= Self.fewest else { return nil }
        let bands = min(measuredBands, other.measuredBands)
        guard bands > 0 else { return nil }
        let (left, right) = (means, other.means)
        let squares = (0..<bands).reduce(Float(0)) { sum, band in
            let difference = max(right[band], Self.faintest) - max(left[band], Self.faintest)
            return sum + difference * difference
        }
        return ((squares / Float(bands)).squareRoot(), other.level - level)
    }

    private var measuredBands: Int { frames.lazy.map(\.measuredBands).min() ?? 0 }

    /// Mean over the frames of each band's level, in dB.
    private var means: [Float] {
        var means = [Float](repeating: 0, count: SoundFrame.bandCount)
        for frame in frames {
            for band in means.indices { means[band] += frame.bands[band] }
        }
        return means.map { $0 / Float(max(1, frames.count)) }
    }

    /// Level of the mean power.
    private static func mean(_ levels: some Collection<Float>) -> Float {
        guard !levels.isEmpty else { return SoundFrame.floor }
        let power = levels.reduce(Float(0)) { $0 + Float.exp10($1 / 10) } / Float(levels.count)
        return max(SoundFrame.floor, 10 * Float.log10(power))
    }

    // MARK: - Speech and music

    /// Whether a frame follows the one before it without a hole.
    private static func follows(_ next: SoundFrame, _ frame: SoundFrame) -> Bool {
        (next.start - frame.end).magnitude <= 10_000
    }

    /// Mean over the whole seconds, each half a second behind the last, that are heard.
    private var modulation: Float? {
        let second = 10
        var depths: [Float] = []
        var start = frames.startIndex
        while start + second <= frames.endIndex {
            let part = frames[start..<start + second]
            if let hole = part.indices.dropFirst().last(where: { !Self.follows(frames[$0], frames[$0 - 1]) })
            {
                start = hole
                continue
            }
            if Self.mean(part.lazy.map(\.level)) > SoundFrame.silence { depths.append(Self.depth(part)) }
            start += second / 2
        }
        return depths.isEmpty ? nil : depths.reduce(0, +) / Float(depths.count)
    }

    /// Root mean square of the amplitude's fluctuations of 3, 4, 5 and 6 Hz in a second, by its mean.
    private static func depth(_ second: Deque<SoundFrame>.SubSequence) -> Float {
        let amplitudes = second.flatMap { frame in (0..<4).map { Float.exp10(frame.quarters[$0] / 20) } }
        let count = Float(amplitudes.count)
        let mean = amplitudes.reduce(0, +) / count
        guard mean > 0 else { return 0 }
        var squares: Float = 0
        for frequency in 3...6 {
            var (real, imaginary): (Float, Float) = (0, 0)
            for (index, amplitude) in amplitudes.enumerated() {
                let angle = 2 * Float.pi * Float(frequency * index) / count
                real += amplitude * Float.cos(angle)
                imaginary += amplitude * Float.sin(angle)
            }
            squares += 2 * (real * real + imaginary * imaginary) / (count * count)
        }
        return squares.squareRoot() / mean
    }

    private var steadiness: Float? {
        var (pairs, still) = (0, 0)
        for index in frames.indices.dropFirst() {
            let (frame, next) = (frames[index - 1], frames[index])
            guard Self.follows(next, frame), !frame.isSilent, !next.isSilent else { continue }
            let bands = min(frame.measuredBands, next.measuredBands)
            guard bands > 0 else { continue }
            var squares: Float = 0
            for band in 0..<bands {
                let difference =
                    max(next.bands[band], Self.faintest) - max(frame.bands[band], Self.faintest)
                squares += difference * difference
            }
            pairs += 1
            if squares <= Self.stillness * Self.stillness * Float(bands) { still += 1 }
        }
        return pairs == 0 ? nil : Float(still) / Float(pairs)
    }
}
