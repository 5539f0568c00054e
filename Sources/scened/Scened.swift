import ArgumentParser
import Glibc

/// The front door: picks the command, runs it, turns what went wrong into one line and an exit status.
@main
struct Scened: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scened",
        abstract: "Finds the scenes of a video while it is being read.",
        discussion: """
            Start with:  scened segment film.mp4
            It prints one JSON object per line: shots, scene boundaries, scenes. Logs go to standard error.
            """,
        version: Version.text,
        subcommands: [
            Segment.self, Shots.self, Watch.self, Run.self, CheckConfig.self, EventsCommand.self,
            StatusCommand.self, JournalCommand.self, Embed.self, ScoreCommand.self, Evaluate.self,
            Export.self, ModelCommand.self, Train.self, FeedWorkerCommand.self,
        ])

    static func main() async {
        signal(SIGPIPE, SIG_IGN)
        // A file that may not grow any more (`ulimit -f`) is an error of the write.
        signal(SIGXFSZ, SIG_IGN)
        unblockSignals()
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            if !failure.message.isEmpty { Console.say(failure.message) }
            Glibc.exit(failure.status.rawValue)
        } catch {
            exit(withError: error)
        }
    }

    /// A parent may have left the signals blocked that end a process or make it reload; then nothing but SIGKILL would end it.
    private static func unblockSignals() {
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }
}
