internal import Platform
package import SceneEvents
internal import ScenePipeline
package import Timeline

/// What a feed has come to, for people: counters over all its workers, lag, drift, delays.
///
/// A value; the clocks come with each call.
package struct FeedMeter: Sendable {
    private var status: FeedStatus
    private var lag = LagMeter()
    private var drift = DriftMeter()
    /// Counters of the workers that are gone, and of the one that runs.
    private var past = WorkerProgress()
    private var present = WorkerProgress()

    /// - Parameters:
    ///   - feed: its name.
    ///   - delayBound: seconds of media within which answers are promised; nil: none are.
    ///   - now: seconds of the monotonic clock.
    package init(feed: String, delayBound: Double?, now: Double) {
        status = FeedStatus(feed: feed, now: now)
        status.delays = AnswerDelays(bound: delayBound)
    }

    // MARK: - What happened

    /// Another connection has shown its first picture: its clock says nothing of the one before.
    package mutating func noteConnection() {
        status.lag = nil
        noteBreak()
    }

    /// Media time went on without pictures.
    package mutating func noteBreak() {
        lag.restart()
        drift.restart()
    }

    /// The feed goes on behind pictures that another process took: what that left undecided is as late as the
    /// last of them is old.
    ///
    /// - Parameters:
    ///   - media: where the last of them ends, seconds of media.
    ///   - moment: when it came, seconds of the monotonic clock.
    package mutating func noteFormerPicture(media: Double, at moment: Double) {
        _ = lag.push(now: moment, media: media)
    }

    /// A picture came.
    ///
    /// - Parameters:
    ///   - media: where it stands, seconds of media; nil: nowhere yet.
    ///   - isDamaged: the decoder concealed some of it.
    ///   - isLive: the source's clock is held against ours.
    ///   - now: seconds of the monotonic clock.
    ///   - wall: Unix seconds.
    package mutating func notePicture(
        media: Double?, isDamaged: Bool, isLive: Bool, now: Double, wall: Double
    ) {
        status.pictures += 1
        if isDamaged { status.damagedPictures += 1 }
        status.lastPictureTime = wall
        guard let media else { return }
        if isLive { drift.push(now: now, media: media) }
        status.lag = lag.push(now: now, media: media)
    }

    /// Observes how late the answers among `events` are.
    package mutating func noteAnswers(in events: [Event], clock: MediaClock, now: Double) {
        for event in events { status.delays.note(event, clock: clock, now: now, earliest: lag.earliest) }
    }

    /// Events were handed over. `wall`: Unix seconds.
    package mutating func noteEvents(wall: Double) { status.lastEventTime = wall }

    /// Counters of the worker that runs.
    package mutating func note(_ progress: WorkerProgress) { present = progress }

    /// The worker is gone; the next one counts from 0.
    package mutating func noteEndOfWorker() {
        past = total
        present = WorkerProgress()
    }

    /// Which nets the worker lacks. Returns whether that is news.
    package mutating func note(_ gaps: ConfinementGaps) -> Bool {
        guard status.unconfined != gaps else { return false }
        status.unconfined = gaps
        return true
    }

    // MARK: - What it came to

    private var total: WorkerProgress {
        var total = past
        for counter in [
            \WorkerProgress.bytes, \.packets, \.decodeErrors, \.repairedTimestamps,
        ] as [WritableKeyPath<WorkerProgress, Int64>] {
            // Workers tell these, and a worker may have been taken over by who sends the stream.
            let (sum, isBeyond) = past[keyPath: counter].addingReportingOverflow(present[keyPath: counter])
            total[keyPath: counter] = isBeyond ? .max : sum
        }
        return total
    }

    private func state(_ core: FeedSupervisor, _ session: FeedSession) -> FeedState {
        core.state == .running && session.relief != .nothing ? .degraded : core.state
    }

    /// How the feed stands, as an event. `unixMilliseconds`: the wall clock.
    package func heartbeat(_ core: FeedSupervisor, _ session: FeedSession, unixMilliseconds: Int64)
        -> Heartbeat
    {
        Heartbeat(
            state: state(core, session), reason: core.reason, at: session.position,
            lag: core.state == .running ? status.lag : nil, opens: core.opens,
            bytes: total.bytes, packets: total.packets, pictures: status.pictures,
            unixMilliseconds: unixMilliseconds, wall: WallClock.timestamp(milliseconds: unixMilliseconds))
    }

    /// How the feed stands, for pages and metrics.
    package func status(_ core: FeedSupervisor, _ session: FeedSession) -> FeedStatus {
        var status = status
        status.state = state(core, session)
        status.relief = session.relief
        status.surprise = session.surprise?.last?.value
        status.novelty = session.surprise?.level?.value
        status.noveltyLimit = session.surprise?.limit?.value
        status.isNew = session.surprise?.isNew
        status.drift = drift.partsPerMillion
        status.since = core.since
        status.lastReason = core.lastReason
        status.opens = core.opens
        status.connections = core.connections
        status.failedOpens = core.failedOpens
        status.reconnects = core.reconnects
        status.trouble = core.trouble
        status.lastPTS = session.position?.pts
        status.lastSeconds = session.position.flatMap { position in
            session.clock?.seconds(at: position.pts)
        }
        status.bytes = total.bytes
        status.packets = total.packets
        status.decodeErrors = total.decodeErrors
        status.repairedTimestamps = total.repairedTimestamps
        return status
    }
}
