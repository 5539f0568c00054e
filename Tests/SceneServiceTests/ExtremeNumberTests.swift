import EventDelivery
import FeedRuntime
import EventJournal
import Platform
import Foundation
import MediaInput
import SceneEvents
import ScenePipeline
import TestSupport
import Testing
import Timeline

/// Numbers that no event, record, checkpoint or cursor can hold: whatever stands in a file of the state
/// directory, a feed goes on or begins anew. A trap ends the whole test run.
@Suite struct ExtremeNumberTests {
    private static let numbers = [
        "-9223372036854775808", "9223372036854775807", "9223372036854775806", "-9223372036854775807",
        "4611686018427387904", "1152921504606846976", "1152921504606846977", "9007199254740991",
        "9007199254740992", "-1", "0", "1", "4294967296", "1e18", "1e300", "-1e300", "0.5",
        "18446744073709551616", "null",
    ]

    /// Places of the numbers in a line of JSON, those within strings such as time bases and ids too.
    private static func places(_ line: [UInt8]) -> [Range<Int>] {
        var places: [Range<Int>] = []
        var index = 0
        while index < line.count {
            let isDigit = (0x30...0x39).contains(line[index])
            guard isDigit else {
                index += 1
                continue
            }
            var start = index
            if start > 0, line[start - 1] == UInt8(ascii: "-") { start -= 1 }
            var end = index
            while end < line.count, (0x30...0x39).contains(line[end]) || line[end] == UInt8(ascii: ".") {
                end += 1
            }
            places.append(start..<end)
            index = end
        }
        return places
    }

    private struct Run {
        var lines: [String]
        var checkpoint: [UInt8]
        var messages: [WorkerMessage]
        var options: SegmentOptions
    }

    /// A feed that was killed in the middle of a clip, with everything open that can be: provisional answers,
    /// a gap, a shot.
    private static func run() throws -> Run {
        var options = FeedRig.options()
        options.provisional = true
        options.scenesPerHour = 60
        let messages = try FeedRig.messages("cuts.ts", options)
        let clock = try #require(FeedRig.clock(of: messages))
        var session = FeedRig.session(options)
        var events = [FeedRestartTests.start(clock)]
        var now = 0.0
        for part in [messages.prefix(messages.count / 2), messages.prefix(messages.count * 2 / 3)] {
            if now > 0 { events += session.pause(reason: .disconnect) }
            for message in part {
                now += 0.04
                events += try session.take(message, now: now)
            }
        }
        events.append(FeedRestartTests.heartbeat(at: session.position, now: now))
        var writer = EventWriter()
        return Run(
            lines: events.map { writer.line($0) }, checkpoint: try #require(session.checkpoint),
            messages: messages, options: options)
    }

    /// Goes on as a feed does: from the checkpoint if it can be used, else from the record; takes what a
    /// worker tells, pauses, ends, and writes the events.
    private static func goOn(_ record: RunRecord, _ checkpoint: [UInt8]?, _ run: Run, messages: Int) {
        let wall: Int64 = 200_000
        guard record.goesOn(terms: record.start?.terms ?? "", writesScores: true, isReplayable: false),
            let clock = record.clock
        else { return }
        var session = FeedRig.session(run.options)
        var events: [Event] = []
        var restored = session
        if let checkpoint,
            let resumed = try? restored.resume(checkpoint, record, now: 500, unixMilliseconds: wall)
        {
            (session, events) = (restored, resumed)
        } else {
            events = session.resume(record, now: 500, unixMilliseconds: wall)
        }
        for message in run.messages.prefix(messages) {
            guard let more = try? session.take(message, now: 500) else { break }
            events += more
        }
        events += session.pause(reason: .stall)
        events += session.wait(until: 900)
        events += session.finish(reason: .interrupted, now: 901, wall: "now")
        var writer = EventWriter(nextSequence: record.sequence + 1)
        writer.goOn(clock: clock, timeline: record.timeline)
        for event in events { _ = writer.line(event) }
        _ = FeedRun.following(
            record, name: "old", terms: record.start?.terms ?? "", writesScores: true, file: nil
        ) { "new" }
    }

    /// Every number of every kind of line, replaced by each of the extremes.
    @Test func journalLines() throws {
        let run = try Self.run()
        var prefix = RunRecord()
        var (seen, tried, sound) = (Set<String>(), 0, 0)
        for line in run.lines {
            let bytes = Array(line.utf8.dropLast())
            let whole = try #require(JournalLine(bytes[...]))
            let kind = whole.type + (line.contains("provisional") ? "/provisional" : "")
            if seen.insert(kind).inserted {
                for place in Self.places(bytes) {
                    for number in Self.numbers {
                        var changed = bytes
                        changed.replaceSubrange(place, with: Array(number.utf8))
                        guard let line = JournalLine(changed[...]) else { continue }
                        var record = prefix
                        record.take(line)
                        #expect(record.isPartial || RunRecord(file: record.file) == record)
                        sound += record.isPartial ? 0 : 1
                        Self.goOn(record, nil, run, messages: 10)
                        tried += 1
                        guard tried % 5 == 0 else { continue }
                        // The rest of the run behind it, and a restart there.
                        var later = record
                        for line in run.lines.dropFirst(Int(whole.sequence)) {
                            if let line = JournalLine(Array(line.utf8.dropLast())[...]) { later.take(line) }
                        }
                        Self.goOn(later, run.checkpoint, run, messages: 0)
                    }
                }
            }
            prefix.take(whole)
        }
        #expect(!prefix.isPartial)
        #expect(seen.isSuperset(of: ["stream_start", "shot", "boundary", "scene", "gap", "heartbeat"]))
        #expect(tried > 1000 && sound > 100 && sound < tried)
    }

    /// The line that once made a start trap.
    @Test func aBoundaryAtTheEndOfTimeBeginsAnotherRun() throws {
        let run = try Self.run()
        var record = RunRecord()
        record.take(try #require(JournalLine(Array(run.lines[0].utf8.dropLast())[...])))
        let line =
            "{\"v\":1,\"type\":\"boundary\",\"seq\":2,\"id\":\"boundary/0/1\","
            + "\"at\":{\"pts\":-9223372036854775808},\"state\":\"provisional\",\"rev\":0}"
        record.take(try #require(JournalLine(Array(line.utf8)[...])))
        #expect(!record.goesOn(terms: record.start?.terms ?? "", writesScores: true, isReplayable: false))
    }

    /// It is an event, and cannot be one: named, and left where it is.
    @Test func anImplausibleLineIsFound() throws {
        let files = FaultyFiles()
        var journal = try JournalRig.open(files)
        let line =
            "{\"v\":1,\"type\":\"boundary\",\"seq\":2,\"id\":\"boundary/0/1\","
            + "\"at\":{\"pts\":-9223372036854775808}}\n"
        journal.enqueue(JournalRig.line(1))
        journal.enqueue(Array(line.utf8))
        try journal.flush(now: 0)
        var inspection = try JournalInspection(directory: "/s", files: files)
        #expect(inspection.findings.map(\.kind) == [.implausibleLine(number: 2)])
        try inspection.repair(nil)
        #expect(inspection.repairs.isEmpty)
    }

    /// Every number of the record beside the segments.
    @Test func records() throws {
        let run = try Self.run()
        var record = RunRecord()
        for line in run.lines {
            record.take(try #require(JournalLine(Array(line.utf8.dropLast())[...])))
        }
        #expect(!record.openAnswers.isEmpty)
        let bytes = record.file
        let next = try #require(JournalLine(JournalRig.line(record.sequence + 1).dropLast()))
        var (taken, refused) = (0, 0)
        for place in Self.places(bytes) {
            for number in Self.numbers {
                var changed = bytes
                changed.replaceSubrange(place, with: Array(number.utf8))
                guard var read = RunRecord(file: changed) else {
                    refused += 1
                    continue
                }
                taken += 1
                Self.goOn(read, run.checkpoint, run, messages: 10)
                Self.goOn(read, nil, run, messages: 0)
                read.take(next)
            }
        }
        #expect(taken > 50 && refused > 200)
    }

    /// Every eight bytes of a checkpoint that may be a number, behind a digest that is right.
    @Test func checkpoints() throws {
        let run = try Self.run()
        var record = RunRecord()
        for line in run.lines {
            record.take(try #require(JournalLine(Array(line.utf8.dropLast())[...])))
        }
        var session = FeedRig.session(run.options)
        _ = try session.resume(run.checkpoint, record, now: 500, unixMilliseconds: 200_000)
        let values: [UInt64] = [
            0, 1, 1 << 63, (1 << 63) - 1, .max, 1 << 60, (1 << 60) + 1, UInt64(bitPattern: -(1 << 60)),
            1 << 52,
            UInt64(bitPattern: -1 << 40), 0x7ff0_0000_0000_0000, 0x7ff8_0000_0000_0000, 1 << 32,
        ]
        // Pictures of the open part are long and hold no numbers.
        let count = run.checkpoint.count
        let offsets = Array(0..<min(count - 8, 1500)) + Array(max(1500, count - 3000)..<max(1500, count - 8))
        var taken = 0
        for (place, offset) in offsets.enumerated() {
            for (number, value) in values.enumerated()
            where Fuzzing.rounds(0) > 0 || (place + number) % 8 == 0 {
                var changed = run.checkpoint
                for byte in 0..<8 { changed[offset + byte] = UInt8(truncatingIfNeeded: value >> (8 * byte)) }
                var restored = FeedRig.session(run.options)
                let isTaken =
                    (try? restored.resume(changed, record, now: 500, unixMilliseconds: 200_000)) != nil
                taken += isTaken ? 1 : 0
                if isTaken { Self.goOn(record, changed, run, messages: place % 8 == 0 ? 60 : 2) }
            }
        }
        #expect(taken > 100 && taken < offsets.count * values.count / 8)
    }

    /// As text, in a sink's file, after `--after`, in the name of a segment: no number that cannot be counted
    /// on from.
    @Test(arguments: numbers) func cursors(number: String) throws {
        let files = FaultyFiles()
        var journal = try JournalRig.open(files)
        try JournalRig.write(1...3, to: &journal)
        let text = "\(JournalRig.run(1)):\(number)"
        let cursor = JournalCursor(text)
        #expect((cursor == nil) == !["0", "1", "4294967296", "9007199254740991"].contains(number))
        #expect((EventStart(text) == nil) == (cursor == nil))
        if let cursor { _ = try JournalRig.read(files, after: cursor) }
        let name = String(repeating: "0", count: max(0, 20 - number.count)) + number
        files.with { $0.files["/s/journal/f/\(JournalRig.run(1))/\(name).jsonl"] = .init() }
        let segments = try JournalRig.layout.segments(ofRun: JournalRig.run(1), files)
        #expect(segments.allSatisfy { 1...JournalCursor.largestSequence ~= $0.first })
        _ = try JournalRig.read(files)
        _ = JournalRecovery(JournalRig.layout, files)
        _ = try JournalInspection(directory: "/s", files: files)
    }

    /// `seq` beyond what can be counted is no event, and ends a journal as damage does.
    @Test func sequences() throws {
        for number in Self.numbers {
            let files = FaultyFiles()
            do {
                var journal = try JournalRig.open(files)
                try JournalRig.write(1...3, to: &journal)
            }
            let path = JournalRig.layout.path(JournalSegment(run: JournalRig.run(1), first: 1))
            let line = "{\"v\":1,\"type\":\"watermark\",\"seq\":\(number),\"id\":\"x\"}\n"
            files.with { $0.files[path]?.bytes += Array(line.utf8) }
            var journal = try JournalRig.open(files, run: 2)
            let next = journal.nextSequence
            if next <= JournalCursor.largestSequence { try JournalRig.write(next...next, to: &journal) }
            _ = try JournalInspection(directory: "/s", files: files)
            _ = try JournalRig.read(files)
        }
    }
}

/// Names of runs keep to their alphabet.
@Suite struct RunIdentityTests {
    @Test func everyLetterHasASuccessorOfTheAlphabet() {
        let alphabet = RunIdentity.alphabet
        let all = Array(UInt8(ascii: "0")...UInt8(ascii: "9")) + Array(UInt8(ascii: "A")...UInt8(ascii: "Z"))
        for first in all {
            for second in all {
                let last = "01" + String(decoding: [first, second], as: UTF8.self)
                let next = RunIdentity.following(last) { "00000000" }
                #expect(next > last, "\(last) \(next)")
                #expect(next.utf8.allSatisfy { alphabet.contains($0) || $0 == first }, "\(last) \(next)")
                if alphabet.contains(first) { #expect(next.utf8.allSatisfy(alphabet.contains), "\(next)") }
                // Nothing of the alphabet lies between the two.
                if alphabet.contains(first), alphabet.contains(second), second != UInt8(ascii: "Z") {
                    let place = alphabet.firstIndex(of: second) ?? 0
                    #expect(next == "01" + String(decoding: [first, alphabet[place + 1]], as: UTF8.self))
                }
            }
        }
    }

    @Test func aThousandNamesInARowAreNames() throws {
        var name = RunIdentity.make()
        for _ in 0..<1000 {
            let next = RunIdentity.following(name) { "0" }
            #expect(next > name && next.utf8.allSatisfy(RunIdentity.alphabet.contains))
            #expect(JournalCursor("\(next):1") != nil)
            name = next
        }
    }
}
