internal import Timeline

// Clips (`EncoderInput.Sampling.clip`).
//
// A clip lies between the first and the last of its part's fittest pictures, whatever is between them: time
// goes on in damaged pictures, too. It is taken around the anchor that is nearest to their middle. Where
// shots are split, every picture is an anchor, and the run is kept until it closes. Where they never are, the
// first picture of each grid cell is one, so that the middle of a shot of any length is met to within a cell,
// and few pictures are kept.
extension OpenRun {
    /// The pictures of `range` that make its clip, in order: indices. O(range).
    func clip(in range: Range<Int>, frames: Int, stride: Int) -> [Int] {
        let fittest = fittest(in: range)
        let (first, last) = (samples[fittest.first], samples[fittest.last])
        let length = last.at.pts - first.at.pts
        var center = first.number
        var leastDistance = Int64.max
        for sample in samples[range] where timing.rule != .whole || sample.isAnchor(start, gridWidth) {
            let distance = abs(2 * (sample.at.pts - first.at.pts) - length)
            if distance < leastDistance { (center, leastDistance) = (sample.number, distance) }
        }
        return Self.clipNumbers(around: center, frames, stride, first.number...last.number).map(index(of:))
    }

    /// Numbers of the pictures that a clip can still want, of a run that is never split. O(samples + clips
    /// kept).
    ///
    /// The middle only moves on. So the anchors that are, or may become, the nearest to it are those behind
    /// it and the last one before it, in this grid and in each wider one.
    func numbersForClips(frames: Int, stride: Int) -> Set<Int> {
        guard let newest = samples.last else { return [] }
        let fittest = fittest(in: samples.indices)
        let (first, last) = (samples[fittest.first], samples[fittest.last])
        let length = last.at.pts - first.at.pts
        // Back to where a clip around the next picture begins.
        var wanted = Set(max(0, newest.number - frames / 2 * stride)...newest.number)
        wanted.formUnion([0, first.number, last.number])
        var width = gridWidth
        for sample in samples.reversed() where sample.isAnchor(start, width) {
            // The fittest pictures may end where they do now, or later.
            for end in [last.number, .max] {
                let bounds = first.number...max(first.number, end)
                wanted.formUnion(Self.clipNumbers(around: sample.number, frames, stride, bounds))
            }
            guard 2 * (sample.at.pts - first.at.pts) <= length else { continue }
            while sample.number > 0 && sample.isAnchor(start, width) { width *= 2 }
        }
        return wanted
    }

    private static func clipNumbers(
        around center: Int, _ frames: Int, _ stride: Int, _ bounds: ClosedRange<Int>
    ) -> [Int] {
        let center = center.clamped(to: bounds)
        return (0..<frames).map { (center + ($0 - frames / 2) * stride).clamped(to: bounds) }
    }

    private func index(of number: Int) -> Int {
        var low = 0
        var high = samples.count
        while low < high {
            let middle = (low + high) / 2
            if samples[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension OpenRun.Sample {
    /// Whether it is the first picture of its cell in a grid of a `width` from `start` on.
    fileprivate func isAnchor(_ start: Int64, _ width: Int64) -> Bool {
        guard let before else { return true }
        return (before - start) / width != (at.pts - start) / width
    }
}

extension Int {
    fileprivate func clamped(to bounds: ClosedRange<Int>) -> Int {
        Swift.min(Swift.max(self, bounds.lowerBound), bounds.upperBound)
    }
}
