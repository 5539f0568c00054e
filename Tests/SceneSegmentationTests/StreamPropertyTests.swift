import Platform
import SceneSegmentation
import Testing
import Timeline

/// What must hold for every stream, checked on random ones.
@Suite struct StreamPropertyTests {
    static let seeds = 0..<160

    @Test(arguments: seeds) func streamingEqualsBatch(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let (stream, setup) = draw(&generator)
        let comment = Comment(rawValue: "\(setup)")
        let run = Recording(stream, setup)
        let reference = Reference(stream, setup)
        #expect(run.parts.map(Facts.init) == reference.parts.map(Facts.init), comment)
        #expect(run.shots == reference.shots, comment)
        #expect(
            run.scores
                == reference.parts.compactMap { part in
                    reference.scores[part.index].map {
                        .score(
                            partIndex: part.index, isLastOfShot: part.isLastOfShot, at: part.end,
                            rightParts: reference.rightParts[part.index] ?? -1, $0)
                    }
                }, comment)
        #expect(run.boundaries.map(withoutDelay) == reference.boundaries, comment)
        #expect(run.scenes == reference.scenes, comment)
        checkDelay(stream, setup, run)
        checkTiling(stream, setup, run)
    }

    /// The bound that is stated holds for any deadline, also where parts close later than that.
    @Test(arguments: seeds) func statedBoundsAreKept(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed) + 20_000)
        var (stream, setup) = draw(&generator)
        if setup.rule != .whole { setup.options.intraShot = seed % 4 > 0 }
        let h = setup.lag + stream.greatestLead
        let deadline = h + Int64.random(in: 0...(2 * setup.tau), using: &generator)
        setup.options.deadline = Double(deadline) / 1000
        checkDelay(stream, setup, Recording(stream, setup))
    }

    @Test(arguments: seeds) func deadlinesAreKept(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed) + 10_000)
        var (stream, setup) = draw(&generator)
        let h = setup.lag + stream.greatestLead
        // Ends of shots are known h after them; parts inside a shot close later, at most by this.
        let closing: Int64 =
            switch setup.rule {
            case _ where !setup.options.intraShot: 0
            case .thirds: 9 * setup.tau / 4 + setup.m + 1
            case .ticks: (setup.tau + 3 * setup.m) / 2 + 1
            case .whole: 0
            }
        let deadline = h + closing + Int64.random(in: 0...(4 * setup.tau), using: &generator)
        setup.options.deadline = Double(deadline) / 1000
        let run = Recording(stream, setup)
        for entry in run.outputs {
            guard case .boundary(let boundary) = entry.output else { continue }
            #expect(entry.pictureBefore <= boundary.at.pts + deadline, "\(setup)")
        }
        checkTiling(stream, setup, run)
        // A complete score is the one without a deadline; at the deadline fewer parts stand to the right.
        let reference = Reference(stream, setup)
        for boundary in run.boundaries {
            let part = reference.parts.first { $0.end == boundary.at }
            if boundary.isComplete {
                #expect(part.flatMap { reference.scores[$0.index] } == boundary.score, "\(setup)")
            } else {
                #expect(boundary.rightParts < setup.neighborCount)
            }
            let next = reference.parts.first { $0.start == boundary.at }
            #expect(boundary.transition == (boundary.kind == .cut ? next?.entry : nil), "\(setup)")
            #expect(boundary.rightShot == next?.shotIndex, "\(setup)")
            #expect(boundary.leftShot == part?.shotIndex, "\(setup)")
        }
        #expect(run.scores.count == reference.scores.count)
        #expect(run.scores.map(partIndex) == run.scores.map(partIndex).sorted())
        // Where the deadline is far enough, nothing changes.
        setup.options.deadline = 1e6
        #expect(Recording(stream, setup).boundaries.map(withoutDelay) == reference.boundaries, "\(setup)")
    }

    // MARK: - Checks

    private func draw(_ generator: inout SeededGenerator) -> (SyntheticStream, Setup) {
        let setup = Setup.random(&generator)
        let seconds = min(150, 30 * setup.tau / 1000)
        let stream = SyntheticStream.random(&generator, seconds: seconds, tau: setup.tau, m: setup.m)
        return (stream, setup)
    }

    /// Contract 9, to within one picture, and one more where a deadline asks for what lies between two; gaps
    /// come on top.
    private func checkDelay(_ stream: SyntheticStream, _ setup: Setup, _ run: Recording) {
        guard
            let bound = setup.rule.delayBound(
                neighborCount: setup.neighborCount, awaitedScores: setup.options.decision.awaitedScores,
                splitAfter: Double(setup.tau) / 1000, lag: Double(setup.lag + stream.greatestLead) / 1000,
                minimumShotLength: Double(setup.m) / 1000, deadline: setup.options.deadline,
                intraShot: setup.options.intraShot)
        else { return }
        let slack = setup.options.deadline == nil ? 0 : stream.greatestSpacing
        let ticks = Int64((bound * 1000).rounded(.up)) + slack
        for entry in run.outputs {
            guard case .boundary(let boundary) = entry.output else { continue }
            let gaps = stream.gaps.filter { $0.start >= boundary.at && $0.end.pts <= entry.now }
            let lost = gaps.reduce(0) { $0 + $1.end.pts - $1.start.pts }
            #expect(entry.pictureBefore <= boundary.at.pts + ticks + lost, "\(setup)")
            #expect(boundary.delay == entry.now - boundary.at.pts)
        }
    }

    private func checkTiling(_ stream: SyntheticStream, _ setup: Setup, _ run: Recording) {
        let gapEnds = Dictionary(uniqueKeysWithValues: stream.gaps.map { ($0.start, $0.end) })
        let start = stream.stretches[0].pictures[0].at
        let end = stream.stretches[stream.stretches.count - 1].end
        func tiles(_ pieces: [(start: Instant, end: Instant)]) -> Bool {
            var edge = start
            for piece in pieces {
                if piece.start != edge, let behind = gapEnds[edge] { edge = behind }
                if piece.start != edge || piece.end <= edge { return false }
                edge = piece.end
            }
            return edge == end
        }
        #expect(tiles(run.shots.map { ($0.start, $0.end) }), "\(setup)")
        #expect(tiles(run.parts.map { ($0.start, $0.end) }), "\(setup)")
        #expect(tiles(run.scenes.map { ($0.start, $0.end) }), "\(setup)")
        #expect(run.shots.flatMap(\.parts).map(\.index) == Array(run.parts.indices))

        for shot in run.shots {
            #expect(tilesShot(shot))
            if setup.rule != .whole {
                let slack = setup.rule == .thirds ? 2 * stream.greatestSpacing : 0
                let lengths = shot.parts.map { $0.end.pts - $0.start.pts }
                #expect(lengths.allSatisfy { $0 <= setup.tau + slack }, "\(setup) \(lengths)")
                if lengths.count > 1 { #expect(lengths.allSatisfy { $0 >= setup.m }, "\(setup) \(lengths)") }
            } else {
                #expect(shot.parts.count == 1)
            }
        }

        var mark = Int64.min
        for entry in run.outputs {
            switch entry.output {
            case .watermark(let instant):
                #expect(instant.pts >= mark && instant.pts <= entry.horizon)
                mark = instant.pts
            case .boundary(let boundary): #expect(boundary.at.pts >= mark, "\(setup)")
            case .scene, .score, .reasons: break
            }
        }
        #expect(mark == end.pts)
    }

    private func tilesShot(_ shot: Shot) -> Bool {
        var edge = shot.start
        for part in shot.parts {
            if part.start != edge { return false }
            edge = part.end
        }
        return edge == shot.end
    }
}

/// What is comparable of a part.
struct Facts: Equatable {
    var index, shot: Int
    var start, end: Instant
    var duration: Double
    var entry: Transition?
    var isLast: Bool
    var keyFrames: [Instant]
    /// On two significant digits less than a `Float` has.
    var motion: Float

    init(_ part: Part) {
        index = part.index
        shot = part.shotIndex
        start = part.start
        end = part.end
        duration = part.duration
        entry = part.entry
        isLast = part.isLastOfShot
        keyFrames = part.keyFrames.map(\.at)
        motion = (part.motion * 100).rounded() / 100
    }
}

func withoutDelay(_ boundary: Boundary) -> Boundary {
    var boundary = boundary
    boundary.delay = 0
    return boundary
}

func partIndex(_ output: SegmenterOutput) -> Int {
    if case .score(let index, _, _, _, _) = output { index } else { -1 }
}
