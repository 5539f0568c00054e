import EventJournal
import Platform
import Testing

@Suite struct JournalReaderTests {
    /// A journal of two runs in several segments.
    private func twoRuns() throws -> FaultyFiles {
        let files = FaultyFiles()
        var limits = JournalLimits()
        limits.segmentBytes = 120
        do {
            var first = try JournalRig.open(files, limits: limits, run: 1)
            try JournalRig.write(1...10, to: &first)
        }
        let last = JournalRig.layout.path(
            try #require(try JournalRig.layout.segments(ofRun: JournalRig.run(1), files).last))
        files.with { $0.files[last]?.bytes += Array("damage\n".utf8) }
        var second = try JournalRig.open(files, limits: limits, run: 2)
        try JournalRig.write(1...6, to: &second)
        return files
    }

    /// All events of a journal on disk.
    static func all(_ layout: JournalLayout) throws -> [JournalLine] {
        var reader = JournalReader(layout, after: nil, files: PosixFiles())
        var lines: [JournalLine] = []
        while true {
            let piece = try reader.next()
            lines += piece.lines
            if piece.isEnd { return lines }
        }
    }

    @Test(arguments: [1, 7, 64, 4096])
    func readsAcrossSegmentsAndRuns(_ pieceBytes: Int) throws {
        let read = try JournalRig.read(try twoRuns(), pieceBytes: pieceBytes)
        #expect(read.lines.map(\.sequence) == Array(1...10) + Array(1...6))
        #expect(read.damaged == 1)
        #expect(read.expired.isEmpty)
    }

    @Test(arguments: [
        (1, Int64(0), 16), (1, 4, 12), (1, 10, 6), (2, 0, 6), (2, 5, 1), (2, 6, 0),
    ])
    func goesOnAfterACursor(_ run: Int, _ sequence: Int64, _ expected: Int) throws {
        let cursor = JournalCursor(run: JournalRig.run(run), sequence: sequence)
        let read = try JournalRig.read(try twoRuns(), after: cursor)
        #expect(read.lines.count == expected)
        #expect(read.expired.isEmpty)
    }

    @Test func anUnknownRunIsSaidToBeGone() throws {
        let gone = JournalCursor(run: "00000000000000000000000000", sequence: 5)
        let read = try JournalRig.read(try twoRuns(), after: gone)
        #expect(read.expired == [JournalCursor(run: JournalRig.run(1), sequence: 0)])
        #expect(read.lines.count == 16)
    }

    /// What somebody does to a segment of events 1 to 9, and what its readers are told.
    struct Hole: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Gets the lines, newlines included.
        var change: @Sendable (inout [[UInt8]]) -> Void
        var sequences: [Int64]
        /// `seq` of the places in front of which events are gone.
        var expired: [Int64] = []
        var missing: Int64 = 0
        var damaged = 0
    }

    private static let garbage = Array("garbage\n".utf8)
    private static let holes = [
        Hole(
            testDescription: "a spoiled line", change: { $0[4] = garbage },
            sequences: [1, 2, 3, 4, 6, 7, 8, 9], expired: [5], missing: 1, damaged: 1),
        Hole(
            testDescription: "lines removed", change: { $0.removeSubrange(4...5) },
            sequences: [1, 2, 3, 4, 7, 8, 9], expired: [6], missing: 2),
        Hole(
            testDescription: "the first spoiled, another removed",
            change: { lines in
                lines[0] = garbage
                lines.remove(at: 6)
            }, sequences: [2, 3, 4, 5, 6, 8, 9], expired: [1, 7], missing: 2, damaged: 1),
        Hole(
            testDescription: "a line twice", change: { $0.insert($0[4], at: 5) },
            sequences: Array(1...9)),
        Hole(
            testDescription: "a line between", change: { $0.insert(garbage, at: 5) },
            sequences: Array(1...9), damaged: 1),
        Hole(
            testDescription: "the last spoiled", change: { $0[8] = garbage },
            sequences: Array(1...8), damaged: 1),
        Hole(
            testDescription: "a number beyond all that may be read", change: { $0[4] = JournalRig.line(50) },
            sequences: [1, 2, 3, 4, 6, 7, 8, 9], expired: [5], missing: 1, damaged: 1),
        Hole(
            testDescription: "a number that was there", change: { $0[4] = JournalRig.line(2) },
            sequences: [1, 2, 3, 4, 6, 7, 8, 9], expired: [5], missing: 1),
    ]

    /// Events that are missing between others are told in their place, and nothing else is.
    @Test(arguments: holes, [1, 64, 4096])
    func whatIsMissingIsSaidInItsPlace(hole: Hole, pieceBytes: Int) throws {
        let files = FaultyFiles()
        do {
            var journal = try JournalRig.open(files)
            try JournalRig.write(1...9, to: &journal)
        }
        var lines = (1...9).map { JournalRig.line($0) }
        hole.change(&lines)
        let path = JournalRig.layout.path(JournalSegment(run: JournalRig.run(1), first: 1))
        files.with { $0.files[path]?.bytes = Array(lines.joined()) }
        let last = JournalCursor(run: JournalRig.run(1), sequence: 9)
        var reader = JournalReader(JournalRig.layout, after: nil, files: files, pieceBytes: pieceBytes)
        var (sequences, expired): ([Int64], [Int64]) = ([], [])
        var damage = JournalDamage()
        while true {
            let piece = try reader.next(through: last)
            if let place = piece.expired {
                #expect(place.run == last.run && place.sequence >= sequences.last ?? 0)
                #expect(piece.lines.first.map { $0.sequence == place.sequence + 1 } ?? true)
                expired.append(place.sequence)
            }
            sequences += piece.lines.map(\.sequence)
            damage.add(piece)
            if piece.isEnd { break }
        }
        #expect(sequences == hole.sequences)
        #expect(expired == hole.expired)
        #expect(damage.missingEvents == hole.missing && damage.lines == hole.damaged)
        // Who stands behind a hole is not told of it.
        for first in expired {
            let rest = try JournalRig.read(
                files, after: JournalCursor(run: last.run, sequence: first), pieceBytes: pieceBytes)
            #expect(rest.expired.allSatisfy { $0.sequence > first })
        }
    }

    /// A run whose beginning is gone although an older one is there; `verify` finds it, too.
    @Test func theBeginningOfALaterRunIsMissed() throws {
        let files = try twoRuns()
        let first = try #require(try JournalRig.layout.segments(ofRun: JournalRig.run(2), files).first)
        try files.remove(JournalRig.layout.path(first))
        let next = try #require(try JournalRig.layout.segments(ofRun: JournalRig.run(2), files).first)
        let read = try JournalRig.read(files)
        #expect(read.expired == [JournalCursor(run: JournalRig.run(2), sequence: next.first - 1)])
        #expect(read.lines.map(\.sequence) == Array(1...10) + Array(next.first...6))
        let findings = try JournalInspection(directory: "/s", files: files).findings
        #expect(
            findings.map(\.kind).contains(.brokenSequence(number: 1, expected: 1, found: next.first)))
    }

    /// Somebody knows that the journal went further than it does.
    @Test func whatIsNotThereIsGivenUp() throws {
        let files = FaultyFiles()
        var journal = try JournalRig.open(files)
        try JournalRig.write(1...3, to: &journal)
        var reader = JournalReader(JournalRig.layout, after: nil, files: files)
        _ = try reader.next()
        let place = JournalCursor(run: JournalRig.run(1), sequence: 5)
        let piece = reader.giveUp(to: place)
        #expect(piece.expired == place && piece.missingEvents == 2 && piece.lines.isEmpty && piece.isEnd)
        #expect(reader.cursor == place)
    }

    /// The last line that may be read is spoiled, and the next is there already: it is good, once it may be
    /// read.
    @Test func aLineBehindASpoiledEndIsReadLater() throws {
        let files = FaultyFiles()
        var journal = try JournalRig.open(files)
        try JournalRig.write(1...4, to: &journal)
        let last = JournalRig.layout.path(
            try #require(try JournalRig.layout.segments(ofRun: JournalRig.run(1), files).last))
        var five = try #require(files.with { $0.files[last]?.bytes.count })
        try JournalRig.write(5...5, to: &journal)
        try JournalRig.write(6...7, to: &journal)
        five += 1
        files.with { $0.files[last]?.bytes[five] = 0 }
        var reader = JournalReader(JournalRig.layout, after: nil, files: files)
        let limit = JournalCursor(run: JournalRig.run(1), sequence: 5)
        var lines: [Int64] = []
        var isEnd = false
        while !isEnd {
            let piece = try reader.next(through: limit)
            lines += piece.lines.map(\.sequence)
            isEnd = piece.isEnd
        }
        #expect(lines == [1, 2, 3, 4])
        _ = reader.giveUp(to: limit)
        let rest = try reader.next(through: JournalCursor(run: JournalRig.run(1), sequence: 7))
        #expect(rest.lines.map(\.sequence) == [6, 7] && rest.expired == nil)
    }

    @Test func readsNoFurtherThanToldAndGoesOnLater() throws {
        let files = FaultyFiles()
        var journal = try JournalRig.open(files)
        try JournalRig.write(1...10, to: &journal)
        var reader = JournalReader(JournalRig.layout, after: nil, files: files)
        let limit = JournalCursor(run: JournalRig.run(1), sequence: 4)
        #expect(try reader.next(through: limit).lines.map(\.sequence) == [1, 2, 3, 4])
        let rest = try reader.next(through: limit)
        #expect(rest.isEnd && rest.lines.isEmpty)
        #expect(try reader.next().lines.map(\.sequence) == Array(5...10))
        try JournalRig.write(11...12, to: &journal)
        #expect(try reader.next().lines.map(\.sequence) == [11, 12])
    }

    @Test func aLineLongerThanAPieceIsRead() throws {
        let files = FaultyFiles()
        var journal = try JournalRig.open(files)
        journal.enqueue(JournalRig.line(1, padding: 5000))
        journal.enqueue(JournalRig.line(2))
        try journal.flush(now: 0)
        #expect(try JournalRig.sequences(files) == [1, 2])
    }

    @Test func aSegmentThatIsRemovedWhileReadIsSaidToBeGone() throws {
        let files = FaultyFiles()
        var limits = JournalLimits()
        limits.segmentBytes = 60
        var journal = try JournalRig.open(files, limits: limits)
        try JournalRig.write(1...6, to: &journal)
        var reader = JournalReader(JournalRig.layout, after: nil, files: files, pieceBytes: 50)
        #expect(try reader.next().lines.first?.sequence == 1)
        let segments = try JournalRig.layout.segments(ofRun: JournalRig.run(1), files)
        for segment in segments.dropLast() { try files.remove(JournalRig.layout.path(segment)) }
        var (sequences, expired): ([Int64], JournalCursor?) = ([], nil)
        while true {
            let piece = try reader.next()
            sequences += piece.lines.map(\.sequence)
            expired = expired ?? piece.expired
            if piece.isEnd { break }
        }
        #expect(sequences.last == 6)
        #expect(expired?.sequence == (sequences.first ?? 0) - 1)
    }
}

@Suite struct JournalInspectionTests {
    @Test func namesWhatIsWrongAndMendsWithoutLosingABlock() throws {
        let files = FaultyFiles()
        do {
            var journal = try JournalRig.open(files)
            try JournalRig.write(1...4, to: &journal)
        }
        let path = JournalRig.layout.path(JournalSegment(run: JournalRig.run(1), first: 1))
        let damage = Array("nonsense\n".utf8) + JournalRig.line(7) + Array("{\"v\":1,\"ty".utf8)
        files.with { $0.files[path]?.bytes += damage }
        let before = try #require(files.with { $0.files[path] }).bytes
        var inspection = try JournalInspection(directory: "/s", files: files)
        #expect(
            inspection.findings.map(\.kind) == [
                .damagedLine(number: 5), .brokenSequence(number: 6, expected: 6, found: 7),
                .tornEnd(bytes: 10),
            ])
        try inspection.repair(nil)
        #expect(files.with { $0.files[path + ".damaged"] }?.bytes == before)
        #expect(try JournalRig.sequences(files) == [1, 2, 3, 4, 7])
        let journal = try JournalRig.open(files, run: 2)
        do {
            let run = journal.run
            #expect(run == JournalRig.run(1))
        }
        do {
            let nextSequence = journal.nextSequence
            #expect(nextSequence == 8)
        }
    }

    /// A repair that the disk refuses leaves everything as it was, and takes no room.
    @Test func aRefusedRepairLeavesNothing() throws {
        let files = FaultyFiles()
        do {
            var journal = try JournalRig.open(files)
            try JournalRig.write(1...4, to: &journal)
        }
        let path = JournalRig.layout.path(JournalSegment(run: JournalRig.run(1), first: 1))
        files.with { $0.files[path]?.bytes += Array("nonsense\n".utf8) }
        let before = files.with { Set($0.files.keys) }
        var inspection = try JournalInspection(directory: "/s", files: files)
        files.with { $0.room = JournalRig.line(1).count + 1 }
        #expect(throws: DurableFileError.self) { try inspection.repair(nil) }
        #expect(files.with { Set($0.files.keys) } == before)
    }

    @Test func aFolderWithoutAJournalIsAnError() {
        #expect(throws: DurableFileError.self) {
            try JournalInspection(directory: "/none", files: FaultyFiles())
        }
    }
}

@Suite struct JournalLineTests {
    @Test(arguments: [
        "", "{}", "{\"v\":1,\"type\":\"\",\"seq\":1}", "{\"v\":1,\"type\":\"a\",\"seq\":0}",
        "{\"v\":1,\"type\":\"a\",\"seq\":99999999999999999999}", "{\"v\":1,\"type\":\"a\",\"seq\":1",
        "{\"v\":1,\"type\":\"a\",\"seq\":1\u{0}}", "{\"type\":\"a\",\"v\":1,\"seq\":1}",
        "{\"v\":1,\"type\":\"a\",\"seq\":1x}",
    ])
    func refusesWhatIsNoEvent(_ text: String) { #expect(JournalLine(Array(text.utf8)[...]) == nil) }

    @Test func readsTypeAndSequence() throws {
        let line = try #require(
            JournalLine(Array("{\"v\":1,\"type\":\"stream_start\",\"seq\":42,\"id\":\"x\"}".utf8)[...]))
        #expect(line.type == "stream_start")
        #expect(line.sequence == 42)
    }

    @Test(arguments: [
        "", "x", "01J00000000000000000000001", "01J00000000000000000000001:-1", "../x:1",
        "01j00000000000000000000001:1",
    ])
    func refusesWhatIsNoCursor(_ text: String) { #expect(JournalCursor(text) == nil) }
}
