import ArchiveBatch
import Testing

/// Which film is next, and how a batch ends.
@Suite struct BatchQueueTests {
    private static func items(_ count: Int) throws -> [BatchItem] {
        try (0..<count).map { try BatchItem(id: "\($0)", input: "film \($0)") }
    }

    /// Each ending of a run of three films, alone and beside one that is done, and what the shell is told.
    @Test(arguments: [
        (ItemEnding.done, Int32(0)), (.damaged("broke off"), 65),
        (.failedForGood(status: 65, message: ""), 65),
        (.failedForNow(status: 73, message: ""), 75), (.stopped, 75),
    ])
    func endings(ending: ItemEnding, status: Int32) throws {
        var queue = BatchQueue(try Self.items(2))
        let (first, second) = (try queue.begin(), try queue.begin())
        let third = queue.next()
        #expect(third == nil && !queue.isOver && queue.running.count == 2)
        queue.ended(first, .done, filmSeconds: 5)
        if ending == .stopped { queue.stop(.ended) }
        queue.ended(second, ending, filmSeconds: 7)
        #expect(queue.isOver && queue.exitStatus == status && queue.counts.total == 2)
        let isDone = status != 75 && ending != .failedForGood(status: 65, message: "")
        #expect(queue.counts.filmSeconds == (isDone ? 12 : 5))
    }

    /// What may pass comes before what will not.
    @Test func theWorstThatMayPassDecides() throws {
        var queue = BatchQueue(try Self.items(3))
        for ending in [
            ItemEnding.failedForGood(status: 65, message: ""), .failedForNow(status: 137, message: ""), .done,
        ] {
            queue.ended(try queue.begin(), ending)
        }
        #expect(queue.isOver && queue.exitStatus == 75 && queue.counts.settled == 3)
    }

    @Test func stops() throws {
        var queue = BatchQueue(try Self.items(3))
        let first = try queue.begin()
        queue.stop(.draining)
        let second = queue.next()
        #expect(second == nil && !queue.isOver)
        queue.ended(first, .done)
        #expect(queue.isOver && queue.exitStatus == 75 && queue.counts.settled == 1)
        queue.stop(.ended)
        queue.stop(.draining)
        #expect(queue.stop == .ended)
        var present = BatchQueue(try Self.items(1))
        present.wasPresent(try present.begin(), isDamaged: false)
        #expect(present.isOver && present.exitStatus == 0 && present.counts.present == 1)
    }

    @Test(arguments: [
        (0, false, false, "done"), (74, false, false, "damaged"), (65, false, false, "good"),
        (64, false, false, "good"), (66, false, false, "good"), (66, true, false, "now"),
        (73, false, false, "now"),
        (70, false, false, "now"), (137, false, false, "now"), (139, false, false, "now"),
        (137, false, true, "stopped"), (143, false, true, "stopped"), (0, false, true, "done"),
    ])
    func programs(status: Int, isAddress: Bool, isStopping: Bool, wanted: String) {
        let ending = ItemEnding(status: status, message: "why", isAddress: isAddress, isStopping: isStopping)
        let name =
            switch ending {
            case .done: "done"
            case .damaged: "damaged"
            case .failedForGood: "good"
            case .failedForNow: "now"
            case .stopped: "stopped"
            }
        #expect(name == wanted)
    }

    /// A program that says nothing, and one that could not be started.
    @Test(arguments: [(137, "signal 9 ended it"), (70, "it ended with status 70")])
    func silence(status: Int, words: String) {
        let ending = ItemEnding(status: status, message: "", isAddress: false, isStopping: false)
        #expect(ending == .failedForNow(status: status, message: words))
    }

    /// Three failures that may pass are one for good; another film of that name begins anew.
    @Test func attempts() {
        var note: AttemptNote?
        for count in 1...3 {
            note = AttemptNote.after(note, key: "k", isFinal: false, status: 137, message: "m")
            #expect(note?.count == count && note?.isSpent == (count == 3))
            #expect(note.flatMap { AttemptNote([UInt8]($0.text.utf8)) } == note)
        }
        #expect(AttemptNote.after(note, key: "other", isFinal: false, status: 1, message: "").count == 1)
        #expect(AttemptNote.after(nil, key: "k", isFinal: true, status: 65, message: "").isSpent)
        #expect(AttemptNote(Array("{}".utf8)) == nil && AttemptNote([]) == nil)
    }
}

extension BatchQueue {
    /// The next film, which must be there.
    fileprivate mutating func begin() throws -> BatchItem {
        let item = next()
        return try #require(item)
    }
}
