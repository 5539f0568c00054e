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
    private var running: [String: Running] = [:]
    private var models: [String: SharedModel] = [:]
    private var isStopping = false

    private struct Running {
        var configuration: FeedConfiguration
        var runner: FeedRunner
        var end: Task<FeedEnding, Never>
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
    ///   - secret: gives the content of a credential.
    package init(
        delivery: DeliveryService, opensPerSecond: Double, version: String, log: Logger,
        secret: @escaping @Sendable (String) throws -> String
    ) {
        self.delivery = delivery
        self.secret = secret
        self.version = version
        self.log = log
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
        for feed in ending { feed.runner.stop() }
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
                        path.map {
                            try ChosenModel(path: $0, neighborCount: neighborCount, threadCount: 0)
                        } ?? ChosenModel(neighborCount: neighborCount))
                models[key] = known
                shared = known
                return known.model
            }, version: version
        ).plan
        guard let shared else { preconditionFailure("a plan has a model") }
        return Prepared(configuration: configuration, plan: plan, model: shared)
    }

    private func start(_ feed: Prepared) async throws {
        let name = feed.configuration.name
        let outlet = try await delivery.outlet(for: name, makeRun: { RunIdentity.make() })
        let run = try await outlet.join(
            terms: feed.plan.terms(model: feed.model.model.summary), modified: feed.plan.address.fileModified,
            makeRun: { RunIdentity.make() })
        let runner = FeedRunner(name: name)
        var log = log
        log[metadataKey: "feed"] = "\(name)"
        runner.start(
            feed.plan, run: run, model: feed.model,
            outlet: outlet, limiter: limiter, logger: log,
            turn: { [monitor = delivery.monitor] in monitor.beat("feed \(name)") })
        endings[name] = nil
        let (logger, monitor) = (log, delivery.monitor)
        running[name] = Running(
            configuration: feed.configuration, runner: runner,
            end: Task {
                let ending = await runner.ending
                monitor.end("feed \(name)")
                switch ending {
                case .end, .stopped: break
                case .damaged(let text), .failed(_, let text), .noOutlet(let text):
                    logger.error("feed has ended", metadata: ["reason": "\(text)"])
                }
                return ending
            })
    }
}
