internal import Platform
import ArgumentParser
import SceneEvaluation
import SceneEvents

extension EventsCommand {
    /// `scened events diff`: what two runs decided differently.
    struct Diff: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Compare the events of two runs over the same video.",
            discussion: """
                Example:
                  scened segment film.mp4 --scores --output exact.jsonl
                  scened segment film.mp4 --scores --speed fastest --output fastest.jsonl
                  scened events diff exact.jsonl fastest.jsonl

                Scene boundaries, shots and scores are compared by their places; the last revision of each counts. \
                Places at most 0.25 s apart count as moved. The first line says whether anything else differs, \
                except the fields that name the run (input, run, model_file, wall).

                Exit status: 0 the same boundaries and shots; 1 different ones; 64 wrong usage; 65 a file is not a \
                stream of events; 66 a file cannot be opened; 141 the reader of the output closed it.
                """)

        @Argument(help: "A file of JSON lines as segment writes them, or - for standard input.")
        var first: String

        @Argument(help: "The file of the other run.")
        var second: String

        func run() throws {
            let (left, right) = (try events(first), try events(second))
            let comparison = EventComparison(left.events, right.events)
            let output = LineOutput.standardOutput()
            if let difference = comparison.firstDifference {
                let lines = [(left, difference.first), (right, difference.second)].map { side, position in
                    position < side.lines.count ? "line \(side.lines[position])" : "the end"
                }
                try output.write("events: differ from \(lines[0]) and \(lines[1]) on\n")
            } else {
                try output.write("events: the same\n")
            }
            for kind in comparison.kinds { try output.write(Self.text(kind)) }
            if !comparison.isSame { throw CommandFailure(status: .different, message: "") }
        }

        /// The events of a file and the numbers of their lines.
        private func events(_ file: String) throws -> (events: [Event], lines: [Int]) {
            var input = try LineInput(path: file, longestLine: EventLimits.longestLine)
            var reader = EventReader()
            var found: (events: [Event], lines: [Int]) = ([], [])
            var number = 0
            while let line = try input.next() {
                number += 1
                do {
                    guard let event = try reader.read(line: line[...]) else { continue }
                    found.events.append(event)
                    found.lines.append(number)
                } catch {
                    throw CommandFailure(
                        status: .noVideo,
                        message: "\(file): line \(number) is not an event: \(error); give what segment writes"
                    )
                }
            }
            if found.events.isEmpty {
                throw CommandFailure(
                    status: .noVideo, message: "\(file): it holds no events; give what segment writes")
            }
            return found
        }

        private static func text(_ kind: EventComparison.Decisions) -> String {
            var text =
                "\(kind.name): \(kind.sameCount) the same, \(kind.movedCount) moved, "
                + "\(kind.onlyFirst.count) only in the first\(listed(kind.onlyFirst)), "
                + "\(kind.onlySecond.count) only in the second\(listed(kind.onlySecond))\n"
            if let most = kind.scoreDifferences.last {
                let median = kind.scoreDifferences[kind.scoreDifferences.count / 2]
                text +=
                    "  their scores differ by \(Decimals.fixed(median, digits: 6)) (median), \(Decimals.fixed(most, digits: 6)) (most)\n"
            }
            return text
        }

        /// The first places, in seconds.
        private static func listed(_ places: [Int64]) -> String {
            places.prefix(20).map { " " + Decimals.fixed(Double($0) / 1e6, digits: 3) }.joined()
                + (places.count > 20 ? " ..." : "")
        }
    }
}
