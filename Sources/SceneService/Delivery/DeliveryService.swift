package import EventDelivery
internal import EventJournal
package import Platform
package import Logging
internal import NIOCore
internal import NIOPosix

/// The part of the service between feeds and those who read their events: journals, sinks, servers.
///
/// Owns threads for the journals' disk (one to eight, by the number of feeds), the network, standard output
/// and files. So nobody who is slow there holds up a feed.
package actor DeliveryService {
    package nonisolated let board: ServiceBoard
    package nonisolated let directory: EventDirectory
    /// Loops that must turn; feeds add theirs.
    package nonisolated let monitor = LoopMonitor()
    /// The port of the HTTP server, where it has one: known after `start`.
    package internal(set) var httpPort: Int?

    private let state: String
    private let lock: StateLock
    let credentials: Credentials
    private let version: String
    let inherited: InheritedSockets
    let files: any DurableFiles
    let gate = EventGate()
    let log: Logger
    /// Feeds have these threads in turn. While one waits for the disk, others write, and file systems bring
    /// what several wait for to the disk at once.
    private let journalGroup: MultiThreadedEventLoopGroup
    let networkGroup = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let standardOutputGroup = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let fileGroup = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    var configuration: ServiceConfiguration
    var outlets: [String: FeedOutlet] = [:]
    var outputs: [SinkConfiguration: [String: FileOutput]] = [:]
    var runners: [RunnerKey: Task<Void, Never>] = [:]
    /// What credentials and files of sinks held when the configuration was taken over; of those that could be
    /// made.
    var fingerprints: [SinkConfiguration: SinkFingerprint] = [:]
    /// Runners that were told to end, by the sink's name and the feed: the next one of both waits for it, for
    /// they share a place in the journal.
    private var leaving: [RunnerName: Task<Void, Never>] = [:]
    var servers: [ServerKind: RunningServer] = [:]
    /// Connections of each kind of server, those of one that was replaced included.
    let books: [ServerKind: ConnectionBook]

    struct RunnerKey: Hashable {
        var sink: SinkConfiguration
        var feed: String
        /// What it was made of besides.
        var fingerprint: SinkFingerprint?
        var name: RunnerName { RunnerName(sink: sink.name, feed: feed) }
    }

    /// What a place in a journal is remembered by.
    struct RunnerName: Hashable {
        var sink: String
        var feed: String
    }

    /// - Parameters:
    ///   - state: the state directory, absolute.
    ///   - configuration: sinks, addresses, limits.
    ///   - credentials: where secrets come from.
    ///   - version: of the program.
    ///   - build: libraries in use, name and version, for `scened_build_info`.
    ///   - inherited: sockets from systemd.
    ///   - files: the file system.
    ///   - board: what metrics and pages are made of.
    ///   - patience: seconds that a client of a server may take for a request.
    ///   - log: for people.
    package init(
        state: String, configuration: ServiceConfiguration, credentials: Credentials, version: String,
        build: [String: String], inherited: InheritedSockets, files: any DurableFiles = PosixFiles(),
        board: ServiceBoard = ServiceBoard(), patience: Double = 30, log: Logger
    ) {
        self.state = state
        lock = StateLock(state: state, files: files)
        journalGroup = MultiThreadedEventLoopGroup(
            numberOfThreads: Self.journalThreads(feeds: configuration.feeds.count))
        self.configuration = configuration
        self.credentials = credentials
        self.version = version
        self.inherited = inherited
        self.files = files
        self.board = board
        self.log = log
        directory = EventDirectory(faults: JournalFaultLog(log: log))
        let places = DescriptorBudget.places(in: configuration, limit: DescriptorBudget.limit)
        books = Dictionary(
            uniqueKeysWithValues: ServerKind.allCases.map { kind in
                let book = ConnectionBook(
                    readerLimit: places.readers, visitorLimit: places.visitors, patience: patience
                ) { count in
                    board.update { $0.clients[kind.rawValue] = count }
                }
                return (kind, book)
            })
        directory.expect(configuration.feeds.map(\.name))
        board.update { snapshot in
            snapshot.version = version
            snapshot.build = build
        }
    }

    /// Takes the right to write to the state directory, and opens the servers. Pages are answered from now
    /// on, readers of events once the journals of the configured feeds are open, or `directory.settle` says
    /// that no further one will be.
    ///
    /// - Throws: `DurableFileError` where another process writes to the state directory, or nobody can;
    ///   `ListenFailure` where an address cannot be listened on; `Credentials.Failure` where the token for
    ///   events cannot be had.
    package func start() async throws {
        do throws(DurableFileError) {
            try lock.take()
        } catch {
            // A full disk keeps nobody from starting: events wait for it, and the lock is asked for again
            // with them.
            guard error.isPassing, !error.isTaken else { throw error }
        }
        let monitor = monitor
        for (number, loop) in journalGroup.makeIterator().enumerated() {
            watch(loop) { monitor.beatOfDisk(number == 0 ? "journal" : "journal (thread \(number + 1))") }
        }
        watch(networkGroup.next()) { monitor.beat("network") }
        try await reload(configuration)
    }

    /// Where a feed's events go. Opens its journal, which goes on where it left off; its sinks start. Where
    /// the journal cannot be read, a new run begins; where it cannot be written, events wait.
    package func outlet(for feed: String, makeRun: () -> String) throws -> FeedOutlet {
        if let outlet = outlets[feed] { return outlet }
        let journal = FeedJournal(
            JournalLayout(state: state, feed: feed), limits: configuration.journal, lock: lock, files: files,
            makeRun: makeRun)
        let recovery = journal.recovery
        if recovery.tornBytes > 0 {
            log.warning(
                "journal: cut off a line that a stop had torn",
                metadata: ["feed": "\(feed)", "bytes": "\(recovery.tornBytes)"])
        }
        if let trouble = recovery.trouble {
            log.error(
                "journal: it cannot be read, a new run begins",
                metadata: ["feed": "\(feed)", "reason": "\(trouble)"])
        } else if let run = recovery.damagedRun {
            log.error(
                "journal: its end is damaged, a new run begins; look at it with `scened journal verify`",
                metadata: ["feed": "\(feed)", "run": "\(run)"])
        }
        var feedLog = log
        feedLog[metadataKey: "feed"] = "\(feed)"
        let outlet = FeedOutlet(
            feed: feed, journal: journal, files: files, journalLoop: journalGroup.next(),
            directory: directory, board: board, log: feedLog)
        outlets[feed] = outlet
        lookAfter(outlet)
        for sink in configuration.sinks { start(sink, feed: feed) }
        return outlet
    }

    /// A feed was taken out of the configuration: its sinks get what they have not taken yet, for as long as
    /// a stop waits for them, and end. Its journal stays.
    package func remove(feed: String) async {
        if await !drain(seconds: configuration.limits.drain, feeds: { $0 == feed }) {
            log.warning("removed before all was delivered; the journal has it", metadata: ["feed": "\(feed)"])
        }
        outlets[feed] = nil
        endRunners { $0.feed == feed }
        forgetOutputs()
        board.remove(feed: feed)
    }

    /// Opens the files of file sinks anew: log rotation moved them.
    package func reopenFiles() async {
        for output in outputs.values.flatMap(\.values) { await output.reopen() }
    }

    /// Brings to disk and to the sinks what there is, for at most `seconds`.
    ///
    /// - Parameters:
    ///   - seconds: how long to wait for a disk and for sinks.
    ///   - isMeant: chooses the feeds; all of them, if not given.
    /// - Returns: whether everything arrived; what did not stays in the journal for the next start.
    package func drain(seconds: Double, feeds isMeant: (String) -> Bool = { _ in true }) async -> Bool {
        let deadline = WallClock.monotonicSeconds() + seconds
        while true {
            var isDone = true
            for (feed, outlet) in outlets where isMeant(feed) {
                if await !outlet.drain() { isDone = false }
            }
            if !sinksHaveAll(of: isMeant) { isDone = false }
            if isDone || Task.isCancelled || WallClock.monotonicSeconds() > deadline { return isDone }
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Whether every sink that still takes events has taken all that are on disk.
    private func sinksHaveAll(of isMeant: (String) -> Bool) -> Bool {
        let (sinks, entries) = (board.snapshot.sinks, directory.entries)
        return runners.keys.filter { isMeant($0.feed) }.allSatisfy { key in
            guard let entry = sinks[ServiceBoard.SinkKey(sink: key.sink.name, feed: key.feed)] else {
                return false
            }
            if entry.isClosed { return true }
            guard let taken = entry.taken, let durable = entries[key.feed]?.durable else { return false }
            return taken >= durable || durable.sequence == 0
        }
    }

    /// What could not be brought anywhere: ask after `drain`.
    package struct Remainder: Sendable {
        /// Events that are not even on disk, by feed.
        package var unwritten: [String: Int64] = [:]
        /// Sinks that have not taken all that is on disk, `NAME (FEED)`, sorted.
        package var behind: [String] = []
    }

    /// What a stop would leave behind now.
    package func remainder() async -> Remainder {
        var remainder = Remainder()
        for (feed, outlet) in outlets {
            let count = await outlet.waitingEvents
            if count > 0 { remainder.unwritten[feed] = count }
        }
        let (sinks, entries) = (board.snapshot.sinks, directory.entries)
        for sink in configuration.sinks {
            for feed in outlets.keys.sorted() where sink.selection.takes(feed: feed) {
                let entry = sinks[ServiceBoard.SinkKey(sink: sink.name, feed: feed)]
                guard let durable = entries[feed]?.durable, durable.sequence > 0, entry?.isClosed != true,
                    entry?.taken.map({ $0 < durable }) ?? true
                else { continue }
                remainder.behind.append("\(sink.name) (\(feed))")
            }
        }
        return remainder
    }

    /// Seconds between two looks at a journal.
    private static let lookInterval: Int64 = 2

    /// Threads that write journals of so many feeds: one for each 32, eight at most.
    package static func journalThreads(feeds: Int) -> Int { min(8, 1 + feeds / 32) }

    /// Looks after a journal while its feed tells nothing, too.
    private func lookAfter(_ outlet: FeedOutlet) {
        outlet.loop.scheduleRepeatedTask(
            initialDelay: .seconds(Self.lookInterval), delay: .seconds(Self.lookInterval)
        ) { [weak outlet] task in
            guard let outlet else {
                task.cancel()
                return
            }
            outlet.assumeIsolated { $0.look() }
        }
    }

    /// Ends sinks and servers.
    ///
    /// - Parameter seconds: how long sinks may take to let go of what is on its way.
    package func stop(within seconds: Double = 2) async {
        let sinks = Array(runners.values) + leaving.values
        for task in sinks { task.cancel() }
        for server in servers.values { server.task.cancel() }
        for server in servers.values { await server.task.value }
        let isQuiet = await Self.haveEnded(sinks, within: seconds)
        runners = [:]
        servers = [:]
        try? await journalGroup.shutdownGracefully()
        // A sink that still waits, for a name or a connection, comes back to its loop, which must be there:
        // it ends with the process.
        if isQuiet { try? await networkGroup.shutdownGracefully() }
        lock.release()
    }

    /// Whether all tasks end within `seconds`. Returns as soon as it is known.
    private static func haveEnded(_ tasks: [Task<Void, Never>], within seconds: Double) async -> Bool {
        let (answers, continuation) = AsyncStream<Bool>.makeStream()
        let clock = Task {
            try? await Task.sleep(for: .seconds(seconds))
            continuation.yield(false)
        }
        Task {
            for task in tasks { await task.value }
            continuation.yield(true)
        }
        defer { clock.cancel() }
        for await answer in answers { return answer }
        return false
    }

    private func watch(_ loop: any EventLoop, _ beat: @escaping @Sendable () -> Void) {
        beat()
        loop.scheduleRepeatedTask(initialDelay: .seconds(0), delay: .seconds(3)) { _ in beat() }
    }

    // MARK: Sinks

    func start(_ sink: SinkConfiguration, feed: String) {
        let key = RunnerKey(sink: sink, feed: feed, fingerprint: fingerprints[sink])
        guard runners[key] == nil, sink.selection.takes(feed: feed) else { return }
        let target: any EventSink
        do {
            target = try self.target(sink, feed: feed)
        } catch {
            log.error("sink cannot start", metadata: ["sink": "\(sink.name)", "reason": "\(error)"])
            board.update(ServiceBoard.SinkKey(sink: sink.name, feed: feed)) { entry in
                entry.errors += 1
                entry.trouble = "\(error)"
                entry.isOurs = true
            }
            return
        }
        var (cursorFile, cap): (SinkCursorFile?, Double) = (nil, 30)
        if case .webhook(let webhook) = sink { cap = webhook.retryCap }
        if case .standardOutput = sink {
        } else {
            cursorFile = SinkCursorFile(state: state, sink: sink.name, feed: feed, files: files)
        }
        let runner = SinkRunner(
            name: sink.name, feed: feed, sink: target, types: sink.selection.types, directory: directory,
            files: files, board: board, log: log, cursorFile: cursorFile, retryCap: cap)
        let former = leaving.removeValue(forKey: key.name)
        runners[key] = Task {
            await former?.value
            await runner.run()
        }
    }

    /// Tells runners to end; what they are delivering they still deliver.
    func endRunners(_ isMeant: (RunnerKey) -> Bool) {
        for key in runners.keys where isMeant(key) {
            guard let task = runners.removeValue(forKey: key) else { continue }
            task.cancel()
            leaving[key.name] = task
            Task {
                await task.value
                if leaving[key.name] == task { leaving[key.name] = nil }
                forgetSinks()
            }
        }
    }

    /// Takes figures of sinks off the board that nobody asks for any more, once their runners have ended.
    func forgetSinks() {
        let names = Set(runners.keys.map(\.name)).union(leaving.keys)
        for key in board.snapshot.sinks.keys {
            let isWanted =
                outlets[key.feed] != nil
                && configuration.sinks.contains { $0.name == key.sink && $0.selection.takes(feed: key.feed) }
            if !isWanted, !names.contains(RunnerName(sink: key.sink, feed: key.feed)) {
                board.remove(sink: key)
            }
        }
    }

    func target(_ sink: SinkConfiguration, feed: String) throws -> any EventSink {
        switch sink {
        case .standardOutput(let output):
            return shared(sink, path: nil, envelope: output.envelope, group: standardOutputGroup)
        case .file(let file):
            let path = file.path.replacing("%f", with: feed)
            return shared(sink, path: path, envelope: file.envelope, group: fileGroup)
        case .webhook(let webhook):
            let read = credentials.text(named:)
            return try WebhookSender(
                url: try webhook.url.resolved(read), secret: try webhook.secret?.resolved(read),
                sink: webhook,
                version: version, group: networkGroup)
        }
    }

    private func shared(
        _ sink: SinkConfiguration, path: String?, envelope: Bool, group: MultiThreadedEventLoopGroup
    )
        -> FileOutput
    {
        if let output = outputs[sink]?[path ?? ""] { return output }
        let output = FileOutput(path: path, envelope: envelope, loop: group.next(), files: files)
        outputs[sink, default: [:]][path ?? ""] = output
        return output
    }
}
