/// Takes batches of one feed's events, in order.
package protocol EventSink: Sendable {
    /// Most events in one batch.
    var batchLimit: Int { get }

    /// Returns once the batch is delivered for good. The same batch comes again after an error, and may come
    /// again after a crash.
    ///
    /// - Throws: why it was not delivered; one line, without secrets.
    func deliver(_ batch: EventFollower.Batch) async throws
}

/// Why a sink did not take a batch.
package struct SinkFailure: Error, CustomStringConvertible {
    package var description: String
    /// Nobody will ever take anything again: no further attempt is made.
    package var isFinal = false
    /// Seconds for which the receiver asks to be left alone; nil: it does not say.
    package var retryAfter: Double?
}
