package import EventDelivery
package import FeedRuntime
internal import MediaInput
internal import Platform
package import Logging
internal import ScenePipeline
internal import SceneSegmentation
internal import Timeline

/// The feeds of a service: started, kept and ended as the configuration says.
///
/// Each feed has its own thread and worker; what they share is the models' weights and the turns to open
/// connections. So the trouble of one is no other's. A feed that cannot have what it needs, a descriptor, a
/// thread, its journal, waits and tries again; the others go on.
package actor FeedService {
    private let delivery: DeliveryService
    private let secret: @Sendable (String) throws -> String
    private let version: String
    private let log: Logger
    private let limiter: OpenLimiter
    private let board: ServiceBoard?
    private nonisolated let stops = FeedStops()
    private var running: [String: Running] = [:]
    private var models = ModelStore()
    private var descriptors = DescriptorShares()
    /// How many descriptors all feeds may hold: asked each time, for the limit may be raised while it runs.
    private var roomForFeeds: @Sendable () -> Int = { .max }
    /// A reload is replacing feeds: those that are to come are not there yet.
    private var isChanging = false

    private struct Running {
        var configuration: FeedConfiguration
        var model: SharedModel
        /// As it was read, like all that follows: files and credentials may have changed since.
        var address: FeedAddress
        var calibration: ScoreCalibration?
        var recall: RecallOptions?
        var surprise: SurpriseOptions?
        var handle: FeedStop
        var end: Task<FeedEnding, Never>
    }

    /// A feed that can be started.
    fileprivate struct Prepared: Sendable {
        var configuration: FeedConfiguration
        var plan: FeedPlan
        var model: SharedModel
        var descriptors: Int
    }

    /// Another configuration, all of whose feeds can be run. Nothing has changed yet; thrown away, it leaves
    /// nothing behind.
    package struct Changes: Sendable {
        fileprivate var feeds: [Prepared]
        fileprivate var models: ModelStore
        fileprivate var opensPerSecond: Double
        fileprivate var roomForFeeds: @Sendable () -> Int
    }

    /// - Parameters:
    ///   - delivery: gives each feed its outlet.
    ///   - opensPerSecond: connections opened in all.
    ///   - version: of the program.
    ///   - log: for people.
    ///   - board: gets the times of encoders and scorers.
    ///   - secret: gives the content of a credential.
    package init(
        delivery: DeliveryService, opensPerSecond: Double, version: String, log: Logger,
        board: ServiceBoard? = nil, secret: @escaping @Sendable (String) throws -> String
    ) {
        self.delivery = delivery
        self.secret = secret
        self.version = version
        self.log = log
        self.board = board
        limiter = OpenLimiter(perSecond: opensPerSecond)
    }

    // MARK: Another configuration

    /// Reads all models that `configuration` names and resolves its feeds. Running feeds do not notice.
    ///
    /// - Returns: what `commit` takes.
    /// - Throws: `FeedPlanError` for the first feed that cannot be run; everything is then as it was.
    package func prepare(_ configuration: ServiceConfiguration) async throws -> Changes {
        var known = models
        known.refresh()
        let (store, secret, version, load) = (known, secret, version, loading)
        // Models take seconds to read: not on one of the few threads that all tasks share.
        return try await OwnThread.run {
            var store = store
            let feeds = try configuration.feeds.map { feed in
                var (plan, model) = try FeedPlan.resolve(
                    feed, secret: secret, model: { try store.model($0, load: load) }, version: version)
                if let fault = AddressFault.find(in: plan.address.text) {
                    throw FeedPlanError(reason: "feed '\(feed.name)': input \(fault)")
                }
                // The rest of the time is the feed's own, and that of those who read its last events.
                plan.timing.drain = min(plan.timing.drain, 0.4 * configuration.limits.stopTime)
                return Prepared(
                    configuration: feed, plan: plan, model: model,
                    descriptors: DescriptorBudget.needed(byFeed: feed.name, of: configuration))
            }
            return Changes(
                feeds: feeds, models: store, opensPerSecond: configuration.limits.opensPerSecond,
                roomForFeeds: {
                    DescriptorBudget.shareOfFeeds(in: configuration, limit: DescriptorBudget.limit)
                })
        }
    }

    /// Makes the feeds those of `changes`: starts new ones, ends those that are gone, replaces those whose
    /// settings changed, or what the files and credentials hold that they name, and leaves equal ones alone.
    /// Returns once those that end have ended.
    package func commit(_ changes: Changes) async {
        guard !stops.isStopping else { return }
        isChanging = true
        defer { isChanging = false }
        limiter.set(perSecond: changes.opensPerSecond)
        roomForFeeds = changes.roomForFeeds
        models = changes.models
        models.prune(keeping: changes.feeds.map(\.model))
        let fresh = changes.feeds.filter { feed in
            guard let known = running[feed.configuration.name] else { return true }
            return known.configuration != feed.configuration || known.model !== feed.model
                || known.address != feed.plan.address
                || known.calibration != feed.plan.options.calibration
                || !RecallOptions.isSame(known.recall, feed.plan.options.recall)
                || !SurpriseOptions.isSame(known.surprise, feed.plan.options.surprise)
        }
        let names = Set(changes.feeds.map(\.configuration.name))
        let replaced = Set(fresh.map(\.configuration.name))
        let ending = running.filter { !names.contains($0.key) || replaced.contains($0.key) }
        for (name, feed) in ending {
            feed.handle.stop()
            running[name] = nil
            endings[name] = nil
        }
        for feed in fresh { await start(feed, after: ending[feed.configuration.name]?.end) }
        await withTaskGroup { [delivery] tasks in
            for (name, feed) in ending {
                tasks.addTask { [self] in
                    _ = await feed.end.value
                    if !names.contains(name) {
                        await delivery.remove(feed: name)
                        await forget(name)
                    }
                }
            }
        }
    }

    /// `prepare` and `commit`, for the start.
    package func apply(_ configuration: ServiceConfiguration) async throws {
        await commit(try prepare(configuration))
    }

    /// Reads a model, with a stopwatch where there is a board.
    private var loading: @Sendable (ModelKey) throws -> ChosenModel {
        guard let board else { return { try $0.load() } }
        return { key in
            try key.load().timed { stage, seconds in
                board.update {
                    $0.inference[stage.rawValue, default: Histogram(bounds: Histogram.inferenceBounds)]
                        .observe(seconds)
                }
            }
        }
    }

    // MARK: The end

    /// Asks all feeds to end. Returns at once, from any thread; no feed begins any more.
    package nonisolated func requestStop() { stops.stopAll() }

    /// Feeds that have not ended.
    package nonisolated var openFeeds: Int { stops.count }

    /// Ends all feeds in order, and waits for them.
    package func stop() async {
        stops.stopAll()
        for feed in running.values { _ = await feed.end.value }
    }

    /// Waits until every feed has come to its end by itself; with a live feed, or without any feed, that is
    /// never.
    ///
    /// - Returns: how they ended; empty where the task was canceled.
    package func waitForEnd() async -> [FeedEnding] {
        while !Task.isCancelled {
            let open = running.first { endings[$0.key] == nil }
            guard let (name, feed) = open else {
                if !endings.isEmpty, !isChanging { return Array(endings.values) }
                // Feeds may come with a reload.
                try? await Task.sleep(for: .seconds(1))
                continue
            }
            let ending = await feed.end.value
            // A feed that was replaced meanwhile has a new task under its name.
            if running[name]?.handle === feed.handle { endings[name] = ending }
        }
        return []
    }

    /// How feeds ended that came to their end.
    private var endings: [String: FeedEnding] = [:]

    // MARK: One feed

    private func start(_ feed: Prepared, after predecessor: Task<FeedEnding, Never>?) async {
        let name = feed.configuration.name
        let handle = FeedStop()
        stops.add(handle)
        // Readers know of the feed once the service is ready. What goes wrong here is tried again, and told
        // then.
        let outlet = try? await outlet(of: feed)
        endings[name] = nil
        running[name] = Running(
            configuration: feed.configuration, model: feed.model, address: feed.plan.address,
            calibration: feed.plan.options.calibration, recall: feed.plan.options.recall,
            surprise: feed.plan.options.surprise, handle: handle,
            end: Task {
                _ = await predecessor?.value
                defer { stops.remove(handle) }
                return await follow(feed, handle, outlet)
            })
    }

    /// Deaths of a file's worker without a new event between them, after which the file counts as damaged.
    private static let patience = 3

    /// Runs a feed to its end. A file whose worker dies is read again; what it told before is not told twice.
    private func follow(_ feed: Prepared, _ handle: FeedStop, _ found: FeedOutlet?) async -> FeedEnding {
        let log = logger(feed.configuration.name)
        var (outlet, run) = (found, FeedRun?.none)
        var (deaths, reached) = (0, String?.none)
        var shortage = FeedShortage(feed.configuration.name, board: delivery.board, log: log)
        var ending = FeedEnding.stopped
        while !handle.isEnding {
            do {
                if outlet == nil { outlet = try await self.outlet(of: feed) }
                try take(feed)
                guard let open = outlet else { preconditionFailure("it was opened") }
                // What was found out about the last run is found out once: a new one may have begun with it.
                if run == nil { run = try await join(feed, open) }
                guard let next = run else { preconditionFailure("it was joined") }
                let runner = try launch(
                    feed, next, open,
                    isReplayed: feed.plan.address.fileModified != nil && deaths < Self.patience)
                run = nil
                shortage.end()
                handle.attach(runner)
                ending = await runner.ending
                delivery.monitor.end(Self.loop(feed))
                guard case .lost(let text) = ending, !handle.isEnding else { break }
                let last = await open.lastMark
                deaths = last != reached ? 1 : deaths + 1
                reached = last
                log.warning("will be read again", metadata: ["trouble": "\(text)"])
            } catch {
                // A file has nobody who waits for it; whoever asked for it to be read wants to know.
                guard feed.plan.address.isLive || ResourceShortage(error) != nil else {
                    ending = .noOutlet("\(error)")
                    break
                }
                await shortage.wait(error, while: { !handle.isEnding })
            }
        }
        keepOutlet(of: feed)
        switch ending {
        case .end, .stopped: break
        case .damaged(let text), .failed(_, let text), .noOutlet(let text), .lost(let text):
            note(text, of: feed.configuration.name)
            log.error("feed has ended", metadata: ["reason": "\(text)"])
        }
        return ending
    }

    /// Says on the board why a feed is over: its own thread tells only that it is, if it ever began.
    private func note(_ trouble: String, of name: String) {
        let now = WallClock.monotonicSeconds()
        delivery.board.update(name) { entry in
            var status = entry.status ?? FeedStatus(feed: name, now: now)
            if status.state != .ended { (status.state, status.since) = (.ended, now) }
            status.trouble = trouble
            entry.status = status
        }
    }

    /// Takes the descriptors that the feed needs.
    private func take(_ feed: Prepared) throws(ResourceShortage) {
        try descriptors.set(feed.descriptors, for: feed.configuration.name, room: roomForFeeds())
    }

    /// The feed has ended: its journal and its sinks stay open, its worker does not.
    private func keepOutlet(of feed: Prepared) {
        let kept = feed.descriptors - DescriptorBudget.perWorker
        try? descriptors.set(kept, for: feed.configuration.name, room: .max)
    }

    /// A feed is not in the configuration any more, and nothing of it is open.
    private func forget(_ name: String) {
        if running[name] == nil { descriptors.remove(name) }
    }

    private func outlet(of feed: Prepared) async throws -> FeedOutlet {
        try take(feed)
        return try await delivery.outlet(for: feed.configuration.name, makeRun: { RunIdentity.make() })
    }

    private func join(_ feed: Prepared, _ outlet: FeedOutlet) async throws -> FeedRun {
        let plan = feed.plan
        // A disk may be slow: not on one of the few threads that all tasks share.
        let (modified, source) = try await OwnThread.run { (plan.address.fileModified, plan.source) }
        return try await outlet.join(
            terms: plan.terms(model: feed.model.summary), writesScores: plan.writesScores,
            modified: modified, source: source, makeRun: { RunIdentity.make() })
    }

    private func launch(_ feed: Prepared, _ run: FeedRun, _ outlet: FeedOutlet, isReplayed: Bool) throws
        -> FeedRunner
    {
        let runner = FeedRunner(name: feed.configuration.name)
        try runner.start(
            feed.plan, run: run, model: feed.model, outlet: outlet, limiter: limiter,
            logger: logger(feed.configuration.name), isReplayed: isReplayed,
            phase: { [monitor = delivery.monitor, loop = Self.loop(feed)] in monitor.beat(loop, $0) })
        return runner
    }

    private static func loop(_ feed: Prepared) -> String { "feed \(feed.configuration.name)" }

    private func logger(_ name: String) -> Logger {
        var log = log
        log[metadataKey: "feed"] = "\(name)"
        return log
    }
}
