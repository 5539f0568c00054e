internal import EventJournal
internal import Platform
internal import Glibc
internal import Logging
internal import MediaInput
internal import SceneEvents
internal import ScenePipeline
internal import SceneSegmentation
internal import Timeline

/// The thread of one feed: waits, hands what happens to `FeedSupervisor` and `FeedSession`, and does what
/// they say.
final class FeedThread {
    private let plan: FeedPlan
    private let run: FeedRun
    private let outlet: any EventOutlet
    private let handOver: HandOver
    private let limiter: OpenLimiter
    private let logger: Logger
    private let wake: FeedWake
    private let isReplayed: Bool
    /// Is told what the thread does, for the watchdog.
    private let phase: @Sendable (LoopPhase) -> Void

    private var supervisor: FeedSupervisor
    private var session: FeedSession
    private var worker: WorkerLink?
    /// Messages that have been read were not all dealt with.
    private var isBehind = false
    /// When the last sign of life was given.
    private var beatAt = -Double.infinity
    private var shortage = ShortageWatch()
    private var turnAt: Double?
    private var outbox: [Event] = []
    /// Somebody has asked the feed to end.
    private var isAskedToEnd = false
    /// What a later process would go on from has changed.
    private var isCheckpointDue = false
    private var meter: FeedMeter
    private var statusIsNew = true
    private var statusAt = 0.0
    /// The last stall, and when it was last seen to go on.
    private var lastStall: (reason: Gap.Reason, seenAt: Double)?
    private static let stallMemory = 2.0
    private var ending: FeedEnding?
    /// Pictures that the outlet has not taken yet, as many as are kept at most.
    private var pictures: [FeedPicture] = []
    /// nil where the feed keeps no pictures.
    private let pictureMaker: FeedPictureMaker?

    init(
        plan: FeedPlan, run: FeedRun, model: SharedModel, outlet: any EventOutlet, limiter: OpenLimiter,
        logger: Logger, wake: FeedWake, isReplayed: Bool, phase: @escaping @Sendable (LoopPhase) -> Void
    ) {
        self.isReplayed = isReplayed
        self.plan = plan
        self.run = run
        self.phase = phase
        session = FeedSession(
            options: plan.options, model: model.forOneFeed(telling: phase), timeline: run.firstTimeline,
            input: plan.displayName, thumbnail: plan.pictures > 0 ? FeedPicture.view : nil)
        pictureMaker = plan.pictures > 0 ? FeedPictureMaker() : nil
        self.outlet = outlet
        handOver = HandOver(to: outlet, wake: { wake.call() })
        self.limiter = limiter
        self.logger = logger
        self.wake = wake
        let now = WallClock.monotonicSeconds()
        supervisor = FeedSupervisor(
            timing: plan.timing, isLive: plan.address.isLive, seed: UInt64.random(in: 0 ... .max), now: now)
        meter = FeedMeter(feed: plan.name, delayBound: plan.options.delayBound, now: now)
        switch run.beginning {
        case .resume(let record):
            let events = resume(record, now: now)
            if let media = reached { meter.noteFormerPicture(media: media, at: session.lastArrival) }
            tell(events, now: now)
        case .new(isRestart: true): if let left = run.checkpoint { session.begin(behind: left, now: now) }
        case .new, .replay, .finished: break
        }
    }

    private func resume(_ record: RunRecord, now: Double) -> [Event] {
        let wall = WallClock.unixMilliseconds()
        if let checkpoint = run.checkpoint {
            var restored = session
            if let events = try? restored.resume(checkpoint, record, now: now, unixMilliseconds: wall) {
                session = restored
                return events
            }
            logger.notice("its checkpoint cannot be read; the ring begins again")
        }
        return session.resume(record, now: now, unixMilliseconds: wall)
    }

    /// Runs to the end of the feed. `isStopping` is asked each time round.
    func run(isStopping: () -> Bool) -> FeedEnding {
        push(.start)
        deliver()
        while ending == nil {
            wait()
            if isStopping() {
                isAskedToEnd = true
                push(.stop)
            }
            let now = WallClock.monotonicSeconds()
            if now >= beatAt + 1 {
                beatAt = now
                phase(.turning)
            }
            if let turnAt, turnAt <= now {
                self.turnAt = nil
                push(.granted)
            }
            readWorker()
            let waited = session.wait(until: now)
            if !waited.isEmpty { isCheckpointDue = true }
            tell(waited, now: now)
            push(.tick)
            deliver()
        }
        worker = nil
        return ending ?? .stopped
    }

    /// Until a worker speaks, somebody calls, or a deadline is due.
    private func wait() {
        let now = WallClock.monotonicSeconds()
        var until = supervisor.deadline
        if let turnAt { until = min(until, turnAt) }
        // The outlet calls when it is done.
        if statusIsNew, !handOver.isBusy { until = min(until, statusAt) }
        let milliseconds = isBehind ? 0 : Int32(max(0, min(5000, ((until - now) * 1000).rounded(.up))))
        var requests = [pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0)]
        if let worker { requests.append(pollfd(fd: worker.descriptor, events: Int16(POLLIN), revents: 0)) }
        _ = poll(&requests, UInt(requests.count), milliseconds)
        shortage.noteWait(WallClock.monotonicSeconds() - now)
        var byte: UInt8 = 0
        if requests[0].revents != 0 { while read(wake.descriptor, &byte, 1) > 0 {} }
    }

    // MARK: - The worker

    /// Seconds after which deadlines and calls are looked at, however much the worker has told.
    private static let longestTurn = 0.1

    private func readWorker() {
        isBehind = false
        guard let worker else { return }
        let begun = WallClock.monotonicSeconds()
        let until = begun + Self.longestTurn
        defer { noteBusy(since: begun) }
        switch worker.read(until: until, { message throws(WireError) in try self.take(message) }) {
        case .caughtUp: break
        case .behind: isBehind = true
        case .over(let loss):
            self.worker = nil
            meter.noteEndOfWorker()
            push(.over(loss))
        }
    }

    /// What the worker told since `begun` waits to be taken: encoding, or the outlet, took that long.
    private func noteBusy(since begun: Double) {
        let length = WallClock.monotonicSeconds() - begun
        if length > Self.longestTurn { push(.busy(length)) }
    }

    private func take(_ message: WorkerMessage) throws(WireError) {
        let now = WallClock.monotonicSeconds()
        var message = message
        if supervisor.state == .stalled, let reason = supervisor.reason { lastStall = (reason, now) }
        if case .gap(var gap) = message, let stall = lastStall, now - stall.seenAt < Self.stallMemory {
            // The worker sees only that time stamps jumped; the deadlines know why. It tells of the pictures
            // after the gap before the gap itself is certain, so the stall may be over by now.
            gap.reason = stall.reason
            message = .gap(gap)
            lastStall = nil
        }
        let (isFirst, before) = (session.clock == nil, session.relief.step)
        let events = try session.take(message, now: now)
        if let pictureMaker {
            pictures += pictureMaker.pictures(of: session.takeThumbnails())
            // An outlet that is busy for long gets the newest.
            pictures.removeFirst(max(0, pictures.count - plan.pictures))
        }
        switch message {
        case .hello(let version, let unconfined):
            guard version == WorkerSpecification.protocolVersion else {
                throw WireError(reason: "it is of another version")
            }
            noteConfinement(unconfined)
            push(.greeted)
        case .opened(let media, let decoderDelay, _):
            if isFirst {
                let start = plan.streamStart(
                    media, decoderDelay: decoderDelay, run: run, model: session.modelSummary)
                tell([.streamStart(start)], now: now)
                if run.beginning == .new(isRestart: true) { tell(session.noteRestart(), now: now) }
            }
            tell(events, now: now)
            meter.noteConnection()
            shortage.restart()
            push(.opened)
            return
        case .advance(let advance): notePicture(now, isDamaged: advance.isDamaged)
        case .gap: shortage.restart()
        case .progress(let progress):
            meter.note(progress)
            push(.progress(progress))
        case .relief(let leftOut):
            logger.warning(
                leftOut.step > before ? "cannot keep up, leaves more out" : "keeps up, leaves less out",
                metadata: ["left out": "\(leftOut.names.joined(separator: " "))"])
            statusIsNew = true
        case .part, .shot, .open, .change, .state, .cue, .ending: break
        }
        switch message {
        case .part, .shot, .open, .gap: isCheckpointDue = true
        default: if !events.isEmpty { isCheckpointDue = true }
        }
        tell(events, now: now)
        // What a gap decides was due by the clock in front of it.
        if case .gap = message { meter.noteBreak() }
    }

    /// The one way into the outbox: what becomes certain at `now` is metered, whatever made it so.
    private func tell(_ events: [Event], now: Double) {
        outbox += events
        guard plan.address.isLive, let clock = session.clock else { return }
        meter.noteAnswers(in: events, clock: clock, now: now)
    }

    /// Said once for each change: a kernel has a net or lacks it, so that each worker tells the same.
    private func noteConfinement(_ gaps: ConfinementGaps) {
        guard meter.note(gaps) else { return }
        statusIsNew = true
        guard !gaps.isEmpty else { return }
        logger.warning(
            "its reader is not confined as it should be: see docs/explanation/live-feeds.md, confinement",
            metadata: ["missing": "\(gaps.names.joined(separator: " "))"])
    }

    private func spawn() {
        var media = plan.media
        media.views.formUnion(session.encoderInput.views)
        if pictureMaker != nil { media.views.insert(FeedPicture.view) }
        var specification = WorkerSpecification(
            input: plan.address.text, media: media, options: plan.options,
            sampling: session.encoderInput.sampling, relief: plan.address.isLive ? session.relief.step : nil)
        specification.told = session.told(now: WallClock.monotonicSeconds())
        do {
            let process = try WorkerProcess(
                executable: plan.executable, specification: specification, keepsErrors: plan.keepsErrors)
            worker = WorkerLink(process)
            if shortage.step != .none { worker?.askToLeaveOut(shortage.step) }
            push(.spawned)
        } catch {
            push(.spawnFailed(error.reason))
        }
    }

    // MARK: - What the supervisor says

    private func push(_ input: FeedSupervisor.Input) {
        let now = WallClock.monotonicSeconds()
        let before = supervisor.state
        let actions = supervisor.push(input, now: now)
        if supervisor.state != before {
            statusIsNew = true
            statusAt = now
            logChange(from: before)
        }
        for action in actions { perform(action, now) }
    }

    private func perform(_ action: FeedSupervisor.Action, _ now: Double) {
        switch action {
        case .requestTurn: turnAt = limiter.turn(host: plan.address.host, now: now)
        case .spawn: spawn()
        case .askToStop: worker?.askToStop()
        case .endWorker: worker?.end()
        case .beginGap(let reason):
            tell(session.pause(reason: reason), now: now)
            isCheckpointDue = true
            logger.notice("pictures are missing", metadata: ["reason": "\(reason.rawValue)"])
        case .heartbeat:
            let wall = WallClock.unixMilliseconds()
            tell([.heartbeat(meter.heartbeat(supervisor, session, unixMilliseconds: wall))], now: now)
            statusIsNew = true
            statusAt = now
        case .end(let found):
            var ending = found
            if case .lost(let text) = found, !isReplayed { ending = .damaged(text) }
            self.ending = ending
            // Nothing more is told of what is to be read again: the next reading goes on in the same run.
            let reason: StreamEnd.Reason? =
                switch ending {
                case .end: .end
                case .stopped, .noOutlet: .interrupted
                case .damaged, .failed: .damaged
                case .lost: nil
                }
            guard let reason else { break }
            let wall = WallClock.timestamp()
            tell(session.finish(reason: reason, now: now, wall: wall), now: now)
            isCheckpointDue = true
        }
    }

    private func logChange(from before: FeedState) {
        switch supervisor.state {
        case .running where before != .running:
            logger.info("pictures come", metadata: ["opens": "\(supervisor.opens)"])
        case .stalled:
            logger.warning("stalled", metadata: ["reason": "\(supervisor.reason?.rawValue ?? "")"])
        case .backoff:
            logger.warning(
                "not connected, will try again",
                metadata: ["trouble": "\(supervisor.trouble ?? supervisor.reason?.rawValue ?? "")"])
        default: break
        }
    }

    // MARK: - Events and status

    /// Where the last picture ends, seconds of media; nil before the first.
    private var reached: Double? {
        session.position.flatMap { position in session.clock?.seconds(at: position.pts) }
    }

    /// A decoder that meets another codec goes on to conceal: damaged pictures are no sign of life.
    private func notePicture(_ now: Double, isDamaged: Bool) {
        let media = reached
        meter.notePicture(
            media: media, isDamaged: isDamaged, isLive: plan.address.isLive, now: now,
            wall: Double(WallClock.unixMilliseconds()) / 1000)
        if plan.address.isLive, let media, let step = shortage.push(now: now, media: media) {
            worker?.askToLeaveOut(step)
        }
        statusIsNew = true
        if !isDamaged { push(.picture) }
    }

    /// Events that may wait for the outlet before the feed waits for it, too.
    private static let longestOutbox = 256

    private func deliver() {
        handOver.turn()
        if ending != nil || outbox.count >= Self.longestOutbox { waitForOutlet() }
        guard !handOver.isBusy else { return }
        let now = WallClock.monotonicSeconds()
        if let failure = handOver.failure {
            ending = .noOutlet(failure)
            outbox = []
        }
        let isStatusDue = ending != nil || statusIsNew && statusAt <= now
        guard !outbox.isEmpty || isCheckpointDue || isStatusDue || !pictures.isEmpty else { return }
        var parcel = HandOver.Parcel(
            events: plan.writesScores ? outbox : outbox.filter { $0.kind != .score })
        parcel.isStopping = isAskedToEnd
        if !outbox.isEmpty {
            outbox = []
            meter.noteEvents(wall: Double(WallClock.unixMilliseconds()) / 1000)
            statusIsNew = true
        }
        if isCheckpointDue, outlet.keepsCheckpoints, plan.address.isLive {
            parcel.checkpoint = session.checkpoint
        }
        isCheckpointDue = false
        (parcel.pictures, parcel.mostPictures) = (pictures, plan.pictures)
        pictures = []
        if isStatusDue {
            statusIsNew = false
            statusAt = now + 1
            parcel.status = meter.status(supervisor, session)
        }
        handOver.start(parcel)
        if ending != nil {
            waitForOutlet()
            if let failure = handOver.failure { ending = .noOutlet(failure) }
        }
    }

    private func waitForOutlet() {
        guard handOver.isBusy else { return }
        let begun = WallClock.monotonicSeconds()
        phase(.waiting)
        handOver.wait()
        beatAt = WallClock.monotonicSeconds()
        phase(.turning)
        shortage.noteWait(beatAt - begun)
        noteBusy(since: begun)
    }
}
