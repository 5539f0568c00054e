internal import Timeline

extension OpenRun {
    /// The pictures that stand for the samples in `range`, in order, as the encoder wants them.
    func pictures(in range: Range<Int>) -> [Picture] {
        precondition(!range.isEmpty, "a part has a picture")
        let indices =
            switch sampling {
            case .keyFrames(let count): keyFrames(in: range, count: count)
            case .clip(let frames, let stride): clip(in: range, frames: frames, stride: stride)
            }
        return indices.map(picture)
    }

    /// The first and the last of the fittest pictures in `range`: indices.
    func fittest(in range: Range<Int>) -> (first: Int, last: Int) {
        var (first, last) = (range.lowerBound, range.lowerBound)
        for index in range {
            if samples[index].fitness > samples[first].fitness { first = index }
            if samples[index].fitness >= samples[last].fitness { last = index }
        }
        return (first, last)
    }

    /// `count` key frames of the samples in `range`, in order (contract 7): indices.
    ///
    /// The first and the last are the first and last of the fittest pictures there; those between are the
    /// ones nearest to evenly spaced targets (the earlier of two equally near) among the equally fit pictures
    /// on the grid. A single one is nearest to the middle. Pictures repeat where there are too few. O(range x
    /// count).
    private func keyFrames(in range: Range<Int>, count: Int) -> [Int] {
        let (first, last) = fittest(in: range)
        let candidates = (first...last).filter {
            samples[$0].fitness == samples[first].fitness
                && (samples[$0].isOnGrid || $0 == first || $0 == last)
        }
        let length = samples[last].at.pts - samples[first].at.pts
        // Target number i stands at first + length * i / steps.
        let steps = Int64(count == 1 ? 2 : count - 1)
        return (0..<Int64(count)).map { number in
            let step = count == 1 ? 1 : number
            if step == 0 { return first }
            if step == steps { return last }
            var nearest = first
            var leastDistance = Int64.max
            for index in candidates {
                let distance = abs((samples[index].at.pts - samples[first].at.pts) * steps - length * step)
                if distance < leastDistance {
                    leastDistance = distance
                    nearest = index
                }
            }
            return nearest
        }
    }

    /// Mean absolute luma difference per second of media over the pairs of consecutive pictures in `range`; 0
    /// where none counts.
    func motion(in range: Range<Int>, timeBase: TimeBase) -> Float {
        guard let first = range.first, let last = range.last else { return 0 }
        let span = timeBase.seconds(samples[last].span - samples[first].span)
        guard span > 0 else { return 0 }
        let difference = Double(samples[last].difference - samples[first].difference)
        return Float(difference / Double(AnalysisPicture.lumaCount) / span)
    }

    private func picture(_ index: Int) -> Picture {
        let sample = samples[index]
        guard let analysis = sample.analysis else { preconditionFailure("a picture was let go of") }
        return Picture(
            at: sample.at, duration: sample.duration, analysis: analysis, views: sample.views,
            isDamaged: sample.isDamaged)
    }
}
