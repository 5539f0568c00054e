/// What a loop that is watched does at the moment; decides how long it may go without a sign of life.
package enum LoopPhase: Hashable, Sendable {
    /// It turns by itself and is back soon, whatever its input does.
    case turning
    /// It calculates: that ends, but on a machine with too little processor late.
    case calculating
    /// It waits for something that is watched itself, or that another loop holds: for the journal, for a
    /// model.
    case waiting

    /// Seconds without a sign of life after which the loop counts as stuck; nil: who waits is not the one
    /// that is stuck.
    package var limit: Double? {
        switch self {
        case .turning: 15
        case .calculating: 120
        case .waiting: nil
        }
    }
}
