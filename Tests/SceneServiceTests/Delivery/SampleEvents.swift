import SceneService
import SceneEvents
import Timeline

/// Events of a made-up feed: scenes of ten seconds.
enum SampleEvents {
    static let clock = MediaClock(timeBase: TimeBase(numerator: 1, denominator: 1000), startPTS: 0)

    static func start(feed: String = "f", run: String) -> Event {
        .streamStart(
            StreamStart(
                version: "0", input: "test", feed: feed, run: run, timeline: 0,
                media: MediaSummary(container: "mpegts", codec: "h264", width: 16, height: 16, clock: clock),
                options: [],
                model: ModelSummary(scorer: "coherence", encoder: "descriptor", neighborCount: 8),
                delayBound: nil, detectorLag: 0, decoderDelay: 0, build: [], wall: "2026-01-01T00:00:00.000Z")
        )
    }

    static func instant(_ seconds: Int) -> Instant { Instant(pts: Int64(seconds) * 1000) }

    static func watermark(_ seconds: Int) -> Event { .watermark(instant(seconds)) }

    /// The scene that begins at ten times `index` seconds.
    static func scene(_ index: Int) -> Event {
        .scene(
            Scene(
                index: index, start: instant(index * 10), end: instant(index * 10 + 10), endReason: .boundary,
                score: Score(0.75), firstShot: index, lastShot: index))
    }

    static func boundary(_ index: Int) -> Event {
        .boundary(
            Boundary(
                at: instant(index * 10), kind: .cut, state: .final, revision: 0, score: Score(0.75),
                threshold: Score(0.5), transition: nil, leftShot: index - 1, rightShot: index, rightParts: 8,
                isComplete: true, delay: 4000))
    }
}
