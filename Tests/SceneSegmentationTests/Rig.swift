import Platform
import SceneSegmentation
import Timeline

/// Scores that depend on every entry of the window and on nothing else.
struct HashScorer: BoundaryScorer {
    let name = "hash"
    let neighborCount: Int
    let leftCount: Int

    mutating func score(_ window: ContextWindow) -> Float {
        precondition(window.leftCount == leftCount && window.neighborCount == neighborCount)
        var state: UInt64 = 0
        for part in window.parts {
            for value in part.embedding {
                var generator = SeededGenerator(seed: state ^ UInt64(value.bitPattern))
                state = generator.next()
            }
        }
        return Float(state >> 40) / Float(1 << 24)
    }
}

func encode(_ part: Part) -> EncodedPart {
    EncodedPart(
        part,
        embedding: [
            Float(part.start.pts % 65_521), Float((part.end.pts - part.start.pts) % 65_521), part.motion,
        ])
}

/// Everything that is chosen for one run.
struct Setup: CustomStringConvertible {
    var rule = SplitRule.ticks
    var tau: Int64 = 10_000
    var m: Int64 = 600
    var lag: Int64 = 500
    var sampling = EncoderInput.Sampling.keyFrames(3)
    var neighborCount = 2
    var leftCount = 2
    var options: SegmentationOptions

    var description: String {
        "\(rule) tau \(tau) m \(m) lag \(lag) \(sampling) K \(neighborCount) L \(leftCount) \(options)"
    }

    static func random(_ generator: inout SeededGenerator) -> Setup {
        let tau = Int64.random(in: 1000...12_000, using: &generator)
        let m = Int64.random(in: 1...(tau / 3), using: &generator)
        let decision = DecisionOptions(
            threshold: Score(Double.random(in: 0...0.9, using: &generator)),
            minimumSceneLength: Double([0, tau, 3 * tau].randomElement(using: &generator) ?? 0) / 1000,
            awaitedScores: Int.random(in: 0...1, using: &generator),
            scenesPerHour: Bool.random(using: &generator)
                ? Double.random(in: 10...2000, using: &generator) : nil)
        return Setup(
            rule: SplitRule.allCases.randomElement(using: &generator) ?? .ticks, tau: tau, m: m,
            lag: Int64.random(in: 0...3000, using: &generator),
            sampling: sampling(&generator),
            neighborCount: Int.random(in: 1...8, using: &generator),
            leftCount: Int.random(in: 1...12, using: &generator),
            options: SegmentationOptions(
                splitAfter: Double(tau) / 1000, intraShot: Int.random(in: 0..<3, using: &generator) == 0,
                decision: decision))
    }

    private static func sampling(_ generator: inout SeededGenerator) -> EncoderInput.Sampling {
        Bool.random(using: &generator)
            ? .keyFrames(Int.random(in: 1...5, using: &generator))
            : .clip(
                frames: Int.random(in: 1...40, using: &generator),
                stride: Int.random(in: 1...9, using: &generator))
    }
}

extension HashScorer {
    init(_ setup: Setup) {
        self.init(neighborCount: setup.neighborCount, leftCount: setup.leftCount)
    }
}

/// What a run gave, with the picture at which it gave it.
struct Recording {
    var parts: [Part] = []
    var shots: [Shot] = []
    var outputs: [(output: SegmenterOutput, now: Int64, pictureBefore: Int64, horizon: Int64)] = []
    var mostHeldPictures = 0
    var mostHeldInstants = 0
    var mostHeldEntries = 0

    var scores: [SegmenterOutput] {
        outputs.map(\.output).filter { if case .score = $0 { true } else { false } }
    }
    var boundaries: [Boundary] {
        outputs.compactMap { if case .boundary(let boundary) = $0.output { boundary } else { nil } }
    }
    var scenes: [Scene] {
        outputs.compactMap { if case .scene(let scene) = $0.output { scene } else { nil } }
    }

    /// Runs a stream through detector, assembler and segmenter as the pipeline does.
    init(_ stream: SyntheticStream, _ setup: Setup) {
        // Only what it is given can throw.
        do { try self.init(stream, setup) { _ in } } catch { preconditionFailure("\(error)") }
    }

    /// `between` is called with the segmenter behind each picture; what it throws ends the run.
    init(
        _ stream: SyntheticStream, _ setup: Setup, between: (inout SceneSegmenter) throws -> Void
    ) throws {
        let seconds = { (ticks: Int64) in Double(ticks) / 1000 }
        var assembler = PartAssembler(
            timeBase: SyntheticStream.timeBase, rule: setup.rule, splitAfter: seconds(setup.tau),
            minimumShotLength: seconds(setup.m), sampling: setup.sampling)
        var segmenter = SceneSegmenter(
            scorer: HashScorer(setup), timeBase: SyntheticStream.timeBase,
            options: setup.options)
        let gaps = stream.gaps
        var before = stream.stretches[0].pictures[0].at.pts
        for (number, stretch) in stream.stretches.enumerated() {
            var detector = LateDetector(cuts: stretch.cuts, lag: setup.lag)
            for picture in stretch.pictures {
                let found = detector.push(picture.at.pts)
                var given = feed(
                    assembler.push(picture, cuts: found.cuts, horizon: found.horizon), &segmenter,
                    at: picture.at)
                given += segmenter.advance(to: picture.at, horizon: found.horizon) {
                    assembler.openPart().map(encode)
                }
                for output in given { outputs.append((output, picture.at.pts, before, found.horizon)) }
                try between(&segmenter)
                before = picture.at.pts
                mostHeldPictures = max(mostHeldPictures, assembler.heldPictures)
                mostHeldInstants = max(mostHeldInstants, assembler.heldInstants)
                mostHeldEntries = max(mostHeldEntries, segmenter.heldEntries)
            }
            let found = detector.finish(at: stretch.end.pts)
            var given = feed(
                assembler.finish(at: stretch.end, cuts: found.cuts, horizon: found.horizon), &segmenter,
                at: stretch.end)
            given += number < gaps.count ? segmenter.gap(gaps[number]) : segmenter.finish(at: stretch.end)
            for output in given { outputs.append((output, stretch.end.pts, before, stretch.end.pts)) }
        }
    }

    private mutating func feed(
        _ found: [PartAssembler.Output], _ segmenter: inout SceneSegmenter, at now: Instant
    ) -> [SegmenterOutput] {
        var given: [SegmenterOutput] = []
        for output in found {
            switch output {
            case .part(let part):
                parts.append(part)
                given += segmenter.push(encode(part), at: now)
            case .shot(let shot): shots.append(shot)
            }
        }
        return given
    }
}
