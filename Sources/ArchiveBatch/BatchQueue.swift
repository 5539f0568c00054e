/// Which film is next, and how a batch stands: a value without I/O, clock or processes.
package struct BatchQueue: Sendable {
    /// Why no further film is begun.
    package enum Stop: Hashable, Sendable {
        /// What is begun is finished.
        case draining
        /// What is begun is given up.
        case ended
    }

    package struct Counts: Hashable, Sendable {
        package var total = 0
        /// Done in this run; among them the damaged.
        package var done = 0
        package var damaged = 0
        /// Done before.
        package var present = 0
        package var failedForGood = 0
        package var failedForNow = 0
        /// Microseconds of the films that were done in this run.
        package var filmSeconds: Int64 = 0

        package init() {}
        /// Films of which something is known.
        package var settled: Int { done + present + failedForGood + failedForNow }
    }

    private var waiting: ArraySlice<BatchItem>
    package private(set) var running: Set<BatchItem> = []
    package private(set) var counts = Counts()
    package private(set) var stop: Stop?

    package init(_ items: [BatchItem]) {
        waiting = items[...]
        counts.total = items.count
    }

    /// The next film, which then runs; nil where none is to be begun.
    package mutating func next() -> BatchItem? {
        guard stop == nil, let item = waiting.popFirst() else { return nil }
        running.insert(item)
        return item
    }

    /// Begins no further film. What was said stays said: a drain becomes an end, never the other way round.
    package mutating func stop(_ kind: Stop) {
        if stop != .ended { stop = kind }
    }

    /// A film that was next was done before.
    package mutating func wasPresent(_ item: BatchItem, isDamaged: Bool) {
        running.remove(item)
        counts.present += 1
        if isDamaged { counts.damaged += 1 }
    }

    /// A film that ran ended. `filmSeconds`: its length, where it is done.
    package mutating func ended(_ item: BatchItem, _ ending: ItemEnding, filmSeconds: Int64 = 0) {
        running.remove(item)
        switch ending {
        case .done, .damaged:
            counts.done += 1
            counts.filmSeconds += filmSeconds
            if case .damaged = ending { counts.damaged += 1 }
        case .failedForGood: counts.failedForGood += 1
        case .failedForNow: counts.failedForNow += 1
        case .stopped: waiting.insert(item, at: waiting.startIndex)
        }
    }

    /// Nothing runs, and nothing is to be begun.
    package var isOver: Bool { running.isEmpty && (stop != nil || waiting.isEmpty) }

    /// What the process tells the shell: 0 all are done; 75 another run may do more; 65 the rest never will
    /// be done as it is, or ends early.
    package var exitStatus: Int32 {
        if !waiting.isEmpty || counts.failedForNow > 0 { return 75 }
        return counts.failedForGood + counts.damaged > 0 ? 65 : 0
    }
}
