internal import FeedRuntime
import ArgumentParser
import Glibc

/// `scened feed-worker`: the process in which a feed is read and decoded. Started by `watch` and `run`, never
/// by hand.
struct FeedWorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "feed-worker", abstract: "Read one feed for watch or run.", shouldDisplay: false)

    func run() throws {
        let status = FeedWorker.run()
        guard status != ExitStatus.usage.rawValue else {
            throw CommandFailure(
                status: .usage, message: "feed-worker is started by watch and run: use scened watch URL")
        }
        Glibc.exit(status)
    }
}
