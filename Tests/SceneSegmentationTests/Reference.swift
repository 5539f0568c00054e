import SceneSegmentation
import Timeline

/// The same rules with everything known in advance and nothing let go of: plain loops over whole lists.
struct Reference {
    var parts: [Part] = []
    var shots: [Shot] = []
    /// Stretch that each part lies in.
    var stretchOfPart: [Int] = []
    var scores: [Int: Score] = [:]
    /// Closed parts behind each scored one that its score rests on.
    var rightParts: [Int: Int] = [:]
    var boundaries: [Boundary] = []
    var scenes: [Scene] = []
    let setup: Setup

    init(_ stream: SyntheticStream, _ setup: Setup) {
        self.setup = setup
        for (number, stretch) in stream.stretches.enumerated() {
            assemble(stretch)
            stretchOfPart += [Int](repeating: number, count: parts.count - stretchOfPart.count)
        }
        decide(stream)
    }

    // MARK: - Parts

    private mutating func assemble(_ stretch: SyntheticStream.Stretch) {
        let starts = [stretch.pictures[0].at.pts] + stretch.cuts.map(\.at.pts)
        let entries = [Transition.start] + stretch.cuts.map(\.transition)
        let mixed = stretch.cuts.compactMap(\.transition.mixed)
        for (number, start) in starts.enumerated() {
            let next = number + 1 < starts.count ? starts[number + 1] : Int64.max
            let pictures = stretch.pictures.filter { $0.at.pts >= start && $0.at.pts < next }
            let end = number + 1 < starts.count ? stretch.cuts[number].at : stretch.end
            let ranks = pictures.map { picture in
                picture.isDamaged ? 0 : mixed.contains { $0.contains(picture.at) } ? 1 : 2
            }
            addShot(pictures, ranks, end: end, entry: entries[number])
        }
    }

    private mutating func addShot(_ pictures: [Picture], _ ranks: [Int], end: Instant, entry: Transition) {
        let pts = pictures.map(\.at.pts)
        let firstPart = parts.count
        var runStart = 0
        while runStart < pts.count {
            var splits: [Int] = []
            var runEnd = pts.count
            let length = end.pts - pts[runStart]
            var targets: [Int64] = []
            switch setup.rule {
            case .whole: break
            case .ticks:
                let close = snap(pts, pts[runStart] + setup.tau, after: runStart, end: end.pts)
                if length > setup.tau {
                    if let close, end.pts - pts[close] >= setup.m {
                        runEnd = close
                    } else {
                        targets = [length / 2]
                    }
                }
            case .thirds:
                if length >= 3 * setup.tau + setup.m {
                    runEnd =
                        snap(pts, pts[runStart] + 3 * setup.tau, after: runStart, end: end.pts) ?? pts.count
                    targets = [setup.tau, 2 * setup.tau]
                } else if length > 3 * setup.tau {
                    targets = [length / 4, length / 2, 3 * length / 4]
                } else if length > setup.tau {
                    targets = [length / 3, 2 * length / 3]
                }
            }
            let runEndPTS = runEnd < pts.count ? pts[runEnd] : end.pts
            for target in targets {
                let previous = splits.last ?? runStart
                if let split = snap(pts, pts[runStart] + target, after: previous, end: runEndPTS) {
                    splits.append(split)
                }
            }
            let onGrid = grid(pts, ranks, runStart..<pts.count)
            let edges = [runStart] + splits + [runEnd]
            for (from, upTo) in zip(edges, edges.dropFirst()) {
                addPart(
                    pictures, ranks, onGrid, from..<upTo, end: upTo < pts.count ? pictures[upTo].at : end,
                    entry: from == 0 ? entry : nil, isLast: upTo == pts.count)
            }
            runStart = runEnd
        }
        shots.append(
            Shot(
                index: shots.count, start: pictures[0].at, end: end, transition: entry,
                parts: parts[firstPart...].map {
                    PartSummary(
                        index: $0.index, start: $0.start, end: $0.end, keyFrames: $0.keyFrames.map(\.at))
                }))
    }

    private func snap(_ pts: [Int64], _ target: Int64, after previous: Int, end: Int64) -> Int? {
        var index = previous
        while index + 1 < pts.count, pts[index + 1] <= target { index += 1 }
        return [index, index + 1].first {
            $0 > previous && $0 < pts.count && pts[$0] - pts[previous] >= setup.m && end - pts[$0] >= setup.m
                && pts[$0] < end
        }
    }

    private func grid(_ pts: [Int64], _ ranks: [Int], _ run: Range<Int>) -> Set<Int> {
        var width: Int64 = 250
        if setup.rule == .whole {
            while pts[run.upperBound - 1] - pts[run.lowerBound] >= 256 * width { width *= 2 }
        }
        var best: [Int64: Int] = [:]
        var chosen: Set<Int> = []
        for index in run {
            let cell = (pts[index] - pts[run.lowerBound]) / width
            if ranks[index] > best[cell] ?? -1 {
                best[cell] = ranks[index]
                chosen.insert(index)
            }
        }
        return chosen
    }

    /// Pictures that a clip's middle may be: all, or those that open a cell.
    private func anchors(_ pts: [Int64], _ range: Range<Int>, cells: Int64) -> [Int] {
        guard setup.rule == .whole else { return Array(range) }
        var width: Int64 = 250
        while pts[range.upperBound - 1] - pts[range.lowerBound] >= cells * width { width *= 2 }
        let cell = { (index: Int) in (pts[index] - pts[range.lowerBound]) / width }
        return range.filter { $0 == range.lowerBound || cell($0) != cell($0 - 1) }
    }

    private mutating func addPart(
        _ pictures: [Picture], _ ranks: [Int], _ onGrid: Set<Int>, _ range: Range<Int>, end: Instant,
        entry: Transition?, isLast: Bool
    ) {
        let best = range.map { ranks[$0] }.max() ?? 0
        let fit = range.filter { ranks[$0] == best }
        let first = pictures[fit[0]].at.pts
        let last = pictures[fit[fit.count - 1]].at.pts
        func nearest(_ target: Double, among candidates: [Int]) -> Int {
            var nearest = candidates[0]
            for index in candidates {
                let distance = abs(Double(pictures[index].at.pts) - target)
                if distance < abs(Double(pictures[nearest].at.pts) - target) - 1e-6 { nearest = index }
            }
            return nearest
        }
        let chosen: [Picture]
        switch setup.sampling {
        case .keyFrames(let count):
            let candidates = fit.filter { onGrid.contains($0) || $0 == fit[0] || $0 == fit[fit.count - 1] }
            let targets: [Double] =
                count == 1
                ? [Double(first + last) / 2]
                : (0..<count).map { Double(first) + Double(last - first) * Double($0) / Double(count - 1) }
            chosen = targets.map { pictures[nearest($0, among: candidates)] }
        case .clip(let frames, let stride):
            let anchors = anchors(pictures.map(\.at.pts), range, cells: max(16, 512 / Int64(frames)))
            func inside(_ index: Int) -> Int { min(max(index, fit[0]), fit[fit.count - 1]) }
            let center = inside(nearest(Double(first + last) / 2, among: anchors))
            chosen = (0..<frames).map { pictures[inside(center + stride * ($0 - frames / 2))] }
        }
        var difference = 0.0
        var seconds = 0.0
        for index in range.dropFirst() where ranks[index] == 2 && ranks[index - 1] == 2 {
            difference += Self.difference(pictures[index - 1].analysis, pictures[index].analysis)
            seconds += Double(pictures[index].at.pts - pictures[index - 1].at.pts) / 1000
        }
        let start = pictures[range.lowerBound].at
        parts.append(
            Part(
                index: parts.count, shotIndex: shots.count, start: start, end: end,
                duration: Double(end.pts - start.pts) / 1000, entry: entry, isLastOfShot: isLast,
                keyFrames: chosen,
                motion: seconds > 0 ? Float(difference / seconds) : 0))
    }

    /// Mean absolute luma difference, computed once for each pair of the shared pictures.
    private static func difference(_ left: AnalysisPicture, _ right: AnalysisPicture) -> Double {
        let key = { (picture: AnalysisPicture) in
            SyntheticStream.analyses.firstIndex { $0.planes[0..<4] == picture.planes[0..<4] } ?? 0
        }
        return differences[key(left)][key(right)]
    }

    private static let differences: [[Double]] = SyntheticStream.analyses.map { left in
        SyntheticStream.analyses.map { right in
            var sum = 0
            for pixel in 0..<AnalysisPicture.lumaCount {
                sum += abs(Int(left.planes[pixel]) - Int(right.planes[pixel]))
            }
            return Double(sum) / Double(AnalysisPicture.lumaCount)
        }
    }

    // MARK: - Decisions

    private mutating func decide(_ stream: SyntheticStream) {
        let encoded = parts.map(encode)
        var scorer = HashScorer(setup)
        let gaps = stream.gaps
        // Stretches that share a ring.
        var ringOfStretch = [0]
        for gap in gaps {
            let isFlushed = gap.end.pts - gap.start.pts >= setup.tau
            ringOfStretch.append(ringOfStretch[ringOfStretch.count - 1] + (isFlushed ? 1 : 0))
        }
        var accepted: [Int64] = []
        var eligible: [(score: Score, seconds: Double)] = []
        var sceneFirst = 0
        for (index, part) in parts.enumerated() {
            let stretch = stretchOfPart[index]
            let same = parts.indices.filter { ringOfStretch[stretchOfPart[$0]] == ringOfStretch[stretch] }
            let low = same[0]
            let high = same[same.count - 1]
            if part.isLastOfShot || setup.options.intraShot {
                let wanted = (index - setup.leftCount)...(index + setup.neighborCount)
                let value = scorer.score(
                    ContextWindow(
                        parts: wanted.map { encoded[min(max($0, low), high)] }, leftCount: setup.leftCount,
                        repeatedLeft: 0, repeatedRight: 0))
                scores[index] = Score(Double(value))
                rightParts[index] = min(setup.neighborCount, same.count { $0 > index })
            }
        }
        for (index, part) in parts.enumerated() {
            let stretch = stretchOfPart[index]
            let isLastOfStretch = index + 1 == parts.count || stretchOfPart[index + 1] != stretch
            if isLastOfStretch {
                addScene(sceneFirst...index, index + 1 == parts.count ? .end : .gap, nil)
                sceneFirst = index + 1
            }
            guard isCandidate(index, stretch), let score = scores[index] else { continue }
            let decision = setup.options.decision
            var isPeak = true
            if decision.awaitedScores == 1 {
                if isCandidate(index - 1, stretch), let other = scores[index - 1], other >= score {
                    isPeak = false
                }
                if isCandidate(index + 1, stretch), let other = scores[index + 1], other > score {
                    isPeak = false
                }
            }
            let stretchStart = stream.stretches[stretch].pictures[0].at.pts
            let sceneStart = max(accepted.last ?? .min, stretchStart)
            let isLong = Double(part.end.pts - sceneStart) / 1000 >= decision.minimumSceneLength
            let past = gaps.filter { $0.end.pts <= part.end.pts }.reduce(0) { $0 + $1.end.pts - $1.start.pts }
            let seconds = Double(part.end.pts - past - stream.stretches[0].pictures[0].at.pts) / 1000
            let threshold = threshold(decision, eligible, seconds)
            if isPeak && isLong { eligible.append((score, seconds)) }
            guard isPeak, isLong, score >= threshold else { continue }
            accepted.append(part.end.pts)
            boundaries.append(
                Boundary(
                    at: part.end, kind: part.isLastOfShot ? .cut : .intraShot, state: .final, revision: 0,
                    score: score,
                    threshold: threshold, transition: part.isLastOfShot ? parts[index + 1].entry : nil,
                    leftShot: part.shotIndex, rightShot: parts[index + 1].shotIndex,
                    rightParts: rightParts[index] ?? -1, isComplete: true, delay: 0))
            addScene(sceneFirst...index, .boundary, score)
            sceneFirst = index + 1
        }
    }

    /// Whether a boundary may lie at the end of part `index`, and another part of the same stretch follows.
    private func isCandidate(_ index: Int, _ stretch: Int) -> Bool {
        index >= 0 && index + 1 < parts.count && stretchOfPart[index] == stretch
            && stretchOfPart[index + 1] == stretch && scores[index] != nil
    }

    private func threshold(
        _ decision: DecisionOptions, _ eligible: [(score: Score, seconds: Double)], _ now: Double
    ) -> Score {
        guard let rate = decision.scenesPerHour else { return decision.threshold }
        let span = now - (eligible.count > 1024 ? eligible[eligible.count - 1025].seconds : 0)
        let falling = eligible.suffix(1024).map(\.score).sorted(by: >)
        let rank = max(1, Int(rate * span / 3600))
        let quantile = rank <= falling.count ? falling[rank - 1].value : 0
        let weight = max(0, 1 - now / 600)
        return Score(weight * decision.threshold.value + (1 - weight) * quantile)
    }

    private mutating func addScene(_ range: ClosedRange<Int>, _ reason: SceneEnd, _ score: Score?) {
        scenes.append(
            Scene(
                index: scenes.count, start: parts[range.lowerBound].start, end: parts[range.upperBound].end,
                endReason: reason, score: score, firstShot: parts[range.lowerBound].shotIndex,
                lastShot: parts[range.upperBound].shotIndex))
    }
}
