package import EventJournal
internal import Synchronization

/// Which feeds there are, and up to where each one's events are on disk and may be told.
///
/// Readers ask here what they may read, and are woken when there is more. They read the journal themselves,
/// each at its own pace, so that no reader can hold up a feed or another reader, and none needs memory for
/// what it has not taken yet.
package final class EventDirectory: Sendable {
    package struct Entry: Hashable, Sendable {
        package var layout: JournalLayout
        /// Where the feed stood when the process began.
        package var start: JournalCursor
        /// The last event on disk.
        package var durable: JournalCursor
        /// The last event of the run before, where a run has begun in this process: who has taken that one
        /// lacks nothing in front of the run, even if the one before is no longer kept.
        package var former: JournalCursor?
    }

    private struct State {
        var entries: [String: Entry] = [:]
        /// Names of the feeds that the configuration lists; their journals may not be open yet.
        var configured: Set<String> = []
        var isSettled = false
        var wakers: [Int: AsyncStream<Void>.Continuation] = [:]
        var followers: [Int: Follower] = [:]
        /// Those that follow a feed by its name, and those that follow all.
        var named: [String: Set<Int>] = [:]
        var unnamed: Set<Int> = []
        /// Wakers and followers so far.
        var count = 0

        /// Notes that there is something new of `feed`.
        ///
        /// - Returns: those who wait for something.
        mutating func note(_ feed: String) -> [AsyncStream<Void>.Continuation] {
            (named[feed] ?? []).union(unnamed).compactMap { followers[$0]?.note(feed) }
        }
    }

    private struct Follower {
        /// nil: all feeds.
        var feeds: [String]?
        /// Feeds with something new, in order, each once.
        var changed: [String] = []
        var isChanged: Set<String> = []
        var waker: AsyncStream<Void>.Continuation

        /// - Returns: whom to wake, where nothing was new before.
        mutating func note(_ feed: String) -> AsyncStream<Void>.Continuation? {
            guard isChanged.insert(feed).inserted else { return nil }
            changed.append(feed)
            return changed.count == 1 ? waker : nil
        }
    }

    private let state = Mutex(State())
    /// Told what readers find missing.
    let faults: JournalFaultLog?

    /// - Parameter faults: told what readers find missing or damaged in the journals; nil: nobody is.
    package init(faults: JournalFaultLog? = nil) { self.faults = faults }

    /// Notes the feeds that the configuration lists now, by name.
    package func expect(_ feeds: some Sequence<String>) {
        state.withLock { $0.configured = Set(feeds) }
        wake()
    }

    /// No further journal is waited for: every feed that can be started is there.
    package func settle() {
        state.withLock { $0.isSettled = true }
        wake()
    }

    /// Adds a feed whose last event is `durable`.
    package func register(feed: String, layout: JournalLayout, durable: JournalCursor) {
        let waiting = state.withLock { state in
            state.entries[feed] = Entry(layout: layout, start: durable, durable: durable)
            return state.note(feed)
        }
        for waker in waiting { waker.yield() }
        wake()
    }

    /// Events up to `durable` are on disk.
    package func publish(feed: String, durable: JournalCursor) {
        let waiting = state.withLock { state in
            if let before = state.entries[feed]?.durable, before.run != durable.run {
                state.entries[feed]?.former = before
            }
            state.entries[feed]?.durable = durable
            return state.note(feed)
        }
        for waker in waiting { waker.yield() }
        wake()
    }

    /// The feeds by name, as they stand. Whoever asks for one feed asks for its `entry`: while a copy of all
    /// is held, the next change costs another.
    package var entries: [String: Entry] { state.withLock { $0.entries } }

    /// A feed as it stands; nil where there is none of this name.
    package func entry(of feed: String) -> Entry? { state.withLock { $0.entries[feed] } }

    /// Names of the feeds that may be asked for, sorted: those of the configuration, and those whose journal
    /// is open.
    package var names: [String] { state.withLock { $0.configured.union($0.entries.keys).sorted() } }

    /// Returns once the journals of all feeds are open, or the task is canceled. Before that nobody can say
    /// what a cursor, or "now", means.
    package func waitUntilSettled() async {
        for await _ in changes() {
            let isSettled = state.withLock { state in
                state.isSettled || state.configured.isSubset(of: state.entries.keys)
            }
            if isSettled { return }
        }
    }

    /// One element now and whenever anything has changed since the last one was taken; several changes may be
    /// one element.
    package func changes() -> AsyncStream<Void> {
        // Elements carry nothing: to drop all but the newest is the wish.
        let (stream, continuation) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            state.count += 1
            state.wakers[state.count] = continuation
            return state.count
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.wakers[number] = nil }
        }
        continuation.yield()
        return stream
    }

    /// What is new from now on of some feeds, or of all, of those that come later, too. At first each feed
    /// counts as new. O(feeds).
    package func follow(_ feeds: [String]?) -> FeedChanges {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            state.count += 1
            var follower = Follower(feeds: feeds, waker: continuation)
            for feed in feeds ?? state.entries.keys.sorted() where state.entries[feed] != nil {
                _ = follower.note(feed)
            }
            state.followers[state.count] = follower
            if let feeds {
                for feed in feeds { state.named[feed, default: []].insert(state.count) }
            } else {
                state.unnamed.insert(state.count)
            }
            return state.count
        }
        return FeedChanges(directory: self, number: number, wakes: stream)
    }

    /// Readers that follow.
    package var followerCount: Int { state.withLock { $0.followers.count } }

    func takeChanges(of number: Int) -> [String] {
        state.withLock { state in
            guard let changed = state.followers[number]?.changed, !changed.isEmpty else { return [] }
            state.followers[number]?.changed = []
            state.followers[number]?.isChanged = []
            return changed
        }
    }

    func endFollowing(_ number: Int) {
        state.withLock { state in
            guard let follower = state.followers.removeValue(forKey: number) else { return }
            state.unnamed.remove(number)
            for feed in follower.feeds ?? [] {
                state.named[feed]?.remove(number)
                if state.named[feed]?.isEmpty == true { state.named[feed] = nil }
            }
        }
    }

    private func wake() {
        let wakers = state.withLock { Array($0.wakers.values) }
        for waker in wakers { waker.yield() }
    }
}
