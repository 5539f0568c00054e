import EventDelivery
import EventJournal
import Testing

/// Readers hear of the feeds that they want, each once, however often it changed.
@Suite struct FeedChangesTests {
    private static func directory(_ feeds: [String]) -> EventDirectory {
        let directory = EventDirectory()
        for feed in feeds { register(feed, in: directory) }
        return directory
    }

    private static func register(_ feed: String, in directory: EventDirectory) {
        directory.register(feed: feed, layout: JournalLayout(state: "/s", feed: feed), durable: cursor(0))
    }

    private static func cursor(_ sequence: Int64) -> JournalCursor {
        JournalCursor(run: JournalRig.run(1), sequence: sequence)
    }

    @Test func eachFeedComesOnceInOrder() {
        let directory = Self.directory(["b", "a", "c"])
        let all = directory.follow(nil)
        #expect(all.take() == ["a", "b", "c"])
        #expect(all.take() == [])
        for (number, feed) in ["c", "a", "c", "a", "c"].enumerated() {
            directory.publish(feed: feed, durable: Self.cursor(Int64(number)))
        }
        #expect(directory.entry(of: "c")?.durable == Self.cursor(4))
        #expect(all.take() == ["c", "a"])
        directory.publish(feed: "c", durable: Self.cursor(9))
        #expect(all.take() == ["c"])
        Self.register("later", in: directory)
        #expect(all.take() == ["later"])
    }

    @Test func whoWantsSomeHearsOfThoseAlone() {
        let directory = Self.directory(["a", "b"])
        let some = directory.follow(["b", "later"])
        #expect(some.take() == ["b"])
        directory.publish(feed: "a", durable: Self.cursor(1))
        #expect(some.take() == [])
        Self.register("later", in: directory)
        directory.publish(feed: "b", durable: Self.cursor(1))
        #expect(some.take() == ["later", "b"])
    }

    /// A change is not missed, whether it comes before the reader waits or while it does.
    @Test func whoWaitsIsWoken() async {
        let directory = Self.directory(["a"])
        var changes = directory.follow(["a"])
        #expect(await changes.next() == ["a"])
        for sequence in 1...200 as ClosedRange<Int64> {
            async let published: Void = {
                if sequence.isMultiple(of: 2) { await Task.yield() }
                directory.publish(feed: "a", durable: Self.cursor(sequence))
            }()
            #expect(await changes.next() == ["a"])
            await published
        }
    }

    /// Nobody keeps a list for a reader that has gone.
    @Test func whoLeavesIsForgotten() {
        let directory = Self.directory(["a"])
        #expect(directory.followerCount == 0)
        do {
            let one = directory.follow(["a"])
            let all = directory.follow(nil)
            #expect(directory.followerCount == 2)
            #expect(one.take() == all.take())
        }
        #expect(directory.followerCount == 0)
        directory.publish(feed: "a", durable: Self.cursor(1))
    }

    @Test func nothingComesOnceCanceled() async {
        let directory = Self.directory([])
        let waiting = Task {
            var changes = directory.follow(nil)
            return await changes.next()
        }
        waiting.cancel()
        #expect(await waiting.value == nil)
    }
}
