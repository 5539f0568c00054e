import Platform
import SceneSegmentation
import Testing
import Timeline

/// A segmenter that goes on from what another one wrote gives the same answers.
@Suite struct CheckpointTests {
    /// At every part, and in between: the rest of the stream is answered as if nothing had happened.
    @Test(arguments: 0..<60) func theRestIsTheSame(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed) + 30_000)
        var setup = Setup.random(&generator)
        let stream = SyntheticStream.random(
            &generator, seconds: min(120, 25 * setup.tau / 1000), tau: setup.tau, m: setup.m)
        if seed % 3 == 0 { setup.options.deadline = Double(setup.lag + 3 * setup.tau) / 1000 }
        setup.options.isProvisional = seed % 2 == 0
        let whole = Recording(stream, setup)
        var pictures = 0
        let interrupted = try Recording(stream, setup) { segmenter in
            pictures += 1
            guard pictures % 7 == seed % 7 else { return }
            var writer = WireWriter()
            segmenter.put(to: &writer)
            var reader = WireReader(writer.bytes[...])
            var other = SceneSegmenter(
                scorer: HashScorer(setup), timeBase: SyntheticStream.timeBase,
                options: setup.options)
            try other.restore(from: &reader, dimensions: [3])
            try reader.end()
            segmenter = other
        }
        // Watermarks stand at pictures between horizon and now, which are not kept.
        func answers(_ recording: Recording) -> [SegmenterOutput] {
            recording.outputs.map(\.output).filter { if case .watermark = $0 { false } else { true } }
        }
        #expect(answers(interrupted) == answers(whole), "\(setup)")
    }

    /// Bytes that are cut, longer or changed are refused, or give a segmenter that takes what comes: never a
    /// trap.
    @Test func whatCannotBeRightIsRefused() throws {
        var generator = SeededGenerator(seed: 11)
        var setup = Setup.random(&generator)
        setup.options.decision.scenesPerHour = 100
        let stream = SyntheticStream.random(&generator, seconds: 60, tau: setup.tau, m: setup.m)
        var bytes: [UInt8] = []
        _ = try Recording(stream, setup) { segmenter in
            var writer = WireWriter()
            segmenter.put(to: &writer)
            if writer.bytes.count > bytes.count { bytes = writer.bytes }
        }
        func fresh() -> SceneSegmenter {
            SceneSegmenter(
                scorer: HashScorer(setup), timeBase: SyntheticStream.timeBase,
                options: setup.options)
        }
        for count in 0..<bytes.count {
            var segmenter = fresh()
            #expect(throws: WireError.self) {
                var reader = WireReader(bytes.prefix(count))
                try segmenter.restore(from: &reader, dimensions: [3])
                try reader.end()
            }
        }
        var refused = 0
        for _ in 0..<2000 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                changed[Int.random(in: changed.indices, using: &generator)] = UInt8.random(
                    in: 0...255, using: &generator)
            }
            var segmenter = fresh()
            var reader = WireReader(changed[...])
            do {
                try segmenter.restore(from: &reader, dimensions: [3])
                _ = segmenter.finish(at: Instant(pts: 1 << 40))
            } catch { refused += 1 }
        }
        #expect(refused > 200)
        var other = fresh()
        #expect(throws: WireError.self) {
            var reader = WireReader(bytes[...])
            try other.restore(from: &reader, dimensions: [4])
        }
    }

    /// Scores by the embeddings beside the encoder's.
    private struct FurtherScorer: BoundaryScorer {
        let name = "further"
        let neighborCount = 2

        func score(_ window: ContextWindow) -> Float {
            let sum = window.parts.reduce(Float(0)) { $0 + $1.furtherEmbeddings.joined().reduce(0, +) }
            return sum.truncatingRemainder(dividingBy: 1)
        }
    }

    /// Embeddings beside the encoder's are kept; a segmenter that wants others, or none, refuses them.
    @Test func furtherEmbeddingsAreKept() throws {
        func fresh() -> SceneSegmenter {
            SceneSegmenter(
                scorer: FurtherScorer(), timeBase: SyntheticStream.timeBase,
                options: SegmentationOptions(
                    splitAfter: 10, decision: DecisionOptions(threshold: Score(0.5))))
        }
        let parts = (0..<9).map { index in
            let start = Instant(pts: Int64(index) * 2000)
            var part = EncodedPart(
                index: index, shotIndex: index, start: start, end: Instant(pts: start.pts + 2000),
                duration: 2, entry: nil, isLastOfShot: true, embedding: [1, 2, 3])
            part.furtherEmbeddings = [[0.1 * Float(index), 0.25], [0.01 * Float(index * index)]]
            return part
        }
        var whole = fresh()
        let expected = parts.map { whole.push($0, at: $0.end) } + [whole.finish(at: parts[8].end)]
        for count in parts.indices {
            var first = fresh()
            for part in parts[..<count] { _ = first.push(part, at: part.end) }
            var writer = WireWriter()
            first.put(to: &writer)
            var other = fresh()
            var reader = WireReader(writer.bytes[...])
            try other.restore(from: &reader, dimensions: [3, 2, 1])
            try reader.end()
            let rest = parts[count...].map { other.push($0, at: $0.end) } + [other.finish(at: parts[8].end)]
            #expect(rest == Array(expected[count...]))
            for dimensions in [[3], [3, 2], [3, 1, 2], [3, 2, 1, 1]] where count > 0 {
                #expect(throws: WireError.self) {
                    var none = fresh()
                    var reader = WireReader(writer.bytes[...])
                    try none.restore(from: &reader, dimensions: dimensions)
                }
            }
        }
    }
}
