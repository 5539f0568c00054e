import Timeline

/// What the details and tones of the ends and of the pictures between say, and the models of slides and of
/// local mixing.
extension GradualFeatures {
    static func models(_ cover: PushModel.Fit, _ mix: MixModel, _ times: [Float]) -> [Float] {
        [
            squeeze(cover.residual), unevenness(cover.progress, times),
            (cover.progress.last ?? 0) - (cover.progress.first ?? 0),
            squeeze(mix.residual), mix.blending, min(mix.returning, 4), mix.roughness, mix.jump,
            unevenness(mix.progress, times),
        ]
    }

    /// - Complexity: eight matches of blocks, 0.2 ms.
    static func details(_ profile: GradualProfile, in history: SignatureHistory) -> [Float] {
        let a = PictureDetail(of: history[profile.start].picture)
        let b = PictureDetail(of: history[profile.end].picture)
        let early = history.index(before: profile.start, seconds: 0.3)
        let late = history.index(after: profile.end, seconds: 0.3)
        let before = PictureDetail(of: history[early].picture)
        let after = PictureDetail(of: history[late].picture)
        let ends = BlockMatch.share(of: b, in: a)
        let around = max(BlockMatch.share(of: after, in: before), BlockMatch.share(of: before, in: after))
        // The middle half: what of it is the old picture, what the new one, and does it move smoothly.
        let middle = profile.indices[profile.indices.count / 2]
        let center = PictureDetail(of: history[middle].picture)
        let next = PictureDetail(of: history[min(middle + 1, profile.end)].picture)
        var values = [
            ends, max(ends, around), BlockMatch.share(of: center, in: a), BlockMatch.share(of: center, in: b),
            BlockMatch.share(of: next, in: center),
        ]
        let tones = ToneDistance.between(history[profile.start], history[profile.end])
        let outside = ToneDistance.between(history[early], history[late])
        values.append(Logarithm.natural(1 + tones.luma))
        values.append(Logarithm.natural(1 + tones.chroma))
        values.append(Logarithm.natural(1 + outside.luma + 2 * outside.chroma))
        values.append(Likeness.unchanged(history[profile.start], history[profile.end]))
        values.append(Likeness.unchanged(history[early], history[late]))
        return values + extremes(profile, in: history)
    }

    /// How blurred, how light and how colorful the pictures between get, against the ends: what whirls,
    /// zooms, bursts of light and glitches do.
    private static func extremes(_ profile: GradualProfile, in history: SignatureHistory) -> [Float] {
        let ends = [history[profile.start], history[profile.end]]
        let between = profile.indices.map { history[$0] }
        let sharp = ends.map(sharpness).min() ?? 0
        let light = ends.map(\.mean).max() ?? 0
        let color = ends.map(colorfulness).max() ?? 0
        return [
            min(((between.map(sharpness).min() ?? sharp) + 0.5) / (sharp + 0.5), 2),
            ((between.map(\.mean).max() ?? light) - light) / 64,
            ((between.map(colorfulness).max() ?? color) - color) / 16,
        ]
    }

    /// Mean absolute difference of luma from column to column, of the half-size picture.
    private static func sharpness(_ picture: PictureSignature) -> Float {
        let width = PictureSignature.lumaWidth
        let luma = picture.small.span
        var sum: Int32 = 0
        for row in 0..<PictureSignature.lumaHeight {
            let line = row * width
            sum &+= ByteSums.absoluteDifference(
                luma.extracting(line..<(line + width - 1)), luma.extracting((line + 1)..<(line + width)),
                0..<(width - 1))
        }
        return Float(sum) / Float((width - 1) * PictureSignature.lumaHeight)
    }

    /// Mean distance of both chroma planes from gray.
    private static func colorfulness(_ picture: PictureSignature) -> Float {
        let small = picture.small.span
        var sum: Int32 = 0
        for index in PictureSignature.lumaCount..<PictureSignature.count {
            sum &+= abs(Int32(small[index]) &- 128)
        }
        return Float(sum) / Float(2 * PictureSignature.chromaCount)
    }
}
