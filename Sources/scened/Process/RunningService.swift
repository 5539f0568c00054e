import Logging
import ScenePipeline
import SceneService
import Timeline

/// The service while it runs: delivery, feeds, and what a service manager wants to know.
final class RunningService: Sendable {
    private let delivery: DeliveryService
    private let feeds: FeedService
    private let notifier: ServiceNotifier
    private let board = ServiceBoard()
    private let log: Logger
    private let configuration: ServiceConfiguration

    init(_ configuration: ServiceConfiguration, state: String, environment: ServiceEnvironment) throws {
        self.configuration = configuration
        let output = ServiceLog.Output(
            linesPerMinute: configuration.log.linesPerMinute,
            hasPriorities: environment["JOURNAL_STREAM"] != nil,
            board: board)
        let level = Logger.Level(rawValue: configuration.log.level) ?? .info
        let log = Logger(label: "scened") { ServiceLog(label: $0, level: level, output: output) }
        self.log = log
        notifier = ServiceNotifier(environment: environment.all)
        let credentials = Credentials(directory: environment["CREDENTIALS_DIRECTORY"])
        delivery = DeliveryService(
            state: state, configuration: configuration, credentials: credentials, version: Version.number,
            build: Dictionary(Libraries.inUse.map { ($0.name, $0.version) }) { $1 },
            inherited: InheritedSockets(environment: environment.all), board: board, log: log)
        feeds = FeedService(
            delivery: delivery, opensPerSecond: configuration.limits.opensPerSecond, version: Version.number,
            log: log, board: board, secret: { try credentials.text(named: $0) })
    }

    /// Opens servers and starts all feeds. Throws `CommandFailure`.
    func start() async throws {
        do {
            try await delivery.start()
        } catch let error as JournalFileError {
            throw CommandFailure(status: .cannotWrite, message: "the service cannot start: \(error)")
        } catch {
            throw CommandFailure(status: .unavailable, message: "the service cannot start: \(error)")
        }
        do {
            try await feeds.apply(configuration.feeds)
        } catch let error as FeedPlanError {
            throw CommandFailure(status: .configuration, message: error.description)
        } catch let error as JournalFileError {
            throw CommandFailure(status: .cannotWrite, message: "the service cannot start: \(error)")
        } catch {
            throw CommandFailure(status: .internalError, message: "the service cannot start: \(error)")
        }
        board.update { $0.notReady = [] }
        notifier.ready()
        Task { await self.report() }
        log.notice("running", metadata: ["feeds": "\(configuration.feeds.count)"])
    }

    /// Says what does not work as things stand; the feeds and sinks that can go on do.
    func warn(of findings: [ConfigurationFinding]) {
        for finding in findings {
            log.warning(
                "cannot work as things stand",
                metadata: ["key": "\(finding.key)", "reason": "\(finding.reason)"])
        }
    }

    /// Takes over what the file says now; where it is wrong, everything stays as it was.
    func reload(_ path: String) async {
        notifier.reloading()
        do {
            let new = try ConfigurationFile.read(path)
            try await feeds.check(new.feeds)
            try await delivery.reload(new)
            try await feeds.apply(new.feeds)
            board.update { $0.reloads += 1 }
            log.notice("configuration read again", metadata: ["feeds": "\(new.feeds.count)"])
        } catch {
            board.update { $0.failedReloads += 1 }
            let reason = (error as? CommandFailure)?.message ?? "\(error)"
            log.error("configuration refused, everything stays as it was", metadata: ["reason": "\(reason)"])
        }
        notifier.ready()
    }

    /// Waits until all feeds were files and are read.
    ///
    /// - Returns: the status for the shell; nil where the task was cancelled.
    func waitForEnd() async -> ExitStatus? {
        let endings = await feeds.waitForEnd()
        return endings.map { ending in
            switch ending {
            case .end, .stopped: ExitStatus.success
            case .damaged, .lost: .damaged
            case .failed(.unusable, _): .noVideo
            case .failed: .cannotOpen
            case .noOutlet: .cannotWrite
            }
        }.max { $0.rawValue < $1.rawValue }
    }

    /// Ends everything in order.
    ///
    /// - Parameter isBatch: all feeds were files and are read, so that nobody will ask for the rest unless
    ///   told to.
    /// - Returns: `cannotWrite` where events are lost, and of a batch also where a sink has not taken all.
    func stop(isBatch: Bool) async -> ExitStatus {
        notifier.stopping()
        await feeds.stop()
        _ = await delivery.drain(seconds: configuration.limits.drain)
        let remainder = await delivery.remainder()
        let troubles = board.snapshot.feeds.compactMapValues(\.journalTrouble)
        for (feed, count) in remainder.unwritten.sorted(by: { $0.key < $1.key }) {
            log.error(
                "events are lost: the journal could not be written",
                metadata: [
                    "feed": "\(feed)", "events": "\(count)", "reason": "\(troubles[feed] ?? "unknown")",
                ])
        }
        if !remainder.behind.isEmpty {
            let sinks: Logger.Metadata = ["sinks": "\(remainder.behind.joined(separator: ", "))"]
            if remainder.unwritten.isEmpty {
                log.warning(
                    "stopped before all was delivered; the journal has the rest for the next start",
                    metadata: sinks)
            } else {
                log.warning("stopped before all was delivered", metadata: sinks)
            }
        }
        await delivery.stop()
        let isShort = !remainder.unwritten.isEmpty || (isBatch && !remainder.behind.isEmpty)
        return isShort ? .cannotWrite : .success
    }

    /// Signs of life and one line of status, for as long as the process lasts.
    private func report() async {
        let interval = min(1, (notifier.watchdogInterval ?? 3) / 3)
        while true {
            if delivery.monitor.stuck(now: WallClock.monotonicSeconds()).isEmpty { notifier.watchdog() }
            notifier.status(statusLine)
            try? await Task.sleep(for: .seconds(interval))
        }
    }

    private var statusLine: String {
        let states = board.snapshot.feeds.values.compactMap { $0.status?.state }
        let running = states.count { $0 == .running }
        let others = Dictionary(grouping: states.filter { $0 != .running }) { $0.rawValue }
            .sorted { $0.key < $1.key }.map { "\($0.value.count) \($0.key)" }
        return (["\(states.count) feeds", "\(running) running"] + others).joined(separator: ", ")
    }
}
