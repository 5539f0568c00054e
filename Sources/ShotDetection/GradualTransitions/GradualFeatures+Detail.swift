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
        return values
    }
}
