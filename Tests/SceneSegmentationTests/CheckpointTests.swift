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
            try other.restore(from: &reader, dimension: 3)
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
                try segmenter.restore(from: &reader, dimension: 3)
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
                try segmenter.restore(from: &reader, dimension: 3)
                _ = segmenter.finish(at: Instant(pts: 1 << 40))
            } catch { refused += 1 }
        }
        #expect(refused > 200)
        var other = fresh()
        #expect(throws: WireError.self) {
            var reader = WireReader(bytes[...])
            try other.restore(from: &reader, dimension: 4)
        }
    }
}
