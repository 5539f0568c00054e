internal import Timeline

extension OpenRun {
    /// `count` pictures that stand for the samples in `range`, in order (contract 7).
    ///
    /// The first and the last are the first and last of the fittest pictures there; those between are the ones nearest
    /// to evenly spaced targets (the earlier of two equally near) among the equally fit pictures on the grid. A single
    /// one is nearest to the middle. Pictures repeat where there are too few. O(range x count).
    func keyFrames(in range: Range<Int>, count: Int) -> [Picture] {
        precondition(!range.isEmpty && count > 0, "a part has a picture and a key frame")
        guard let best = samples[range].lazy.map(\.fitness).max() else { return [] }
        let fit = range.filter { samples[$0].fitness == best }
        let first = fit[0]
        let last = fit[fit.count - 1]
        let candidates = fit.filter { samples[$0].isOnGrid || $0 == first || $0 == last }
        let length = samples[last].at.pts - samples[first].at.pts
        // Target number i stands at first + length * i / steps.
        let steps = Int64(count == 1 ? 2 : count - 1)
        return (0..<Int64(count)).map { number in
            let step = count == 1 ? 1 : number
            if step == 0 { return picture(first) }
            if step == steps { return picture(last) }
            var nearest = first
            var leastDistance = Int64.max
            for index in candidates {
                let distance = abs((samples[index].at.pts - samples[first].at.pts) * steps - length * step)
                if distance < leastDistance {
                    leastDistance = distance
                    nearest = index
                }
            }
            return picture(nearest)
        }
    }

    /// Mean absolute luma difference per second of media over the pairs of consecutive pictures in `range`; 0 where
    /// none counts.
    func motion(in range: Range<Int>, timeBase: TimeBase) -> Float {
        guard let first = range.first, let last = range.last else { return 0 }
        let span = timeBase.seconds(samples[last].span - samples[first].span)
        guard span > 0 else { return 0 }
        let difference = Double(samples[last].difference - samples[first].difference)
        return Float(difference / Double(AnalysisPicture.lumaCount) / span)
    }

    private func picture(_ index: Int) -> Picture {
        let sample = samples[index]
        guard let analysis = sample.analysis else { preconditionFailure("a key frame was let go of") }
        return Picture(
            at: sample.at, duration: sample.duration, analysis: analysis, crop: sample.crop,
            isDamaged: sample.isDamaged)
    }
}
