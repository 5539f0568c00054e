package import Logging
internal import ScenePipeline

/// The feeds of a service: started, kept and ended as the configuration says.
///
/// Each feed has its own thread and worker; what they share is the models' weights and the turns to open connections. So the
/// trouble of one is no other's.
package actor FeedService {
    private let delivery: DeliveryService
    private let secret: @Sendable (String) throws -> String
    private let version: String
    private let log: Logger
    private let limiter: OpenLimiter
    private let board: ServiceBoard?
    private var running: [String: Running] = [:]
    private var models: [String: SharedModel] = [:]
    private var isStopping = false

    private struct Running {
        var configuration: FeedConfiguration
        var runner: FeedRunner
        var end: Task<FeedEnding, Never>
        /// It was asked to end: it is not to be run again.
        var isEnding = false
    }

    /// A feed that can be started.
    private struct Prepared {
        var configuration: FeedConfiguration
        var plan: FeedPlan
        var model: SharedModel
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

    /// Looks whether every feed could be run, without running any.
    ///
    /// - Throws: `FeedPlanError` for the first that could not.
    package func check(_ feeds: [FeedConfiguration]) throws {
        for feed in feeds { _ = try prepare(feed) }
    }

    /// Makes the feeds those of `feeds`: starts new ones, ends those that are gone, replaces those that changed, and leaves
    /// equal ones alone.
    ///
    /// - Throws: before anything has changed, where one cannot be run.
    package func apply(_ feeds: [FeedConfiguration]) async throws {
        let fresh = try feeds.filter { running[$0.name]?.configuration != $0 }.map(prepare)
        let names = Set(feeds.map(\.name))
        let replaced = Set(fresh.map(\.configuration.name))
        let ending = running.values.filter {
            !names.contains($0.runner.name) || replaced.contains($0.runner.name)
        }
        for feed in ending {
            running[feed.runner.name]?.isEnding = true
            feed.runner.stop()
        }
        for feed in ending {
            _ = await feed.end.value
            running[feed.runner.name] = nil
            endings[feed.runner.name] = nil
        }
        for feed in fresh { try await start(feed) }
        for feed in ending where !names.contains(feed.runner.name) {
            await delivery.remove(feed: feed.runner.name)
        }
    }

    /// Ends all feeds in order, and waits for them.
    package func stop() async {
        isStopping = true
        for feed in running.values { feed.runner.stop() }
        for feed in running.values { _ = await feed.end.value }
    }

    /// Waits until every feed has come to its end by itself; with a live feed, or without any feed, that is never.
    ///
    /// - Returns: how they ended; empty where the task was cancelled.
    package func waitForEnd() async -> [FeedEnding] {
        while !Task.isCancelled {
            let open = running.values.first { endings[$0.runner.name] == nil }
            guard let open else {
                if !endings.isEmpty { return Array(endings.values) }
                // Feeds may come with a reload.
                try? await Task.sleep(for: .seconds(1))
                continue
            }
            let ending = await open.end.value
            // A feed that was replaced meanwhile has a new task under its name.
            if running[open.runner.name]?.runner === open.runner { endings[open.runner.name] = ending }
        }
        return []
    }

    /// How feeds ended that came to their end.
    private var endings: [String: FeedEnding] = [:]

    private func prepare(_ configuration: FeedConfiguration) throws -> Prepared {
        var shared: SharedModel?
        let plan = try FeedPlan.resolve(
            configuration, secret: secret,
            model: { path, neighborCount in
                let key = "\(neighborCount) \(path ?? "")"
                let known =
                    try models[key]
                    ?? SharedModel(
                        timed(
                            path.map {
                                try ChosenModel(path: $0, neighborCount: neighborCount, threadCount: 0)
                            } ?? ChosenModel(neighborCount: neighborCount)))
                models[key] = known
                shared = known
                return known.model
            }, version: version
        ).plan
        guard let shared else { preconditionFailure("a plan has a model") }
        return Prepared(configuration: configuration, plan: plan, model: shared)
    }

    /// The model, its calls on the board.
    private func timed(_ model: ChosenModel) -> ChosenModel {
        guard let board else { return model }
        return model.timed { stage, seconds in
            board.update {
                $0.inference[stage.rawValue, default: Histogram(bounds: Histogram.inferenceBounds)].observe(
                    seconds)
            }
        }
    }

    private func start(_ feed: Prepared) async throws {
        let name = feed.configuration.name
        let outlet = try await delivery.outlet(for: name, makeRun: { RunIdentity.make() })
        let runner = try await launch(feed, outlet, isReplayed: feed.plan.address.fileModified != nil)
        endings[name] = nil
        running[name] = Running(
            configuration: feed.configuration, runner: runner,
            end: Task { await self.follow(feed, outlet, runner) })
    }

    private func launch(_ feed: Prepared, _ outlet: FeedOutlet, isReplayed: Bool) async throws -> FeedRunner {
        let name = feed.configuration.name
        let run = try await outlet.join(
            terms: feed.plan.terms(model: feed.model.model.summary), writesScores: feed.plan.writesScores,
            modified: feed.plan.address.fileModified,
            makeRun: { RunIdentity.make() })
        let runner = FeedRunner(name: name)
        runner.start(
            feed.plan, run: run, model: feed.model, outlet: outlet, limiter: limiter, logger: logger(name),
            isReplayed: isReplayed, turn: { [monitor = delivery.monitor] in monitor.beat("feed \(name)") })
        return runner
    }

    /// Deaths of a file's worker without a new event between them, after which the file counts as damaged.
    private static let patience = 3

    /// Waits for the end of a feed. A file whose worker dies is read again; what it told before is not told twice.
    private func follow(_ feed: Prepared, _ outlet: FeedOutlet, _ first: FeedRunner) async -> FeedEnding {
        let name = feed.configuration.name
        let log = logger(name)
        var (ending, deaths, reached) = (await first.ending, 0, Int64(-1))
        while case .lost(let text) = ending, let running = running[name], !isStopping, !running.isEnding {
            let last = await outlet.lastSequence
            deaths = last > reached ? 1 : deaths + 1
            reached = last
            log.warning("will be read again", metadata: ["trouble": "\(text)"])
            do {
                let runner = try await launch(feed, outlet, isReplayed: deaths < Self.patience)
                self.running[name]?.runner = runner
                if isStopping || self.running[name]?.isEnding ?? true { runner.stop() }
                ending = await runner.ending
            } catch {
                ending = .noOutlet("\(error)")
            }
        }
        delivery.monitor.end("feed \(name)")
        switch ending {
        case .end, .stopped: break
        case .damaged(let text), .failed(_, let text), .noOutlet(let text), .lost(let text):
            log.error("feed has ended", metadata: ["reason": "\(text)"])
        }
        return ending
    }

    private func logger(_ name: String) -> Logger {
        var log = log
        log[metadataKey: "feed"] = "\(name)"
        return log
    }
}
