import ArgumentParser
import MediaInput
import ScenePipeline
import SceneSegmentation

/// The flags that say which sound is read beside the pictures, and whether it is told.
struct SoundArguments: ParsableArguments {
    @Flag(
        help: ArgumentHelp("Say what each part sounds like, in shot events.", visibility: .hidden))
    var sound = false

    @Flag(
        name: .customLong("no-audio"),
        help: ArgumentHelp("Read no sound, whatever would use it.", visibility: .hidden))
    var isSilent = false

    @Option(
        name: .customLong("audio-stream"), parsing: .unconditional,
        help: ArgumentHelp(
            "Sound to read, by its index in the input. Default: the input's default one.",
            valueName: "index", visibility: .hidden),
        transform: NumberArgument.whole)
    var stream: Int?

    func validate() throws {
        guard !(sound && isSilent) else {
            throw ValidationError("--sound tells of what --no-audio does not read: leave one out")
        }
        guard stream == nil || !isSilent else {
            throw ValidationError("--audio-stream names what --no-audio does not read: leave one out")
        }
    }

    /// - Parameters:
    ///   - isHeard: blocks rest on sound, too.
    ///   - compares: parts are compared by sound, too.
    /// - Throws: `ValidationError` where an option has nothing to say.
    func validate(isHeard: Bool, compares: Bool = false) throws {
        guard !(compares && isSilent) else {
            throw ValidationError("--similarity compares sound that --no-audio does not read: leave one out")
        }
        guard stream == nil || sound || isHeard || compares else {
            throw ValidationError("--audio-stream names the sound that is told of: give --sound, too")
        }
    }

    /// Sets what the options say of sound; blocks are set before. `scorer`: who may want it besides; nil
    /// where nobody scores.
    func apply(to options: inout SegmentOptions, scorer: (any BoundaryScorer)?) {
        options.tellsSound = sound
        let isWanted = sound || options.blocks != nil || scorer?.usesSound ?? false
        options.sound = isSilent || !isWanted ? .none : stream.map(SoundChoice.stream) ?? .best
    }
}
