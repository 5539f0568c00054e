/// Between who reads events and who hands them on in batches: the reader waits while a whole batch waits.
/// One reader and one taker.
package actor EventQueue {
    private var batcher: EventBatcher
    private var ending: (any Error)?
    private var isEnded = false
    private var isClosed = false
    private var reader: CheckedContinuation<Void, Never>?
    private var taker: CheckedContinuation<Void, Never>?

    /// - Parameter limit: most events in a batch.
    package init(limit: Int) { batcher = EventBatcher(limit: limit) }

    /// Adds lines; returns once there is room for more, or nobody takes any.
    ///
    /// - Throws: `CancellationError` once the queue is closed.
    package func put(_ lines: [ServedLine]) async throws {
        batcher.add(lines)
        wake(&taker)
        while batcher.isFull, !isClosed { await withCheckedContinuation { reader = $0 } }
        if isClosed { throw CancellationError() }
    }

    /// No more lines come.
    ///
    /// - Parameter error: why, where that is an error: it is thrown to the taker behind the last batch.
    package func end(_ error: (any Error)? = nil) {
        (isEnded, ending) = (true, error)
        wake(&taker)
    }

    /// Nothing is taken any more: whoever waits goes on, what waits stays where it was read.
    package func close() {
        isClosed = true
        wake(&reader)
        wake(&taker)
    }

    /// The next batch; waits for one.
    ///
    /// - Returns: nil at the end, or once the queue is closed.
    /// - Throws: what the reader ended with.
    package func next() async throws -> EventBatch? {
        while !isClosed {
            if let batch = batcher.next() {
                if !batcher.isFull { wake(&reader) }
                return batch
            }
            if isEnded {
                if let ending { throw ending }
                return nil
            }
            await withCheckedContinuation { taker = $0 }
        }
        return nil
    }

    private func wake(_ waiting: inout CheckedContinuation<Void, Never>?) {
        waiting?.resume()
        waiting = nil
    }
}
