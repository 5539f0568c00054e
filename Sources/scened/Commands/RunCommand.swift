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

            SIGHUP reads the file again: feeds that did not change go on untouched, and where the new file is wrong \
            everything stays as it was. SIGTERM and Ctrl-C end all feeds in order.

            Where all feeds are files, it ends once they are read. Started again it goes on where it was stopped by \
            force, and does not read a file again that has not changed.

            Exit status: 0 stopped, or all feeds were files and are read; 64 wrong usage; 65 a file holds no video; 66 the \
            configuration or a file cannot be read; 69 an address is in use, or cannot be \
            listened on; 70 internal error, or the service cannot start; 73 events cannot be written; 74 a file broke off; 78 the configuration is wrong.
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
        try await service.start()
        let (wakes, continuation) = AsyncStream<Wake>.makeStream()
        let ends = Task { if let status = await service.waitForEnd() { continuation.yield(.ended(status)) } }
        let calls = Task { for await number in signals { continuation.yield(.signal(number)) } }
        var status = ExitStatus.success
        for await wake in wakes {
            if case .signal(SIGHUP) = wake {
                await service.reload(config)
                continue
            }
            if case .ended(let found) = wake { status = found }
            break
        }
        ends.cancel()
        calls.cancel()
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
        for feed in configuration.feeds {
            do {
                // Secrets are there only once the service runs; any text stands in for them.
                _ = try FeedPlan.resolve(
                    feed, secret: { _ in "secret" },
                    model: { path, neighborCount in
                        try path.map {
                            try ChosenModel(path: $0, neighborCount: neighborCount, threadCount: 0)
                        } ?? ChosenModel(neighborCount: neighborCount)
                    }, version: Version.number)
            } catch {
                throw CommandFailure(status: .configuration, message: "\(file): \(error)")
            }
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
