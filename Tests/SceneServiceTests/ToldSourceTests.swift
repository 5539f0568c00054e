import FeedRuntime
import Testing
import Timeline

/// What a playlist shows again is left out; what only looks like it is not.
@Suite struct ToldSourceTests {
    static let base = TimeBase(numerator: 1, denominator: 90_000)

    static func media(_ container: String, start: Int64, base: TimeBase = base) -> MediaSummary {
        MediaSummary(
            container: container, codec: "h264", width: 640, height: 360,
            clock: MediaClock(timeBase: base, startPTS: start))
    }

    @Test(
        arguments: [
            // Seconds told up to, first picture of the next connection, and up to where that was told.
            (27.8, 22.0, 27.8), (27.8, 27.8, nil), (27.8, 30.0, nil), (40.0, 8.0, nil),
            // The clock of 33 bits began anew in between, before it and behind it.
            (95_444.0, 95_440.0, 95_444.0), (0.7, 95_440.0, 95_440.0 + 4.417689),
        ] as [(Double, Double, Double?)])
    func overlaps(end: Double, start: Double, told: Double?) {
        func ticks(_ seconds: Double) -> Int64 { Int64((seconds * 90_000).rounded()) }
        let source = ToldSource(container: "hls", base: Self.base, end: ticks(end))
        let found = source.end(in: Self.media("hls", start: ticks(start)))
        #expect((found == nil) == (told == nil))
        if let found, let told { #expect(abs(found - ticks(told)) <= 1) }
    }

    @Test func onlyPlaylistsOfTheSameClockTellTwice() {
        let source = ToldSource(container: "hls", base: Self.base, end: 900_000)
        #expect(source.end(in: Self.media("hls", start: 810_000)) == 900_000)
        #expect(source.end(in: Self.media("mpegts", start: 810_000)) == nil)
        let other = TimeBase(numerator: 1, denominator: 1000)
        #expect(source.end(in: Self.media("hls", start: 810_000, base: other)) == nil)
        let plain = ToldSource(container: "mpegts", base: Self.base, end: 900_000)
        #expect(plain.end(in: Self.media("mpegts", start: 810_000)) == nil)
    }
}
