internal import ScenePipeline

/// The run that a feed's events join: a new one, or that of an earlier process whose journal goes on.
package struct FeedRun: Hashable, Sendable {
    /// ULID.
    package var name: String
    /// `seq` of the run's last event; 0 in a new run.
    package var lastSequence: Int64

    package init(name: String, lastSequence: Int64 = 0) {
        self.name = name
        self.lastSequence = lastSequence
    }

    /// Number of the first timeline. Within a run numbers only rise, and each timeline that came before took at least one
    /// event to tell of.
    var firstTimeline: Int { Int(lastSequence) }

    /// An earlier process wrote into it: scened was away.
    var isResumed: Bool { lastSequence > 0 }
}
