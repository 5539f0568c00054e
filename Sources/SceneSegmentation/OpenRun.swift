internal import Timeline

/// The settled pictures of an open shot that are not yet in a closed part: from the start of its current run.
///
/// Every picture leaves a `Sample` (instant, sums); its planes are kept only while a part may want them. Key
/// frames are on the grid, or next to a place where the run may still be split: with `thirds` at most tau +
/// 1.5 m of pictures beside the grid, and 3 tau + m of samples; with `ticks` m and the grid. For clips the
/// whole run is kept: 3 tau + m of pictures, with `ticks` tau + m. For shots that are never split, samples
/// without planes are dropped too, and the grid widens (see `gridLimit`).
struct OpenRun {
    /// How fit a picture is as a key frame; a part takes its key frames from the best there are.
    enum Fitness: Int, Comparable {
        case damaged, mixed, clean

        static func < (left: Fitness, right: Fitness) -> Bool { left.rawValue < right.rawValue }
    }

    struct Sample {
        var at: Instant
        /// Position in the run, and the PTS of the picture before; nil for the first.
        var number = 0
        var before: Int64?
        var duration: Int64
        var fitness: Fitness
        var isDamaged: Bool
        /// Sum of the luma differences of all countable pairs of the shot up to this picture, and the ticks
        /// they span.
        var difference: Int64
        var span: Int64
        /// nil once no part can want it.
        var analysis: AnalysisPicture?
        /// Go with `analysis`.
        var views: [Picture.View: RGBPicture]
        /// The first picture of its grid cell that is at least as fit as itself.
        var isOnGrid = false
        /// PTS of the picture before it that is at least as fit; the run's start if there is none.
        var fitBefore: Int64 = 0
    }

    let timing: SplitTiming
    let sampling: EncoderInput.Sampling
    let start: Int64
    private(set) var samples: [Sample] = []
    private(set) var gridWidth: Int64
    private var count = 0
    private var cell: Int64 = -1
    private var fittestInCell = -1
    /// PTS of the last picture that is at least as fit as the index says.
    private var lastFit: [Int64]
    private var nextPruning: Int64

    init(timing: SplitTiming, sampling: EncoderInput.Sampling, start: Int64) {
        self.timing = timing
        self.sampling = sampling
        self.start = start
        gridWidth = timing.gridWidth
        lastFit = [start, start, start]
        nextPruning = start + timing.gridWidth
    }

    /// A run of a shot that is never split spans at most this many grid cells: then they double. For key
    /// frames the grid is at most 1/128 of the shot's length; a clip around every second cell holds no more
    /// pictures.
    private var gridLimit: Int64 {
        if case .clip(let frames, _) = sampling { max(16, 512 / Int64(frames)) } else { 256 }
    }

    /// Pictures whose planes it holds.
    var heldPictures: Int { samples.count { $0.analysis != nil } }

    /// Takes the next settled picture. O(1), and O(samples) once in 0.25 s.
    mutating func append(_ sample: Sample) {
        let pts = sample.at.pts
        if timing.rule == .whole, pts - start >= gridLimit * gridWidth {
            widenGrid(elapsed: pts - start)
        }
        var sample = sample
        sample.number = count
        sample.before = samples.last?.at.pts
        count += 1
        let fitness = sample.fitness.rawValue
        sample.isOnGrid = takesCell(pts, fitness)
        sample.fitBefore = lastFit[fitness]
        for index in 0...fitness { lastFit[index] = pts }
        samples.append(sample)
        if pts >= nextPruning {
            prune()
            nextPruning = pts + timing.gridWidth
        }
    }

    /// Index of the last sample at or before `pts`; nil if all are later.
    func lastIndex(atOrBefore pts: Int64) -> Int? {
        var low = 0
        var high = samples.count
        while low < high {
            let middle = (low + high) / 2
            if samples[middle].at.pts <= pts { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : low - 1
    }

    /// The picture that begins a part split off at `target`, behind the part that begins at index `previous`:
    /// the last one at or before the target, or, where pictures are so sparse that less than m would lie
    /// before it, the next one. nil if less than m would lie on either side of that too.
    func splitIndex(target: Int64, after previous: Int, end: Int64?) -> Int? {
        guard let index = lastIndex(atOrBefore: target) else { return nil }
        for candidate in [index, index + 1] where candidate > previous && candidate < samples.count {
            let pts = samples[candidate].at.pts
            let isLongBefore = pts - samples[previous].at.pts >= timing.minimumLength
            let isLongAfter = end.map { $0 > pts && $0 - pts >= timing.minimumLength } ?? true
            if isLongBefore && isLongAfter { return candidate }
        }
        return nil
    }

    /// The same shot's next run, which begins with the sample at `index` and takes over all samples from
    /// there.
    consuming func continued(from index: Int) -> OpenRun {
        var next = OpenRun(timing: timing, sampling: sampling, start: samples[index].at.pts)
        for sample in samples[index...] {
            precondition(sample.analysis != nil, "pictures behind a split are kept")
            next.append(sample)
        }
        return next
    }

    private mutating func takesCell(_ pts: Int64, _ fitness: Int) -> Bool {
        let current = (pts - start) / gridWidth
        if current != cell {
            cell = current
            fittestInCell = -1
        }
        guard fitness > fittestInCell else { return false }
        fittestInCell = fitness
        return true
    }

    private mutating func widenGrid(elapsed: Int64) {
        while elapsed >= gridLimit * gridWidth { gridWidth *= 2 }
        cell = -1
        for index in samples.indices {
            samples[index].isOnGrid = takesCell(samples[index].at.pts, samples[index].fitness.rawValue)
        }
        prune()
    }

    /// Lets go of what no part can want any more.
    private mutating func prune() {
        switch sampling {
        case .keyFrames: pruneKeyFrames()
        case .clip(let frames, let stride):
            guard timing.rule == .whole else { return }
            let wanted = numbersForClips(frames: frames, stride: stride)
            samples.removeAll { !wanted.contains($0.number) }
        }
    }

    /// Lets go of the planes that no key frame can need any more.
    ///
    /// A picture i is the first or last fit one of a part if the part's end moves to a picture between the
    /// fit pictures before and behind i. So it is kept while a possible target lies from the fit picture
    /// before it to the picture after the fit one behind it.
    private mutating func pruneKeyFrames() {
        guard let last = samples.last else { return }
        let targets = timing.possibleTargets(elapsed: last.at.pts - start)
        // Index of the next sample that is at least as fit.
        var nextFit = [Int](repeating: samples.count, count: 3)
        for index in samples.indices.reversed() {
            let fitness = samples[index].fitness.rawValue
            let behind = nextFit[fitness] + 1
            for lower in 0...fitness { nextFit[lower] = index }
            guard samples[index].analysis != nil, !samples[index].isOnGrid else { continue }
            let from = samples[index].fitBefore - start
            let upTo = behind < samples.count ? samples[behind].at.pts - start : Int64.max
            let isNeeded = targets.contains { $0.lowerBound <= upTo && from <= $0.upperBound }
            if !isNeeded {
                samples[index].analysis = nil
                samples[index].views = [:]
            }
        }
        if timing.rule == .whole { samples.removeAll { $0.analysis == nil } }
    }
}
