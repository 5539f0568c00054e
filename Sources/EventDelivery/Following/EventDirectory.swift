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
    }

    private struct State {
        var entries: [String: Entry] = [:]
        /// Names of the feeds that the configuration lists; their journals may not be open yet.
        var configured: Set<String> = []
        var isSettled = false
        var wakers: [Int: AsyncStream<Void>.Continuation] = [:]
        var nextWaker = 0
    }

    private let state = Mutex(State())

    package init() {}

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
        state.withLock { $0.entries[feed] = Entry(layout: layout, start: durable, durable: durable) }
        wake()
    }

    /// Events up to `durable` are on disk.
    package func publish(feed: String, durable: JournalCursor) {
        state.withLock { $0.entries[feed]?.durable = durable }
        wake()
    }

    /// The feeds by name, as they stand.
    package var entries: [String: Entry] { state.withLock { $0.entries } }

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
            state.nextWaker += 1
            state.wakers[state.nextWaker] = continuation
            return state.nextWaker
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.wakers[number] = nil }
        }
        continuation.yield()
        return stream
    }

    private func wake() {
        let wakers = state.withLock { Array($0.wakers.values) }
        for waker in wakers { waker.yield() }
    }
}
