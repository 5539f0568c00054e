internal import SceneService
internal import FeedRuntime
import ArgumentParser
import Glibc
import Logging
import ScenePipeline

/// `scened run`: many live feeds, as a service.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the feeds of a configuration file as a service: journals, delivery, metrics.",
        discussion: """
            Examples:
              scened check-config /etc/scened/scened.yaml
              scened run /etc/scened/scened.yaml
              scened run /etc/scened/scened.yaml --shard 0/4

            --shard divides the feeds among processes that have the same file: shards 0/4 to 3/4, on one machine or \
            on many, run each feed once. If you add or remove a shard, only the feeds of that shard move. %s in \
            state, addresses and paths stands for the number of the shard; 127.0.0.1:9310+%s gives each shard its \
            own port.

            SIGHUP reads the file, the models and the credentials again: unchanged feeds continue; a feed with a \
            changed key, model or password begins a new run; if anything is refused, nothing changes. SIGTERM and \
            Ctrl-C end all feeds within limits.drain; a feed that has not ended by then is ended by force, and \
            continues at the next start.

            If all feeds are files, it ends once they are read. If it was stopped by force, the next start continues \
            there. Unchanged files are not read again.

            Exit status: 0 stopped, or all feeds were files and are read; 64 wrong usage; 65 a file holds no video; 66 the \
            configuration or a file cannot be read; 69 an address is in use, or cannot be listened on; \
            70 internal error; 73 the state directory cannot be written or another process uses it, events \
            are lost, or all files are read and a sink has not taken all events; 74 a file broke off; 78 the \
            configuration is wrong.
            """)

    @OptionGroup
    var configured: ConfigurationArguments

    func validate() throws { try configured.check() }

    func run() async throws {
        // Before all that takes time: a signal that comes meanwhile is taken once the service runs.
        let signals = ProcessSignals.install([SIGINT, SIGTERM, SIGHUP])
        CrashHandling.leaveToTheSystem()
        let (config, shard) = (configured.path, configured.feedShard)
        let environment = ServiceEnvironment()
        let configuration = try ConfigurationFile.read(config, shard)
        let findings = environment.findings(configuration)
        if let refusal = findings.first(where: \.isRefused) {
            throw CommandFailure(
                status: refusal.isOfState ? .cannotWrite : .configuration, message: "\(config): \(refusal)")
        }
        guard let state = environment.state(configuration) else { return }
        let service: RunningService
        do {
            service = try RunningService(
                configuration, state: state, environment: environment, version: Version.number)
        } catch {
            throw CommandFailure(error)
        }
        let (wakes, continuation) = AsyncStream<Wake>.makeStream()
        let calls = Task {
            for await number in signals {
                // Neither a start nor a reload that takes long keeps the stop from beginning.
                if number != SIGHUP { service.requestStop() }
                continuation.yield(.signal(number))
            }
        }
        do {
            try await service.start()
        } catch {
            throw CommandFailure(error)
        }
        service.warn(of: findings)
        let ends = Task {
            if let outcome = await service.waitForEnd() { continuation.yield(.ended(outcome)) }
        }
        var (outcome, isBatch) = (ServiceOutcome.complete, false)
        var reload: Task<Void, Never>?
        for await wake in wakes {
            if case .signal(SIGHUP) = wake {
                // One after another, in the order of the signals.
                let last = reload
                reload = Task { [config] in
                    await last?.value
                    await service.reload { () throws(ServiceFailure) in
                        do throws(CommandFailure) {
                            return try ConfigurationFile.read(config, shard)
                        } catch {
                            throw ServiceFailure(.configuration, error.message)
                        }
                    }
                }
                continue
            }
            if case .ended(let found) = wake { (outcome, isBatch) = (found, true) }
            break
        }
        ends.cancel()
        calls.cancel()
        reload?.cancel()
        await reload?.value
        outcome = max(outcome, await service.stop(isBatch: isBatch))
        // The log has said why.
        if outcome != .complete { throw CommandFailure(status: ExitStatus(outcome), message: "") }
    }

    /// What ends the service, or changes it.
    private enum Wake {
        case signal(Int32)
        /// All feeds were files and are read.
        case ended(ServiceOutcome)
    }
}

/// `scened check-config`: whether `run` would take a configuration.
struct CheckConfig: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check a configuration file for scened run, without running anything.",
        discussion: """
            It checks the file and what the file names: models, files to read, the state directory, folders of \
            sinks. Secrets are checked if CREDENTIALS_DIRECTORY is set. Each fault is one line.

            Exit status: 0 it can be used; 66 the file cannot be read; 78 it is wrong, or cannot work on this \
            machine now.
            """)

    @OptionGroup
    var configured: ConfigurationArguments

    func validate() throws { try configured.check() }

    func run() throws {
        let file = configured.path
        let configuration = try ConfigurationFile.read(file, configured.feedShard)
        var models = ModelStore()
        for feed in configuration.feeds {
            do {
                // Secrets are there only once the service runs; any text stands in for them.
                _ = try FeedPlan.resolve(
                    feed, secret: { _ in "secret" },
                    model: { try models.model($0, load: { try $0.load() }) }, version: Version.number)
            } catch {
                throw CommandFailure(status: .configuration, message: "\(file): \(error)")
            }
        }
        if let warning = DescriptorBudget.warning(for: configuration) {
            Console.say("warning: \(file): \(warning)")
        }
        let findings = ServiceEnvironment().findings(configuration).map { "\(file): \($0)" }
        if let first = findings.first {
            throw CommandFailure(
                status: .configuration, message: first, others: Array(findings.dropFirst()))
        }
        func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
        let shard = configuration.shard
        let own = configuration.feeds.map(\.name).joined(separator: ", ")
        let share =
            shard == .whole
            ? ""
            : ", of which \(configuration.feeds.count) in shard \(shard)\(own.isEmpty ? "" : ": \(own)");"
        print(
            "\(file): \(counted(configuration.listedFeeds, "feed"))\(share.isEmpty ? "," : share) "
                + "\(counted(configuration.sinks.count, "sink")), no faults")
    }
}

/// The configuration, as an argument or as an option, and which of its feeds.
struct ConfigurationArguments: ParsableArguments {
    @Argument(help: "The configuration; systemd/scened.yaml shows every key.")
    var file: String?

    @Option(help: ArgumentHelp("The same as an option.", valueName: "file", visibility: .hidden))
    var config: String?

    @Option(
        help: ArgumentHelp(
            "Run only the feeds of this shard: 0/4 to 3/4 for four. Default: all.", valueName: "I/N"))
    var shard: String?

    func check() throws {
        guard (file == nil) != (config == nil) else {
            throw ValidationError("name one configuration file, such as /etc/scened/scened.yaml")
        }
        guard shard.map({ FeedShard($0) != nil }) ?? true else {
            throw ValidationError("--shard takes I/N, such as 0/4 to 3/4")
        }
    }

    var feedShard: FeedShard { shard.flatMap { FeedShard($0) } ?? .whole }

    var path: String { file ?? config ?? "" }
}

/// A configuration as it stands in a file.
enum ConfigurationFile {
    /// Longest file, in bytes.
    private static let longest = 4 << 20

    /// Throws `CommandFailure`: it cannot be read, or it is wrong.
    static func read(_ path: String, _ shard: FeedShard) throws(CommandFailure) -> ServiceConfiguration {
        var bytes: [UInt8] = [0]
        do throws(CommandFailure) {
            bytes = try InputFile.bytes(path, limit: longest)
        } catch {
            // Else it is too long.
            guard error.status == .noVideo else { throw error }
        }
        guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure(
                status: .configuration,
                message:
                    "\(path): this is not a YAML configuration; "
                    + "give a file that lists feeds as systemd/scened.yaml does"
            )
        }
        do throws(ConfigurationError) {
            return try ServiceConfiguration(yaml: text, file: path, shard: shard)
        } catch {
            throw CommandFailure(status: .configuration, message: error.description)
        }
    }
}

extension ExitStatus {
    init(_ outcome: ServiceOutcome) {
        self =
            switch outcome {
            case .complete: .success
            case .noVideo: .noVideo
            case .cannotOpen: .cannotOpen
            case .cannotWrite: .cannotWrite
            case .damaged: .damaged
            }
    }
}

extension CommandFailure {
    init(_ failure: ServiceFailure) {
        let status: ExitStatus =
            switch failure.kind {
            case .configuration: .configuration
            case .cannotWrite: .cannotWrite
            case .unavailable: .unavailable
            case .shortage: .internalError
            }
        self.init(status: status, message: Secrets.redacted(failure.description))
    }
}
