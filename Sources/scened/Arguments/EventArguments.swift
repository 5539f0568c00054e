import ArgumentParser
import SceneEvents
import ScenePipeline
import SceneSegmentation
import TextFiles

/// The flags that say which events are written, and for whom; shared by the commands that find scenes.
struct EventArguments: ParsableArguments {
    @Flag(help: "Write JSON lines, not a table, even on a terminal.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Event types to write. Default: all but score.", valueName: "type,type"),
        transform: EventSelection.init(list:))
    var events: EventSelection?

    @Flag(
        help: ArgumentHelp(
            "Also write the score of every place where a scene may end.", visibility: .hidden))
    var scores = false

    @Flag(
        help: ArgumentHelp(
            "Add to score and block events which evidence counted, and how much.", visibility: .hidden))
    var reasons = false

    @Option(
        help: ArgumentHelp(
            "Add to boundary and score events how probable a boundary is, by a calibration of evaluate delays.",
            valueName: "file", visibility: .hidden))
    var calibration: String?

    @Option(
        help: ArgumentHelp(
            "Name of the feed in stream_start. Default: default.", valueName: "name", visibility: .hidden))
    var feed: String?

    /// Types of event that are written.
    var kinds: Set<EventKind> { (events ?? .standard).kinds.union(scores ? [.score] : []) }

    func validate() throws {
        let writesScores = !kinds.isDisjoint(with: [.boundary, .score])
        guard calibration == nil || writesScores else {
            throw ValidationError(
                "--calibration adds to boundary and score events, which --events leaves out: add one of them")
        }
    }

    /// - Parameters:
    ///   - option: adds to shot events.
    ///   - isGiven: it is given.
    /// - Throws: `ValidationError` where no shot is written that it adds to.
    func validateShots(_ option: String, isGiven: Bool) throws {
        guard !isGiven || kinds.contains(.shot) else {
            throw ValidationError("\(option) adds to shot events, which --events leaves out: add shot")
        }
    }

    /// - Parameter findsBlocks: `--blocks` is given.
    /// - Throws: `ValidationError` where nothing is written that `--reasons` adds to.
    func validateReasons(findsBlocks: Bool = false) throws {
        let writesBlocks = findsBlocks && kinds.contains(.block)
        guard !reasons || kinds.contains(.score) || writesBlocks else {
            throw ValidationError(
                "--reasons adds to score and block events, which are not written: add --scores or --blocks"
            )
        }
    }

    /// The calibration that `--calibration` names, for scores of `model`; nil without one.
    func readCalibration(
        of model: ModelSummary, neighbors: Int
    ) throws(CommandFailure) -> ScoreCalibration? {
        guard let calibration else { return nil }
        do {
            return try ScoreCalibration(TextFile(path: calibration), model: model, neighborCount: neighbors)
        } catch {
            throw CommandFailure(error)
        }
    }

    var feedName: String { feed ?? "default" }

    /// Whether scenes are shown as a table on standard output: it is a terminal, and nobody asked for events.
    ///
    /// - Parameter output: the file that `--output` names.
    /// - Returns: false where programs read.
    func isForPeople(output: String?) -> Bool {
        output == nil && !json && events == nil && !scores && calibration == nil
            && LineOutput.standardOutput().isTerminal
    }
}
