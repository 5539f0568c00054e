import SceneEvents
import TestSupport
import Testing
import Timeline

/// What the writer wrote is read as it was; what is damaged, hostile or of a later version is told apart.
@Suite struct EventReaderTests {
    private static func bytes(_ line: String) -> ArraySlice<UInt8> { Array(line.utf8)[...] }

    private static func lines(_ events: [Event]) -> [String] {
        var writer = EventWriter()
        return events.map { writer.line($0) }
    }

    /// A reader behind the `stream_start` of `events`, and the lines after it.
    private static func started(_ events: [Event]) throws -> (reader: EventReader, lines: [String]) {
        let lines = lines(events)
        var reader = EventReader()
        _ = try reader.read(line: bytes(lines[0]))
        return (reader, Array(lines.dropFirst()))
    }

    @Test(arguments: EventSamples.timeBases)
    func whatIsWrittenIsRead(timeBase: TimeBase) throws {
        for seed in 0..<20 as Range<UInt64> {
            var samples = EventSamples(seed: seed, timeBase: timeBase)
            try check(samples.stream())
        }
    }

    /// Two runs in one file are not one: the second would lose its start. The same start delivered twice is
    /// one.
    @Test func aSecondRunIsRefused() throws {
        func bytes(_ run: String) throws -> [UInt8] {
            var samples = EventSamples(seed: 1, timeBase: TimeBase(numerator: 1, denominator: 25))
            let events = samples.stream().map { event in
                guard case .streamStart(var start) = event else { return event }
                start.run = run
                return .streamStart(start)
            }
            return Array(Self.lines(events).joined(separator: "\n").utf8) + [UInt8(ascii: "\n")]
        }
        let (one, other) = (try bytes("01J00000000000000000000000"), try bytes("01J00000000000000000000001"))
        #expect(try EventSequence(reading: one + one).events == EventSequence(reading: one).events)
        let fault = #expect(throws: EventSequence.Fault.self) { _ = try EventSequence(reading: one + other) }
        #expect(fault?.error == .secondRun)
    }

    /// Where only seconds are known, there are no pts.
    @Test func whatHasOnlySecondsIsRead() throws {
        for seed in 0..<20 as Range<UInt64> {
            var samples = EventSamples(
                seed: seed, timeBase: TimeBase(numerator: 1, denominator: 1), countsTicks: false)
            try check(samples.stream())
        }
    }

    private func check(_ events: [Event]) throws {
        var reader = EventReader()
        for (event, line) in zip(events, Self.lines(events)) {
            let read = try reader.read(line: Self.bytes(line))
            #expect(read == event, "\(line)")
            // With its keys in another order, and white space.
            let members = try #require(EventFieldsOrder.reversed(line))
            var other = reader
            if case .gap = event { continue }
            #expect(try other.read(line: Self.bytes(members)) == event, "\(members)")
        }
    }

    /// The number of a timecode becomes another one; what is written of it stays.
    @Test(
        arguments: [(24, false), (25, false), (30, true), (60, true), (60, false), (120, false)]
            as [(Int64, Bool)])
    func timecodesStayAsTheyAre(labels: Int64, drops: Bool) throws {
        let clock = MediaClock(
            timeBase: TimeBase(numerator: 1, denominator: labels), startPTS: 5,
            timecode: TimecodeFormat(labelsPerSecond: labels, isDropFrame: drops))
        var start = EventWriterTests.start
        start.media.clock = clock
        var events: [Event] = [.streamStart(start)]
        for frame in stride(from: Int64(0), to: 26 * 3600 * labels, by: 7919) {
            events.append(.watermark(Instant(pts: 5 + frame, frame: frame, timecode: frame)))
        }
        var (reader, writer) = (EventReader(), EventWriter())
        for line in Self.lines(events) {
            let event = try #require(try reader.read(line: Self.bytes(line)))
            #expect(writer.line(event) == line)
        }
    }

    /// Each field of each kind: gone, null, of another type, out of range, twice. Never a trap; an error that
    /// names a field, or, where the field may be so, an event.
    @Test func everyFieldMayBeBent() throws {
        var samples = EventSamples(seed: 7, timeBase: TimeBase(numerator: 1, denominator: 90_000))
        let events = samples.stream()
        let (reader, lines) = try Self.started(events)
        let values = [
            "null", "true", "\"\"", "\"a\"", "[]", "{}", "-1", "0.5", "1e400", "9223372036854775807",
            "-9223372036854775808", "9223372036854775808", "9007199254740992", "1e18", "[[1]]", "{\"t\":1}",
        ]
        var (refused, taken, seen) = (0, 0, Set<String>())
        for line in [Self.lines(events)[0]] + lines {
            let head = try #require(EventHead(Self.bytes(line).dropLast()))
            guard seen.insert(head.type).inserted else { continue }
            for place in EventFieldsOrder.values(line) {
                for value in values {
                    var fresh = reader
                    do {
                        let bent =
                            line.utf8.prefix(place.lowerBound) + Array(value.utf8)
                            + line.utf8.dropFirst(place.upperBound)
                        if try fresh.read(line: Array(bent)[...]) != nil { taken += 1 }
                    } catch {
                        refused += 1
                        #expect(!error.description.contains("\n") && error.description.count < 200)
                    }
                }
            }
        }
        #expect(seen.count == EventKind.allCases.count)
        #expect(refused > 2000 && taken > 200)
    }

    static let clock =
        #""id":"x/0/1","at":{"t":1.0,"pts":90000,"time_base":"1/90000","frame":null,"timecode":null}"#

    @Test(arguments: [
        ("", "not valid JSON"), ("{", "not valid JSON"), ("[]", "it has the wrong type"),
        ("{}", "v is missing"),
        (#"{"v":1}"#, "type is missing"), (#"{"v":2,"type":[]}"#, "version 2"),
        (#"{"v":1,"type":7}"#, "type has the wrong type"),
        (#"{"v":1,"type":"watermark"}"#, "at is missing"),
        (#"{"v":1,"type":"watermark","at":null}"#, "at is null"),
        (#"{"v":1,"v":1,"type":"watermark"}"#, "v is given twice"),
        (#"{"v":1,"type":"watermark","at":{"t":1,"t":2}}"#, "at.t is given twice"),
        (#"{"v":1,"type":"watermark","at":{"t":1e300}}"#, "at.t is out of range"),
        (
            #"{"v":1,"type":"watermark","at":{"t":1,"time_base":"1/25"}}"#,
            "at.time_base is not that of the stream"
        ),
        (#"{"v":1,"type":"watermark","at":{"t":1,"time_base":"1/90000"}}"#, "at.pts is null"),
        (
            #"{"v":1,"type":"watermark","at":{"t":1,"time_base":"1/90000","pts":9223372036854775807}}"#,
            "at.pts lies a century from start_pts"
        ),
        (#"{"v":1,"type":"feed_state","state":"a\ud800"}"#, "not valid JSON"),
    ])
    func damageIsNamed(line: String, message: String) throws {
        var (reader, _) = try Self.started([.streamStart(Self.started)])
        let error = #expect(throws: EventError.self) { try reader.read(line: Self.bytes(line)) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    static let started: StreamStart = {
        var start = EventWriterTests.start
        start.media.clock = MediaClock(timeBase: TimeBase(numerator: 1, denominator: 90_000), startPTS: 0)
        return start
    }()

    @Test func whatALaterVersionSaysIsPassedOver() throws {
        var (reader, _) = try Self.started([.streamStart(Self.started)])
        for line in [
            #"{"v":1,"type":"weather","start":7}"#,
            #"{"v":1,"type":"feed_state",\#(Self.clock),"state":"upside_down"}"#,
            #"{"v":1,"type":"degraded",\#(Self.clock),"left_out":["sound"]}"#,
        ] { #expect(try reader.read(line: Self.bytes(line)) == nil, "\(line)") }
        let line = #"{"v":1,"later":[{}],"type":"watermark",\#(Self.clock),"more":{"a":1}}"#
        #expect(try reader.read(line: Self.bytes(line)) == .watermark(Instant(pts: 90_000)))
    }

    @Test func anInstantNeedsAClock() {
        var reader = EventReader()
        #expect(throws: EventError.beforeStart) {
            try reader.read(line: Self.bytes(#"{"v":1,"type":"watermark",\#(Self.clock)}"#))
        }
    }

    @Test func longLinesAndTextsAreRefused() throws {
        var (reader, _) = try Self.started([.streamStart(Self.started)])
        #expect(throws: EventError.lineTooLong) {
            try reader.read(line: ArraySlice(repeating: 0x20, count: EventLimits.longestLine + 1))
        }
        let codec = String(repeating: "x", count: 2 << 20)
        let line = #"{"v":1,"type":"stream_change",\#(Self.clock),"codec":"\#(codec)","width":1,"height":1}"#
        let error = #expect(throws: EventError.self) { try reader.read(line: Self.bytes(line)) }
        #expect(error?.description.hasPrefix("codec is longer than") == true)
        // A million names are compared by hash.
        let names = (0..<1_000_000).map { "\"\($0)\":0" }.joined(separator: ",")
        #expect(try reader.read(line: Self.bytes("{\"v\":1,\"type\":\"later\",\(names)}")) == nil)
    }

    @Test func anyBytes() throws {
        var samples = EventSamples(seed: 3, timeBase: TimeBase(numerator: 1, denominator: 1000))
        let events = Array(samples.stream().prefix(14))
        let (reader, lines) = try Self.started(events)
        let words = ["\"pts\":", "null", "{", "-", "e308", "99999999999999999999", "\"v\":1,", "\\ud83d"]
        Fuzzing.run(10_000, seed: 61, samples: lines.map { Array($0.utf8.dropLast()) }, words: words) {
            bytes in
            var fresh = reader
            var writer = EventWriter()
            if let clock = reader.clock { writer.goOn(clock: clock, timeline: 0) }
            // What is read can be written: no number in it overflows.
            if let event = try? fresh.read(line: bytes[...]) { _ = writer.line(event) }
            _ = EventHead(bytes[...])?.identity(in: bytes[...])
        }
    }

    @Test func headsAndTermsAgreeWithWholeEvents() throws {
        var samples = EventSamples(seed: 11, timeBase: TimeBase(numerator: 1, denominator: 25))
        let events = samples.stream()
        for (number, line) in Self.lines(events).enumerated() {
            let bytes = Self.bytes(line).dropLast()
            let (head, fields) = (try #require(EventHead(bytes)), try EventFields(line: bytes))
            #expect(head.type == events[number].kind.rawValue && head.sequence == Int64(number + 1))
            #expect(try fields.get("id") as String == head.identity(in: bytes))
        }
        guard case .streamStart(let start) = events[0] else { return }
        var other = start
        (other.input, other.run, other.wall, other.feed, other.timeline) = ("", "", "", "", 0)
        other.model.file = "another"
        #expect(other.terms == start.terms)
        other.options[1].literal = "0.6"
        #expect(other.terms != start.terms)
    }
}
