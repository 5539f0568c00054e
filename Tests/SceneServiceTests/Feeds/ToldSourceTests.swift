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

    /// A server that sends its last group of pictures again, and clocks that begin anew: seconds.
    @Test(
        arguments: [
            ("flv", 60, 60, 2, 55, 60), ("mpegts", 60, 60, 2, 55, 60), ("flv", 600, 20, 1, 592, 600),
            // Anew with the connection, with an encoder that was there before the first, after one that was
            // followed for too short a time.
            ("flv", 20, 20, 2, 0, nil), ("flv", 29, 25, 3, 15, nil), ("mpegts", 600, 8, 1, 595, nil),
            // The last group is older than what was told, or than the outage; nobody keeps so much.
            ("flv", 60, 60, 2, 60, nil), ("flv", 60, 60, 2, 61, nil), ("flv", 600, 600, 28, 595, nil),
            ("flv", 600, 600, 2, 569, nil), ("rtsp", 60, 60, 2, 55, nil),
        ] as [(String, Double, Double, Double, Double, Double?)])
    func groups(
        container: String, end: Double, followed: Double, age: Double, start: Double, told: Double?
    ) {
        let base = TimeBase(numerator: 1, denominator: 1000)
        let source = ToldSource(
            container: container, base: base, end: base.ticks(seconds: end), followed: followed, age: age)
        let found = source.end(in: Self.media(container, start: base.ticks(seconds: start), base: base))
        #expect(found == told.map { base.ticks(seconds: $0) })
    }

    /// From a worker's specification or a checkpoint: every number is one that can be counted on with.
    @Test(arguments: [Int64.min, -1, 0, 1, 1 << 31, 1 << 60, (1 << 60) + 1, .max])
    func numbersAreBounded(number: Int64) throws {
        for place in 0..<5 {
            var numbers: [Int64] = [1, 1000, 55_000]
            var seconds = [60.0, 2]
            if place < 3 { numbers[place] = number } else { seconds[place - 3] = Double(number) }
            for seconds in [seconds, [seconds[0], .nan], [.infinity, seconds[1]]] {
                var writer = WireWriter()
                writer.put("mpegts")
                for number in numbers { writer.put(number) }
                for second in seconds { writer.put(second) }
                var reader = WireReader(writer.bytes[...])
                guard let told = try? reader.toldSource() else { continue }
                #expect((1 << 31) > told.base.numerator && told.base.numerator > 0)
                #expect(told.end.magnitude <= 1 << 60 && told.age >= 0 && told.followed <= 3.2e9)
                for start in [-1 << 60, 0, 1 << 60] as [Int64] {
                    _ = told.end(in: Self.media("mpegts", start: start, base: told.base))
                }
                var again = WireWriter()
                again.put(told)
                #expect(again.bytes == writer.bytes)
            }
        }
        let isInteger = 1..<(1 << 31) ~= number
        var writer = WireWriter()
        writer.put("hls")
        for number in [number, 1, 0] { writer.put(number) }
        for second in [0.0, 0] { writer.put(second) }
        var reader = WireReader(writer.bytes[...])
        #expect(((try? reader.toldSource()) != nil) == isInteger)
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
