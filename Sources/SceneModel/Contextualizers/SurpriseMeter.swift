internal import TensorKernels

/// How surprising each part of a stream is, given the parts before it, and how new against the archive: a
/// value that takes one embedding at a time, without input or output.
package struct SurpriseMeter: Sendable {
    package let model: SurpriseModel
    /// Unit embeddings of the last parts that showed something, the oldest first; at most N - 1.
    package private(set) var past: [[Float]] = []

    package init(_ model: SurpriseModel) { self.model = model }

    /// What is said of a part, in nats.
    package struct Reading: Hashable, Sendable {
        /// By the N - 1 parts before it; nil for the first N - 1.
        package var surprise: Float?
        /// Against the archive alone.
        package var novelty: Float
    }

    /// What is said of the next part; nil for one that shows nothing, which is passed over. Equal embeddings
    /// give equal bits. O(pass + R E).
    package mutating func push(_ embedding: [Float]) -> Reading? {
        guard let unit = model.centering.unit(embedding) else { return nil }
        let tokens = model.network.tokenCount
        defer {
            if past.count == tokens - 1 { past.removeFirst() }
            past.append(unit)
        }
        let novelty = model.novelty(unit)
        guard past.count == tokens - 1 else { return Reading(surprise: nil, novelty: novelty) }
        let sequence = Matrix(rows: tokens, columns: unit.count, values: past.flatMap(\.self) + unit)
        return Reading(surprise: model.surprises(sequence)[0], novelty: novelty)
    }

    /// Goes on behind unit embeddings that another meter of the same model kept: at most N - 1.
    package mutating func restore(past: [[Float]]) {
        precondition(past.count < model.network.tokenCount, "at most N - 1 parts")
        self.past = past
    }

    /// Forgets what it saw: after a gap nothing follows from it.
    package mutating func forget() { past = [] }
}
