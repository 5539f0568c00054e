internal import EventDelivery
internal import FeedRuntime
internal import Platform
internal import Glibc
internal import Logging
internal import ScenePipeline
internal import Synchronization
internal import Timeline

/// The service while it runs: delivery, feeds, and what a service manager wants to know.
package final class RunningService: Sendable {
    private let delivery: DeliveryService
    private let feeds: FeedService
    private let notifier: ServiceNotifier
    private let board = ServiceBoard(redact: { Secrets.redacted($0) })
    private let output: ServiceLog.Output
    private let log: Logger
    private let state: String
    private let environment: ServiceEnvironment
    private let configuration: Mutex<ServiceConfiguration>
    private let deadline: StopDeadline
    private let isStopping = Atomic<Bool>(false)

    /// - Parameters:
    ///   - configuration: what to run.
    ///   - state: the state directory, absolute.
    ///   - environment: what a service manager tells.
    ///   - version: of the program, for health and sinks.
    /// - Throws: `ServiceFailure`: the system does not give what any service needs.
    package init(
        _ configuration: ServiceConfiguration, state: String, environment: ServiceEnvironment, version: String
    ) throws(ServiceFailure) {
        self.configuration = Mutex(configuration)
        self.state = state
        self.environment = environment
        DescriptorBudget.raise()
        guard DescriptorBudget.most >= DescriptorBudget.least else {
            throw ServiceFailure(
                .shortage,
                "the service cannot start: it needs at least \(DescriptorBudget.least) file "
                    + "descriptors; raise LimitNOFILE= of the unit (ulimit -Hn)")
        }
        let hasPriorities = environment["JOURNAL_STREAM"] != nil
        let output = ServiceLog.Output(
            linesPerMinute: configuration.log.linesPerMinute, hasPriorities: hasPriorities, board: board,
            level: configuration.log.threshold)
        self.output = output
        let log = Logger(label: "scened") { ServiceLog(label: $0, output: output) }
        self.log = log
        notifier = ServiceNotifier(environment: environment.all)
        let credentials = Credentials(directory: environment["CREDENTIALS_DIRECTORY"])
        delivery = DeliveryService(
            state: state, configuration: configuration, credentials: credentials, version: version,
            build: Dictionary(Libraries.inUse.map { ($0.name, $0.version) }) { $1 },
            inherited: InheritedSockets(environment: environment.all), board: board, log: log)
        feeds = FeedService(
            delivery: delivery, opensPerSecond: configuration.limits.opensPerSecond, version: version,
            log: log, board: board, secret: { try credentials.text(named: $0) })
        do throws(ResourceShortage) {
            deadline = try StopDeadline { [feeds] in
                Self.endByForce(openFeeds: feeds.openFeeds, hasPriorities: hasPriorities)
            }
        } catch {
            throw ServiceFailure(.shortage, "the service cannot start: \(error.description)")
        }
    }

    /// Opens servers and starts all feeds.
    package func start() async throws(ServiceFailure) {
        let configuration = configuration.withLock { $0 }
        do {
            try await delivery.start()
        } catch let error as DurableFileError {
            throw ServiceFailure(.cannotWrite, "the service cannot start: \(error)")
        } catch let error as Credentials.Failure {
            throw ServiceFailure(.configuration, error.description)
        } catch let error as ListenFailure {
            throw ServiceFailure(.unavailable, error.description)
        } catch {
            throw ServiceFailure(.unavailable, "the service cannot start: \(error)")
        }
        do {
            try await feeds.apply(configuration)
            delivery.directory.settle()
        } catch let error as FeedPlanError {
            throw ServiceFailure(.configuration, error.description)
        } catch let error as DurableFileError {
            throw ServiceFailure(.cannotWrite, "the service cannot start: \(error)")
        } catch {
            throw ServiceFailure(.shortage, "the service cannot start: \(error)")
        }
        board.update { $0.notReady = [] }
        notifier.ready()
        // On a thread of its own: whatever keeps the tasks of the process waiting is no reason to be ended.
        if !OwnThread.start({ [self] in report() }) {
            log.error(
                "no signs of life from now on",
                metadata: ["reason": "\(ResourceShortage.noThread.description)"])
        }
        log.notice("running", metadata: configuration.extent)
        warn(of: configuration)
    }

    /// Says what does not work as things stand; the feeds and sinks that can go on do.
    /// Logs what cannot work as things stand.
    package func warn(of findings: [ConfigurationFinding]) {
        for finding in findings {
            log.warning(
                "cannot work as things stand",
                metadata: ["key": "\(finding.key)", "reason": "\(finding.reason)"])
        }
    }

    /// Takes over what the file says now. Everything is made ready first; where anything of it is refused,
    /// nothing has changed.
    package func reload(_ read: @Sendable () throws(ServiceFailure) -> ServiceConfiguration) async {
        guard !isStopping.load(ordering: .acquiring) else { return }
        notifier.reloading()
        do {
            let new = try read()
            let wanted = new.state ?? environment["STATE_DIRECTORY"]
            guard wanted == state else {
                throw ServiceFailure(
                    .configuration,
                    "state cannot change while the service runs; restart it, or leave state as it is")
            }
            let feedChanges = try await feeds.prepare(new)
            let deliveryChanges = try await delivery.prepare(new)
            guard !isStopping.load(ordering: .acquiring) else {
                await delivery.discard(deliveryChanges)
                return
            }
            // From here on nothing can be refused.
            configuration.withLock { $0 = new }
            output.set(new.log)
            await delivery.commit(deliveryChanges)
            await feeds.commit(feedChanges)
            board.update { $0.reloads += 1 }
            log.notice("configuration read again", metadata: new.extent)
            warn(of: new)
        } catch {
            board.update { $0.failedReloads += 1 }
            log.error("configuration refused, nothing changes", metadata: ["reason": "\(error)"])
        }
        notifier.ready()
    }

    private func warn(of configuration: ServiceConfiguration) {
        guard let warning = DescriptorBudget.warning(for: configuration) else { return }
        log.warning("more may be needed than is allowed", metadata: ["reason": "\(warning)"])
    }

    /// Waits until all feeds were files and are read.
    ///
    /// - Returns: the status for the shell; nil where the task was canceled.
    package func waitForEnd() async -> ServiceOutcome? {
        let endings = await feeds.waitForEnd()
        return endings.map { ending in
            switch ending {
            case .end, .stopped: ServiceOutcome.complete
            case .damaged, .lost: .damaged
            case .failed(.unusable, _): .noVideo
            case .failed: .cannotOpen
            case .noOutlet: .cannotWrite
            }
        }.max()
    }

    /// Begins the stop: asks all feeds to end, and from now on the clock runs (`limits.drain`). Returns at
    /// once, from any thread.
    package func requestStop() {
        isStopping.store(true, ordering: .releasing)
        // What remains of the time is for the end of the process itself.
        deadline.begin(seconds: 0.9 * configuration.withLock { $0.limits.stopTime })
        feeds.requestStop()
    }

    /// Ends everything in order; by force once the time is over.
    ///
    /// - Parameter isBatch: all feeds were files and are read, so that nobody will ask for the rest unless
    ///   told to.
    /// - Returns: `cannotWrite` where events are lost, and of a batch also where a sink has not taken all.
    package func stop(isBatch: Bool) async -> ServiceOutcome {
        let begun = WallClock.monotonicSeconds()
        requestStop()
        notifier.stopping()
        let seconds = configuration.withLock { $0.limits.stopTime }
        // The service manager's own patience may be shorter than what the configuration allows.
        notifier.extendTimeout(seconds: seconds + 5)
        await feeds.stop()
        let left = 0.8 * seconds - (WallClock.monotonicSeconds() - begun)
        _ = await delivery.drain(seconds: max(0, min(left, configuration.withLock { $0.limits.drain })))
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
        let rest = 0.87 * seconds - (WallClock.monotonicSeconds() - begun)
        await delivery.stop(within: max(0, rest))
        deadline.end()
        let isShort = !remainder.unwritten.isEmpty || (isBatch && !remainder.behind.isEmpty)
        return isShort ? .cannotWrite : .complete
    }

    /// The time of a stop is over. What is in the journal is safe; runs that have not ended go on at the next
    /// start. Waits for nothing: neither for a lock that a slow thread may hold, nor for whoever reads
    /// standard error.
    private static func endByForce(openFeeds: Int, hasPriorities: Bool) {
        var line =
            (hasPriorities ? "<4>" : "scened: warning: ")
            + "stopped by force when the time of limits.drain was over; "
            + "\(openFeeds) feeds had not ended, their runs go on at the next start\n"
        var request = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        if poll(&request, 1, 0) == 1 { line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) } }
        _exit(0)
    }

    /// Signs of life and one line of status, for as long as the process lasts.
    private func report() {
        let interval = min(1, (notifier.watchdogInterval ?? 3) / 3)
        var stalled: [String] = []
        while true {
            let now = WallClock.monotonicSeconds()
            if delivery.monitor.stuck(now: now).isEmpty { notifier.watchdog() }
            let found = delivery.monitor.stalledDisks(now: now)
            for disk in found where !stalled.contains(disk) {
                log.error("\(disk); events wait, and feeds with them")
            }
            if !stalled.isEmpty, found.isEmpty { log.notice("the disk answers again") }
            stalled = found
            notifier.status(statusLine)
            _ = poll(nil, 0, Int32(interval * 1000))
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

extension ServiceConfiguration {
    /// How much of it runs here, for the log.
    fileprivate var extent: Logger.Metadata {
        guard shard != .whole else { return ["feeds": "\(feeds.count)"] }
        return ["feeds": "\(feeds.count)", "shard": "\(shard)", "listed": "\(listedFeeds)"]
    }
}

/// A configuration that is right, and cannot be taken over by a service that runs.
