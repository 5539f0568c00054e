import EventJournal
import Platform
import Testing

@Suite struct FeedJournalTests {
    @Test func aRunGoesOnAfterARestart() throws {
        let files = FaultyFiles()
        do {
            var journal = try JournalRig.open(files)
            do {
                let nextSequence = journal.nextSequence
                #expect(nextSequence == 1)
            }
            try JournalRig.write(1...3, to: &journal)
            do {
                let durable = journal.durable
                #expect(durable == JournalCursor(run: JournalRig.run(1), sequence: 3))
            }
        }
        files.losePower()
        var journal = try JournalRig.open(files, run: 2)
        do {
            let run = journal.run
            #expect(run == JournalRig.run(1))
        }
        do {
            let nextSequence = journal.nextSequence
            #expect(nextSequence == 4)
        }
        try JournalRig.write(4...4, to: &journal)
        #expect(try JournalRig.sequences(files) == [1, 2, 3, 4])
    }

    @Test func oneWritePerLineAndOneSyncPerBatch() throws {
        let files = FaultyFiles()
        var journal = try JournalRig.open(files)
        try JournalRig.write(1...1, to: &journal)
        let before = files.with { ($0.writes, $0.syncs) }
        try JournalRig.write(2...11, to: &journal)
        let after = files.with { ($0.writes, $0.syncs) }
        #expect(after.0 - before.0 == 10)
        #expect(after.1 - before.1 == 1)
    }

    @Test func nothingIsDurableBeforeTheSync() throws {
        let files = FaultyFiles()
        var journal = try JournalRig.open(files)
        try JournalRig.write(1...2, to: &journal)
        files.with { _ = $0.failing.insert("sync") }
        #expect(throws: DurableFileError.self) { try JournalRig.write(3...3, to: &journal) }
        do {
            let durable = journal.durable
            #expect(durable.sequence == 2)
        }
        do {
            let isWaiting = journal.isWaiting
            #expect(isWaiting)
        }
        files.with { $0.failing = [] }
        try journal.flush(now: 0)
        do {
            let durable = journal.durable
            #expect(durable.sequence == 3)
        }
        #expect(try JournalRig.sequences(files) == [1, 2, 3])
    }

    @Test func segmentsAreNamedByTheirFirstEvent() throws {
        let files = FaultyFiles()
        var limits = JournalLimits()
        limits.segmentBytes = 150
        limits.segmentAge = 100
        var journal = try JournalRig.open(files, limits: limits)
        try JournalRig.write(1...5, to: &journal, now: 0)
        try JournalRig.write(6...6, to: &journal, now: 1000)
        let segments = try JournalRig.layout.segments(ofRun: JournalRig.run(1), files)
        #expect(segments.map(\.first) == [1, 4, 6])
        #expect(JournalRig.layout.path(segments[1]).hasSuffix("/00000000000000000004.jsonl"))
        #expect(try JournalRig.sequences(files) == [1, 2, 3, 4, 5, 6])
    }

    @Test func oldSegmentsGoButNeverTheOpenOne() throws {
        let files = FaultyFiles()
        var limits = JournalLimits()
        limits.segmentBytes = 60
        limits.keepBytes = 150
        var journal = try JournalRig.open(files, limits: limits)
        try JournalRig.write(1...20, to: &journal)
        journal.prune(now: 0)
        let read = try JournalRig.read(files, after: JournalCursor(run: JournalRig.run(1), sequence: 1))
        let first = try #require(read.lines.first?.sequence)
        #expect(first > 2)
        #expect(read.lines.map(\.sequence) == Array(first...20))
        #expect(read.expired == [JournalCursor(run: JournalRig.run(1), sequence: first - 1)])
        files.with { $0.now = 0 }
        journal.prune(now: 1e12)
        #expect(try JournalRig.sequences(files).last == 20)
    }

    /// A run that has told nothing yet leaves the end of the one before: without it, a later process would
    /// begin as if there had never been any.
    @Test func theRunBeforeStaysUntilThereIsAnother() throws {
        let files = FaultyFiles()
        var limits = JournalLimits()
        limits.segmentBytes = 60
        limits.keepAge = 10
        var journal = try JournalRig.open(files, limits: limits)
        try JournalRig.write(1...6, to: &journal)
        journal.begin(run: JournalRig.run(2))
        journal.prune(now: 1000)
        #expect(JournalRecovery(JournalRig.layout, files).lastSequence == 6)
        #expect(try JournalRig.layout.segments(ofRun: JournalRig.run(1), files).count == 1)
        try JournalRig.write(1...1, to: &journal, now: 2000)
        journal.prune(now: 3000)
        #expect(try JournalRig.layout.runs(files) == [JournalRig.run(2)])
    }

    /// With the last segment of a run goes all that is kept of the run: nothing holds its folder.
    @Test func nothingIsLeftOfAnOldRun() throws {
        let files = FaultyFiles()
        var limits = JournalLimits()
        limits.keepAge = 10
        var journal = try JournalRig.open(files, limits: limits)
        try JournalRig.write(1...6, to: &journal)
        let folder = JournalRig.layout.directory(ofRun: JournalRig.run(1))
        for name in ["record.json", "checkpoint"].flatMap({ [$0, $0 + ".new", $0 + ".damaged"] }) {
            try files.overwrite("\(folder)/\(name)", with: [1])
        }
        journal.begin(run: JournalRig.run(2))
        try JournalRig.write(1...1, to: &journal, now: 2000)
        journal.prune(now: 3000)
        #expect(try files.names(in: folder).isEmpty)
    }

    /// Whatever is left of the last 4 KiB, the journal starts, loses at most the torn line, and goes on.
    @Test func everyTruncationOfTheLast4KiBStarts() throws {
        let files = FaultyFiles()
        do {
            var journal = try JournalRig.open(files)
            try JournalRig.write(1...120, to: &journal)
        }
        let path = JournalRig.layout.path(JournalSegment(run: JournalRig.run(1), first: 1))
        let whole = try #require(files.with { $0.files[path] }).bytes
        #expect(whole.count > 4096)
        for cut in (whole.count - 4096)...whole.count {
            let broken = FaultyFiles()
            let rest = Array(whole.prefix(cut))
            broken.with { $0.files[path] = .init(bytes: rest, synced: rest) }
            let lines = rest.split(separator: 10, omittingEmptySubsequences: true)
            let kept = Int64(rest.last == 10 ? lines.count : lines.count - 1)
            var journal = try JournalRig.open(broken, run: 2)
            do {
                let run = journal.run
                #expect(run == JournalRig.run(1))
            }
            do {
                let nextSequence = journal.nextSequence
                #expect(nextSequence == kept + 1)
            }
            try JournalRig.write((kept + 1)...(kept + 2), to: &journal)
            #expect(try JournalRig.sequences(broken) == Array(1...(kept + 2)))
            #expect(try JournalInspection(directory: "/s", files: broken).findings.isEmpty)
        }
    }

    @Test(arguments: ["garbage\n", "{\"v\":1,\"type\":\"scene\"}\n", "\u{1}\u{2}\nmore\n"])
    func aDamagedEndBeginsANewRun(_ garbage: String) throws {
        let files = FaultyFiles()
        do {
            var journal = try JournalRig.open(files)
            try JournalRig.write(1...3, to: &journal)
        }
        let path = JournalRig.layout.path(JournalSegment(run: JournalRig.run(1), first: 1))
        files.with { $0.files[path]?.bytes += Array(garbage.utf8) }
        var journal = try JournalRig.open(files, run: 2)
        do {
            let run = journal.run
            #expect(run == JournalRig.run(2))
        }
        do {
            let recovery = journal.recovery
            #expect(recovery.damagedRun == JournalRig.run(1))
        }
        try JournalRig.write(1...1, to: &journal)
        let read = try JournalRig.read(files)
        #expect(read.lines.map(\.sequence) == [1, 2, 3, 1])
        #expect(read.damaged >= 1)
    }

    @Test func zerosAtTheEndAreATornLine() throws {
        let files = FaultyFiles()
        do {
            var journal = try JournalRig.open(files)
            try JournalRig.write(1...3, to: &journal)
        }
        let path = JournalRig.layout.path(JournalSegment(run: JournalRig.run(1), first: 1))
        files.with { $0.files[path]?.bytes += [0, 0, 0, 10, 0, 0] }
        let journal = try JournalRig.open(files, run: 2)
        do {
            let run = journal.run
            #expect(run == JournalRig.run(1))
        }
        do {
            let recovery = journal.recovery
            #expect(recovery.tornBytes == 6)
        }
        do {
            let nextSequence = journal.nextSequence
            #expect(nextSequence == 4)
        }
    }

    @Test func anUnreadableSegmentDoesNotKeepItFromStarting() throws {
        let files = FaultyFiles()
        do {
            var journal = try JournalRig.open(files)
            try JournalRig.write(1...3, to: &journal)
        }
        files.with { _ = $0.failing.insert("read") }
        let journal = try JournalRig.open(files, run: 2)
        do {
            let run = journal.run
            #expect(run == JournalRig.run(2))
        }
    }

    /// A disk that refuses at random places, crashes and losses of power: no hole, no double, no torn line,
    /// and nothing that was promised is lost.
    @Test(arguments: 0..<40)
    func faultsLeaveNoTrace(_ seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let files = FaultyFiles()
        var limits = JournalLimits()
        limits.segmentBytes = 700
        var promised: Int64 = 0
        for _ in 0..<12 {
            var journal = try JournalRig.open(files, limits: limits, run: 9)
            do {
                let nextSequence = journal.nextSequence
                #expect(nextSequence - 1 >= promised)
            }
            for _ in 0..<20 {
                files.with { state in
                    state.room = Bool.random(using: &random) ? Int.random(in: 0...300, using: &random) : nil
                    state.failing = []
                    for fault in ["sync", "truncate", "open", "syncDirectory", "create"]
                    where Int.random(in: 0..<8, using: &random) == 0 {
                        state.failing.insert(fault)
                    }
                }
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    let next = journal.nextSequence
                    journal.enqueue(JournalRig.line(next, padding: Int(next % 50)))
                }
                try? journal.flush(now: 0)
                promised = journal.durable.sequence
            }
            files.with { state in
                state.room = nil
                state.failing = []
            }
            if Bool.random(using: &random) { files.losePower() }
        }
        var journal = try JournalRig.open(files, limits: limits, run: 9)
        let next = journal.nextSequence
        journal.enqueue(JournalRig.line(next))
        try journal.flush(now: 0)
        #expect(next - 1 >= promised)
        #expect(try JournalRig.sequences(files) == Array(1...next))
        #expect(try JournalInspection(directory: "/s", files: files).findings.isEmpty)
    }
}
