import EventJournal
import Platform
import Synchronization
import Testing

/// Files of the journal that somebody removes, replaces or shortens while it is written, or that cannot be
/// read.
@Suite struct JournalLossTests {
    private static let path = JournalRig.layout.path(JournalSegment(run: JournalRig.run(1), first: 1))

    /// Each makes the open file another than the one that was written.
    private static let losses: [@Sendable (FaultyFiles) -> Void] = [
        { $0.removeAll { $0.hasPrefix("/s/") } },
        { $0.removeAll { $0 == path } },
        { $0.with { $0.files[path]?.bytes.removeLast(10) } },
        { files in
            files.removeAll { $0 == path }
            files.with { $0.files[path] = .init(bytes: JournalRig.line(1)) }
        },
    ]

    @Test(arguments: losses.indices) func itGoesOnInANewFile(loss: Int) throws {
        let files = FaultyFiles()
        var journal = try JournalRig.open(files)
        try JournalRig.write(1...5, to: &journal)
        var reader = JournalReader(JournalRig.layout, after: nil, files: files)
        #expect(try reader.next().lines.count == 5)
        Self.losses[loss](files)
        // Noticed even where nothing is to be written.
        try journal.flush(now: 0)
        let losses = journal.losses
        #expect(losses == 1)
        try JournalRig.write(6...7, to: &journal)
        let durable = journal.durable
        #expect(durable.sequence == 7)
        // Who had read all goes on; who had not is told that something is gone.
        var rest: [Int64] = []
        for _ in 0..<3 { rest += try reader.next().lines.map(\.sequence) }
        #expect(rest == [6, 7])
        let late = try JournalRig.read(files, after: JournalCursor(run: JournalRig.run(1), sequence: 2))
        #expect(late.lines.map(\.sequence).suffix(2) == [6, 7])
        #expect(late.expired == [JournalCursor(run: JournalRig.run(1), sequence: 5)])
        let again = journal.losses
        #expect(again == 1)
    }

    /// After a refusal, too: bytes that are gone are never replaced by zeros.
    @Test func aFileThatShrinksBehindARefusalIsNotFilledUp() throws {
        let files = FaultyFiles()
        var journal = try JournalRig.open(files)
        try JournalRig.write(1...3, to: &journal)
        files.with { $0.room = 4 }
        #expect(throws: DurableFileError.self) { try JournalRig.write(4...4, to: &journal) }
        files.with { state in
            state.room = nil
            state.files[Self.path]?.bytes = []
        }
        try journal.flush(now: 0)
        #expect(files.with { $0.files[Self.path] }?.bytes == [])
        #expect(try JournalRig.sequences(files) == [4])
    }

    /// A folder that cannot be made anew is trouble, also while nothing is to be written; it ends by itself.
    @Test func aPlaceThatIsGoneIsTold() throws {
        let files = FaultyFiles()
        var journal = try JournalRig.open(files)
        try JournalRig.write(1...2, to: &journal)
        files.removeAll { $0.hasPrefix("/s/") }
        files.with { $0.failing = ["create"] }
        #expect(throws: DurableFileError.self) { try journal.flush(now: 0) }
        let trouble = journal.trouble
        #expect(trouble?.operation == "create")
        files.with { $0.failing = [] }
        try journal.flush(now: 0)
        let after = journal.trouble
        #expect(after == nil)
    }

    /// Of segments that can never be read the reader says that they are gone; what may pass is an error,
    /// after which it goes on.
    @Test(arguments: [(Int32(21), true), (5, true), (40, true), (13, true), (24, false), (23, false)])
    func unreadableSegments(code: Int32, isPassedOver: Bool) throws {
        let files = UnreadableFiles()
        var limits = JournalLimits()
        limits.segmentBytes = 120
        var journal = FeedJournal(
            JournalRig.layout, limits: limits, lock: StateLock(state: "/s", files: files.base),
            files: files.base
        ) { JournalRig.run(1) }
        try JournalRig.write(1...9, to: &journal)
        let segments = try JournalRig.layout.segments(ofRun: JournalRig.run(1), files.base)
        try #require(segments.count >= 3)
        files.refusal.withLock { $0 = (JournalRig.layout.path(segments[0]), code) }
        var reader = JournalReader(JournalRig.layout, after: nil, files: files)
        if isPassedOver {
            let passed = try reader.next()
            #expect(passed.unreadable?.code == code)
            #expect(passed.expired == JournalCursor(run: JournalRig.run(1), sequence: segments[1].first - 1))
        } else {
            #expect(throws: DurableFileError.self) { try reader.next() }
            files.refusal.withLock { $0 = nil }
        }
        var sequences: [Int64] = []
        while true {
            let piece = try reader.next()
            sequences += piece.lines.map(\.sequence)
            if piece.isEnd { break }
        }
        #expect(sequences == Array((isPassedOver ? segments[1].first : 1)...9))
    }

    /// A line that is longer than any event is passed over to its end, and what stands in it is no event.
    @Test func linesThatAreTooLong() throws {
        let files = FaultyFiles()
        var journal = try JournalRig.open(files)
        try JournalRig.write(1...1, to: &journal)
        let trap = Array("{\"v\":1,\"type\":\"watermark\",\"seq\":2,\"id\":\"x\"}".utf8)
        let long = [UInt8](repeating: 0x78, count: JournalLine.longest + 1) + trap + [10]
        files.with { $0.files[Self.path]?.bytes += long + JournalRig.line(2) }
        let read = try JournalRig.read(files, pieceBytes: 1 << 20)
        #expect(read.lines.map(\.sequence) == [1, 2])
        #expect(read.damaged == 1)
        var inspection = try JournalInspection(directory: "/s", files: files)
        #expect(
            inspection.findings.map(\.kind) == [
                .damagedLine(number: 2), .brokenSequence(number: 3, expected: 3, found: 2),
            ])
        try inspection.repair(nil)
        #expect(try JournalInspection(directory: "/s", files: files).findings.isEmpty)
        // At the end of the file, too: more than a torn line.
        files.with {
            $0.files[Self.path]?.bytes += [UInt8](repeating: 0x78, count: 2 * JournalLine.longest + 3)
        }
        #expect(JournalRecovery(JournalRig.layout, files).damagedRun == JournalRig.run(1))
    }
}
