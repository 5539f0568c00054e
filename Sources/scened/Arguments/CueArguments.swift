import ArgumentParser

/// Whether the stream's own messages are told; shared by the commands that read streams and write events.
struct CueArguments: ParsableArguments {
    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp(
            "Report what the stream says of itself: SCTE-35 messages and chapters. Default: yes.",
            visibility: .hidden))
    var cues = true
}
