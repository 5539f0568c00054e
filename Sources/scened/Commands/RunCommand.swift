import ArgumentParser
import Glibc
import Logging
import ScenePipeline
import SceneService

/// `scened run`: many live feeds, as a service.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the feeds of a configuration file as a service: journals, delivery, metrics.",
        discussion: """
            Examples:
              scened check-config /etc/scened/scened.yaml
              scened run --config /etc/scened/scened.yaml

            SIGHUP reads the file and the models again: feeds that did not change go on untouched, one with any \
            other key or model begins a new run, and where anything is refused everything stays as it was. \
            SIGTERM and Ctrl-C end all feeds within limits.drain; by force what is not over by then, which goes \
            on at the next start.

            Where all feeds are files, it ends once they are read. Started again it goes on where it was stopped by \
            force, and does not read a file again that has not changed.

            Exit status: 0 stopped, or all feeds were files and are read; 64 wrong usage; 65 a file holds no video; 66 the \
            configuration or a file cannot be read; 70 internal error, or the service cannot start; 73 events cannot be \
            written; 74 a file broke off; 78 the configuration is wrong.
            """)

    @Option(help: ArgumentHelp("The configuration; systemd/scened.yaml shows every key.", valueName: "file"))
    var config: String

    func run() async throws {
        let environment = ServiceEnvironment()
        let configuration = try ConfigurationFile.read(config)
        guard let state = configuration.state ?? environment["STATE_DIRECTORY"] else {
            throw CommandFailure(
                status: .configuration,
                message: "\(config): state: is missing; give a folder for the journal, or set STATE_DIRECTORY"
            )
        }
        let signals = ProcessSignals.install([SIGINT, SIGTERM, SIGHUP])
        let service = try RunningService(configuration, state: state, environment: environment)
        let (wakes, continuation) = AsyncStream<Wake>.makeStream()
        let calls = Task {
            for await number in signals {
                // Neither a start nor a reload that takes long keeps the stop from beginning.
                if number != SIGHUP { service.requestStop() }
                continuation.yield(.signal(number))
            }
        }
        try await service.start()
        let ends = Task { if let status = await service.waitForEnd() { continuation.yield(.ended(status)) } }
        var status = ExitStatus.success
        var reload: Task<Void, Never>?
        for await wake in wakes {
            if case .signal(SIGHUP) = wake {
                // One after another, in the order of the signals.
                let last = reload
                reload = Task { [config] in
                    await last?.value
                    await service.reload(config)
                }
                continue
            }
            if case .ended(let found) = wake { status = found }
            break
        }
        ends.cancel()
        calls.cancel()
        reload?.cancel()
        await reload?.value
        await service.stop()
        // The log has said why.
        if status != .success { throw CommandFailure(status: status, message: "") }
    }

    /// What ends the service, or changes it.
    private enum Wake {
        case signal(Int32)
        /// All feeds were files and are read.
        case ended(ExitStatus)
    }
}

/// `scened check-config`: whether `run` would take a configuration.
struct CheckConfig: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check a configuration file for scened run, without running anything.",
        discussion: "Exit status: 0 it can be used; 66 the file cannot be read; 78 it is wrong.")

    @Argument(help: "The configuration file.")
    var file: String

    func run() throws {
        let configuration = try ConfigurationFile.read(file)
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
        print("\(file): \(configuration.feeds.count) feeds, \(configuration.sinks.count) sinks, no faults")
    }
}

/// A configuration as it stands in a file.
enum ConfigurationFile {
    /// Longest file, in bytes.
    private static let longest = 4 << 20

    /// Throws `CommandFailure`: it cannot be read, or it is wrong.
    static func read(_ path: String) throws(CommandFailure) -> ServiceConfiguration {
        var bytes: [UInt8] = []
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while descriptor >= 0, bytes.count < longest {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            if count < 0 { break }
            if count == 0 {
                do throws(ConfigurationError) {
                    return try ServiceConfiguration(yaml: String(decoding: bytes, as: UTF8.self), file: path)
                } catch {
                    throw CommandFailure(status: .configuration, message: error.description)
                }
            }
            bytes += chunk[..<count]
        }
        let reason = bytes.count >= longest ? "it is too long" : String(cString: strerror(errno))
        throw CommandFailure(
            status: .cannotOpen, message: "\(path): \(reason): check the path and its permissions")
    }
}

/// What a service manager tells by the environment.
struct ServiceEnvironment {
    private var values: [String: String] = [:]

    init() {
        for name in [
            "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES",
            "STATE_DIRECTORY", "CREDENTIALS_DIRECTORY", "JOURNAL_STREAM",
        ] {
            if let value = getenv(name) { values[name] = String(cString: value) }
        }
    }

    var all: [String: String] { values }
    subscript(name: String) -> String? { values[name] }
}
