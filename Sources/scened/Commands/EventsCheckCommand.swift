internal import Platform
import ArgumentParser
import SceneEvents

extension EventsCommand {
    /// `scened events check`: whether streams of events keep their rules.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check streams of events: each line, and the lines against one another.",
            discussion: """
                Examples:
                  scened events check film.jsonl
                  scened segment film.mp4 | scened events check -
                  scened events check film.jsonl --written stream_start,scene,stream_end

                Each line must be, byte for byte, what scened writes. Shots and gaps, and scenes and gaps, must fill \
                the stream; answers must follow one another as the contract says; the totals of stream_end must be \
                right. For a stream that was written with --events, name the same types with --written: rules that need \
                other types are then left out. It needs stream_start, without which instants have no clock.

                Exit status: 0 no faults; 64 wrong usage; 65 faults, each on a line of its own; 66 a file cannot be \
                opened; 141 the reader of the output closed it.
                """)

        @Argument(help: "Files of JSON lines as segment writes them, or - for standard input.")
        var files: [String] = ["-"]

        @Flag(help: "Allow a stream that has no stream_end yet.")
        var partial = false

        @Option(
            help: ArgumentHelp(
                "Event types that the run wrote, as its --events named them. Default: all.",
                valueName: "type,type"),
            transform: EventSelection.init(list:))
        var written: EventSelection?

        /// Faults of one stream that are printed.
        private static let most = 20

        func validate() throws {
            guard written?.kinds.contains(.streamStart) ?? true else {
                throw ValidationError("--written must name stream_start: without it instants have no clock")
            }
        }

        func run() throws {
            var areSound = true
            let output = LineOutput.standardOutput()
            for file in files {
                let faults = try check(file, output)
                areSound = areSound && faults == 0
            }
            if !areSound { throw CommandFailure(status: .noVideo, message: "") }
        }

        /// The number of faults.
        private func check(_ file: String, _ output: borrowing LineOutput) throws -> Int {
            let name = file == "-" ? "standard input" : FileName.shown(file)
            var input = try LineInput(path: file, longestLine: EventLimits.longestLine)
            var check = EventStreamCheck(
                isPartial: partial, kinds: written?.kinds ?? Set(EventKind.allCases))
            var count = 0
            func tell(_ faults: [EventStreamCheck.Fault]) throws {
                for fault in faults {
                    count += 1
                    if count <= Self.most { try output.write("\(name): \(FileName.shown("\(fault)"))\n") }
                }
            }
            while let line = try input.next() { try tell(check.push(line: line[...])) }
            try tell(check.finish())
            if count > Self.most { try output.write("\(name): \(count - Self.most) more\n") }
            if count == 0 { try output.write("\(name): \(check.lineCount) events, no faults\n") }
            return count
        }
    }
}
