package import EventJournal
package import Timeline

/// How one feed stands: what metrics, health and status lines are made of. Counters never fall: they count
/// from the start of the feed's thread, and on a board also what threads before it came to.
package struct FeedStatus: Sendable, Equatable {
    package typealias State = FeedState

    /// The name in the configuration.
    package var feed: String
    package var state: State
    /// When `state` began: seconds on the monotonic clock.
    package var since: Double
    /// Why the last connection was lost, e.g. `stall`; nil before the first loss.
    package var lastReason: Gap.Reason?
    /// Connections opened after the first.
    package var reconnects = 0
    /// Attempts to connect, whether they gave pictures or not.
    package var opens = 0
    /// Attempts that gave a picture.
    package var connections = 0
    /// Attempts that gave no picture.
    package var failedOpens = 0
    /// End of the last picture on the feed's timeline; nil before the first.
    package var lastPTS: Int64?
    /// The same in seconds from the feed's first picture.
    package var lastSeconds: Double?
    /// Unix time of the last picture's arrival, seconds; nil before the first.
    package var lastPictureTime: Double?
    /// Unix time of the last event, seconds; nil before the first.
    package var lastEventTime: Double?
    /// How far the pictures are behind the wall clock, compared with the moment since the last connection at
    /// which they were farthest ahead; seconds, nil before the first picture.
    package var lag: Double?
    package var bytes: Int64 = 0
    /// Packets of the chosen video stream.
    package var packets: Int64 = 0
    package var pictures: Int64 = 0
    package var damagedPictures: Int64 = 0
    /// Packets or pictures that the decoder refused.
    package var decodeErrors: Int64 = 0
    /// Time stamps moved to keep the order.
    package var repairedTimestamps: Int64 = 0
    /// Millionths by which the source's clock is slower than ours; nil while that is not known.
    package var drift: Double?
    /// Surprise of the last part and mean novelty of the last ones in nats, and whether something new is on;
    /// nil where nobody asked, or too little came.
    package var surprise: Double?
    package var novelty: Double?
    package var isNew: Bool?
    /// Above what the mean is new; nil where nobody asked, or the feed's own past is not known yet.
    package var noveltyLimit: Double?
    package var delays = AnswerDelays(bound: nil)
    /// What is left out because the machine cannot keep up.
    package var relief = Relief.LeftOut.nothing
    /// What of its confinement the last worker could not have; nil before the first.
    package var unconfined: ConfinementGaps?
    /// Why the last attempt failed, one line without secrets; nil if it did not.
    package var trouble: String?

    /// A feed that has not started. `now`: seconds on the monotonic clock.
    package init(feed: String, now: Double) {
        self.feed = feed
        state = .idle
        since = now
    }

    /// A feed that is over: a process before this one read it to its end. This one has counted nothing of it.
    ///
    /// - Parameters:
    ///   - feed: its name.
    ///   - record: of its run.
    ///   - now: seconds on the monotonic clock.
    package init(feed: String, finished record: RunRecord, now: Double) {
        self.init(feed: feed, now: now)
        state = .ended
        guard let clock = record.clock else { return }
        (lastPTS, lastSeconds) = (record.reached, clock.seconds(at: record.reached))
    }

    /// The same, counted on from what the feed had come to before its thread began.
    ///
    /// - Parameter former: how the thread before it ended; nil: there was none.
    /// - Returns: with the counters of both.
    package func counted(behind former: FeedStatus?) -> FeedStatus {
        guard let former else { return self }
        var status = self
        for counter in [\FeedStatus.reconnects, \.opens, \.connections, \.failedOpens]
            as [WritableKeyPath<FeedStatus, Int>]
        {
            status[keyPath: counter] += former[keyPath: counter]
        }
        for counter in [
            \FeedStatus.bytes, \.packets, \.pictures, \.damagedPictures, \.decodeErrors, \.repairedTimestamps,
        ] as [WritableKeyPath<FeedStatus, Int64>] {
            // Workers tell some of these.
            let (sum, isBeyond) = self[keyPath: counter].addingReportingOverflow(former[keyPath: counter])
            status[keyPath: counter] = isBeyond ? .max : sum
        }
        status.delays = delays.counted(behind: former.delays)
        status.lastPictureTime = lastPictureTime ?? former.lastPictureTime
        status.lastEventTime = lastEventTime ?? former.lastEventTime
        return status
    }
}
