import EventJournal
import FeedRuntime
import Foundation
import SceneEvents
import Testing
import Timeline

/// Whether a feed goes on with its run, or is over, where what it reads is another.
@Suite struct RunSourceTests {
    private static let clock = MediaClock(timeBase: TimeBase(numerator: 1, denominator: 25), startPTS: 0)

    /// A run of `tcp://a` that has begun, or that was read to its end; `source` if anybody has noted that.
    private static func record(_ source: RunSource?, isOver: Bool = false) -> RunRecord {
        let end = StreamEnd(
            at: Instant(pts: 9), reason: .end, pictures: 1, damagedPictures: 0, shots: 0, parts: 0,
            boundaries: 0, scenes: 0, gaps: 0, wall: "now")
        var writer = EventWriter()
        let events = [FeedRestartTests.start(clock)] + (isOver ? [.streamEnd(end)] : [])
        var record = FeedRestartTests.record(events.map { writer.line($0) })
        if let source { record.note(source) }
        return record
    }

    private static func following(
        _ record: RunRecord, _ source: RunSource, isFile: Bool = true, hasChanged: Bool = false
    ) -> FeedRun.Beginning {
        FeedRun.following(
            record, name: "old", terms: record.start?.terms ?? "", writesScores: source.tellsScores,
            file: isFile ? ReplayableFile(hasChanged: hasChanged) : nil, source: source, makeRun: { "new" }
        ).beginning
    }

    private static func file(_ head: [UInt8], size: Int64? = nil, inode: UInt64 = 1) -> FileMark {
        FileMark(size: size ?? Int64(head.count), inode: inode, head: head)
    }

    @Test func anotherInputBeginsAnotherRun() {
        let source = RunSource(input: "tcp://a", program: 1, stream: 0)
        let (open, over) = (Self.record(source), Self.record(source, isOver: true))
        #expect(Self.following(open, source) == .replay)
        #expect(Self.following(over, source) == .finished)
        #expect(Self.following(open, source, isFile: false) == .resume(open))
        let others = [
            RunSource(input: "tcp://b", program: 1, stream: 0), RunSource(input: "tcp://a", stream: 0),
            RunSource(input: "tcp://a", program: 1, stream: 1),
        ]
        for other in others {
            #expect(Self.following(open, other) == .new(isRestart: false))
            #expect(Self.following(over, other) == .new(isRestart: false))
            #expect(Self.following(open, other, isFile: false) == .new(isRestart: true))
        }
    }

    /// A film that is over is read again for what was not told or not kept of it.
    @Test func aFilmIsReadAgainForMore() {
        let source = RunSource(input: "tcp://a", pictures: 60)
        let over = Self.record(source, isOver: true)
        func beginning(_ change: (inout RunSource) -> Void) -> FeedRun.Beginning {
            var other = source
            change(&other)
            return Self.following(over, other)
        }
        #expect(beginning { _ in } == .finished)
        #expect(beginning { $0.pictures = 0 } == .finished)
        #expect(beginning { $0.pictures = 61 } == .new(isRestart: false))
        #expect(beginning { $0.tellsScores = true } == .new(isRestart: false))
        var scored = source
        scored.tellsScores = true
        let told = Self.record(scored, isOver: true)
        #expect(Self.following(told, scored) == .finished)
        #expect(Self.following(told, source) == .new(isRestart: false))
    }

    /// Another film at the same path, however old it is; a copy of the film, and one that has grown, is the
    /// same.
    @Test func anotherFileBeginsAnotherRun() {
        let head = (0..<5000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        var other = head
        other[100] ^= 1
        func source(_ file: FileMark?) -> RunSource { RunSource(input: "tcp://a", file: file) }
        let known = source(Self.file(head))
        let (open, over) = (Self.record(known), Self.record(known, isOver: true))
        let cases: [(file: FileMark?, isWritten: Bool, isSame: Bool)] = [
            (Self.file(head), false, true), (Self.file(head, inode: 2), false, true),
            (Self.file(head + [1], inode: 2), false, true), (nil, false, true),
            (Self.file(head, size: 4999), false, false), (Self.file(other), false, false),
            // What completes a file may write its beginning anew.
            (Self.file(other), true, true), (Self.file(other, inode: 2), true, false),
            (Self.file(Array(head.prefix(4999))), true, false),
        ]
        for (number, (file, isWritten, isSame)) in cases.enumerated() {
            let replay = Self.following(open, source(file), hasChanged: isWritten)
            #expect((replay == .replay) == isSame, "case \(number)")
            let end = Self.following(over, source(file), hasChanged: isWritten)
            #expect((end == .finished) == (isSame && !isWritten), "case \(number)")
        }
    }

    /// A run of which nobody has noted what it reads goes on as ever, but where its `stream_start` names
    /// another input.
    @Test func whatIsNotKnownIsTheSame() {
        let source = RunSource(input: "tcp://a", program: 3, tellsScores: true, pictures: 9)
        let (open, over) = (Self.record(nil), Self.record(nil, isOver: true))
        #expect(Self.following(open, source) == .replay)
        #expect(Self.following(over, source) == .finished)
        #expect(Self.following(open, RunSource(input: "tcp://b")) == .new(isRestart: false))
    }

    /// As programs before this one wrote it.
    @Test func anOlderRecordGoesOn() throws {
        let record = Self.record(RunSource(input: "tcp://b"))
        var object = try #require(
            try JSONSerialization.jsonObject(with: Data(record.file)) as? [String: Any])
        var start = try #require(object["start"] as? [String: Any])
        #expect(start.removeValue(forKey: "input") != nil)
        object["start"] = start
        for name in ["source", "timelines", "course"] {
            #expect(object.removeValue(forKey: name) != nil, "\(name)")
        }
        let bytes = Array(try JSONSerialization.data(withJSONObject: object))
        let older = try #require(RunRecord(file: bytes))
        #expect(older.sequence == record.sequence && older.knownTimelines == TimelineNumbers())
        #expect(Self.following(older, RunSource(input: "tcp://c", program: 5)) == .replay)
        var replay = try #require(RunReplay(of: older))
        let isThere = replay.take(FeedRestartTests.start(Self.clock), mark: "stream_start/0/0")
        #expect(isThere)
    }

    @Test func aFileIsKnownByWhatItHolds() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/a.ts"
        try Data(repeating: 7, count: 9000).write(to: URL(fileURLWithPath: path))
        let mark = try #require(FeedAddress(path).fileMark)
        try Data(repeating: 7, count: 9001).write(to: URL(fileURLWithPath: path))
        #expect(mark != FeedAddress(path).fileMark)
        let record = Self.record(RunSource(input: "tcp://a", file: mark))
        func isSame() -> Bool {
            let source = RunSource(input: "tcp://a", file: FeedAddress(path).fileMark)
            return record.isOf(source, isWritten: false)
        }
        #expect(isSame())
        try Data(repeating: 8, count: 9001).write(to: URL(fileURLWithPath: path))
        #expect(!isSame())
        #expect(FeedAddress(folder.path).fileMark == nil && FeedAddress("tcp://a").fileMark == nil)
    }
}
