import ArgumentParser
import SceneEvents

/// Whether the stream's own messages are told; shared by the commands that read streams and write events.
struct CueArguments: ParsableArguments {
    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp(
            "Report the stream's own messages: SCTE-35 and chapters. Default: yes.",
            visibility: .hidden))
    var cues = true

    /// - Parameter events: that are written; nil: the usual ones.
    /// - Throws: `ValidationError` where they name what is left out.
    func validate(events: EventSelection?) throws {
        guard cues || !(events?.kinds.contains(.cue) ?? false) else {
            throw ValidationError("--events cue asks for what --no-cues leaves out: leave one out")
        }
    }
}
