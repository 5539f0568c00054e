/// How a worker was lost.
package enum WorkerLoss: Hashable, Sendable {
    /// It said why.
    case ended(WorkerEnding)
    /// It said nothing: it crashed, was killed, or broke the rules; one line says which.
    case died(String)
}

/// How a feed ended.
package enum FeedEnding: Hashable, Sendable {
    /// The input was read to its end.
    case end
    /// The input broke off; one line says why.
    case damaged(String)
    /// What read it died, and it can be read again from its start; one line says how it died.
    case lost(String)
    /// The input could not be opened; one line says why.
    case failed(WorkerEnding.Failure, String)
    /// It was asked to.
    case stopped
    /// Its events found no way out; one line says why.
    case noOutlet(String)
}
