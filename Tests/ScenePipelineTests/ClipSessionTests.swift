import SceneEvents
import MediaInput
import ScenePipeline
import SceneSegmentation
import ShotDetection
import TestSupport
import Testing
import Timeline

/// An encoder that asks for clips gets them, from the bytes of a film to its embedding.
@Suite struct ClipSessionTests {
    static let view = PictureGeometry(shortSide: 48, cropSide: 32)

    /// Tells what it saw: the number of each picture in the film, and a sum over its pixels.
    private struct ClipEncoder: ShotEncoder {
        let name = "clip"
        let frames = 8
        let stride = 3
        var dimension: Int { 2 * frames }
        var input: EncoderInput { EncoderInput(.clip(frames: frames, stride: stride), view: view) }

        mutating func encode(_ part: Part) -> [Float] { part.keyFrames.flatMap(Self.facts) }

        static func facts(_ picture: Picture) -> [Float] {
            let crop = picture.views[.crop(view)]?.bytes ?? []
            return [Float(picture.at.frame ?? -1), Float(crop.reduce(0) { ($0 * 31 + Int($1)) % 65_521 })]
        }
    }

    private struct Parts: PartSink {
        var counts = StreamCounts()
        var parts: [EncodedPart] = []

        mutating func push(_ part: EncodedPart, at now: Instant, into events: inout [Event]) {
            parts.append(part)
        }
        mutating func push(_ shot: Shot, into events: inout [Event]) {}
        mutating func advance(
            to now: Instant, horizon: Int64, openPart: () -> EncodedPart?, into events: inout [Event]
        ) {}
        mutating func push(_ gap: Gap, into events: inout [Event]) {}
        mutating func finish(at end: Instant, into events: inout [Event]) {}
    }

    @Test(arguments: SplitRule.allCases) func clipsOfAFilm(rule: SplitRule) throws {
        let encoder = ClipEncoder()
        var mediaOptions = MediaOptions()
        mediaOptions.threads = 2
        mediaOptions.views = encoder.input.views
        let reader = try MediaReader(
            .url(Fixtures.path("cuts.mkv")), options: mediaOptions, stop: StopFlag())
        let timeBase = reader.summary.clock.timeBase
        var options = SegmentOptions()
        options.split = rule
        options.splitAfter = 1
        var session = SegmentSession(
            detector: VideoShotDetector(timeBase: timeBase), encoder: encoder, sink: Parts(),
            options: options,
            timeBase: timeBase)
        var pictures: [Picture] = []
        while case .picture(let picture)? = reader.next() {
            pictures.append(picture)
            _ = session.push(picture)
        }
        _ = session.finish()
        let parts = session.sink.parts
        #expect(parts.count > (rule == .whole ? 2 : 6))
        for part in parts {
            // Hard cuts, no damage: all pictures of the part count.
            let inside = pictures.filter { part.start <= $0.at && $0.at < part.end }
            let middle = (inside[0].at.pts + inside[inside.count - 1].at.pts) / 2
            let centers = part.embedding.indices.filter { $0 % 2 == 0 }.map { Int(part.embedding[$0]) }
            let center = try #require(inside.firstIndex { $0.at.frame == Int64(centers[4]) })
            // With `whole` the middle is met to within a cell of 0.25 s.
            let slack = rule == .whole ? timeBase.ticks(seconds: 0.25) : timeBase.ticks(seconds: 0.04)
            #expect(abs(inside[center].at.pts - middle) <= slack)
            let expected = (-4..<4).flatMap { step in
                ClipEncoder.facts(inside[min(max(center + 3 * step, 0), inside.count - 1)])
            }
            #expect(part.embedding == expected)
        }
        // Thirds are shorter than a clip.
        #expect(rule == .thirds || parts.contains { Set($0.embedding).count == 16 })
    }
}
