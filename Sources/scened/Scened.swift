internal import Platform
import ArgumentParser
import Glibc
import TensorKernels

/// The front door: picks the command, runs it, turns what went wrong into one line and an exit status.
@main
struct Scened: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scened",
        abstract: "Finds the scenes of a video while reading it.",
        discussion: """
            Start with:  scened film.mp4        (the same as: scened segment film.mp4)
            On a terminal it prints a table of scenes; otherwise one JSON object per line. Logs go to standard error.
            """,
        version: Version.text,
        groupedSubcommands: [
            CommandGroup(name: "Main", subcommands: [Segment.self, Shots.self, Watch.self]),
            CommandGroup(
                name: "Result",
                subcommands: [
                    ReportCommand.self, Correct.self, Tag.self, Export.self, Chapters.self, Split.self,
                    Thumbnails.self,
                    AdBreaks.self,
                ]),
            CommandGroup(
                name: "Archive",
                subcommands: [
                    BatchCommand.self, CatalogueCommand.self, IndexCommand.self, Similar.self,
                    ProbeCommand.self, CapacityCommand.self,
                ]),
            CommandGroup(
                name: "Service",
                subcommands: [
                    Run.self, CheckConfig.self, StatusCommand.self, EventsCommand.self, JournalCommand.self,
                    FeedWorkerCommand.self,
                ]),
            CommandGroup(
                name: "Training",
                subcommands: [Embed.self, ScoreCommand.self, Evaluate.self, ModelCommand.self, Train.self]),
        ])

    static func main() async {
        // To the service it says: read your configuration again. Until `run` takes the signal over, it has
        // read none.
        if Self.arguments.first == "run" { signal(SIGHUP, SIG_IGN) }
        signal(SIGPIPE, SIG_IGN)
        // A file that may not grow any more (`ulimit -f`) is an error of the write.
        signal(SIGXFSZ, SIG_IGN)
        // A parent that does not wait for its own may have passed that on: nobody would know how a program
        // ended.
        signal(SIGCHLD, SIG_DFL)
        unblockSignals()
        ChildProgram.joinParent()
        // The process is the program's own: set here, the number of threads stays.
        BLAS.threadCount = 1
        var chosen: any ParsableCommand.Type = Self.self
        let arguments = CommandHint.completed(Self.arguments, of: Self.self)
        if let miss = CommandHint.miss(arguments, of: Self.self) {
            exitMisused(miss.command, miss.message)
        }
        do {
            var command = try parseAsRoot(arguments)
            chosen = type(of: command)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            for line in [failure.message] + failure.others where !line.isEmpty { Console.say(line) }
            Glibc.exit(failure.status.rawValue)
        } catch let error as ValidationError {
            // A command that ran already; the parser would show the usage of the program.
            exitMisused(chosen, error.message)
        } catch {
            if let hint = CommandHint.severalFilms(message(for: error), arguments) {
                exitMisused(Segment.self, hint)
            }
            if let text = CommandHint.folded(fullMessage(for: error)) {
                Console.write(shown(text) + "\n")
                Glibc.exit(ExitStatus.usage.rawValue)
            }
            let (status, text) = (exitCode(for: error), fullMessage(for: error))
            if status != .success, !text.isEmpty {
                Console.write(shown(text) + "\n")
                Glibc.exit(status.rawValue)
            }
            exit(withError: error)
        }
    }

    /// One line, the command's usage, and the status of wrong usage.
    private static func exitMisused(_ command: any ParsableCommand.Type, _ message: String) -> Never {
        let usage = usageString(for: command)
        let words = usage.split(separator: " ").prefix { !"<[-".contains($0.prefix(1)) }.filter {
            $0 != "USAGE:"
        }
        Console.write(
            shown("Error: \(message)")
                + "\nUsage: \(usage.hasPrefix("USAGE: ") ? String(usage.dropFirst(7)) : usage)\n"
                + "  See '\(words.joined(separator: " ")) --help' for more information.\n")
        Glibc.exit(ExitStatus.usage.rawValue)
    }

    /// A message of the parser for a terminal. It quotes what was typed, or what stands there behind a `=`.
    private static func shown(_ message: String) -> String {
        let values = arguments.compactMap { word in
            word.firstIndex(of: "=").map { String(word[word.index(after: $0)...]) }
        }
        return Console.shownLines(message, quoting: arguments + values)
    }

    /// What the command was given, its name left out. `CommandLine.arguments` repairs names of files that
    /// are not UTF-8.
    private static var arguments: [String] {
        (1..<max(1, Int(CommandLine.argc))).compactMap { place in
            CommandLine.unsafeArgv[place].map { FileName.text(UnsafePointer($0)) }
        }
    }

    /// A parent may have left the signals blocked that end a process or make it reload; then nothing but
    /// SIGKILL would end it.
    private static func unblockSignals() {
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }
}
