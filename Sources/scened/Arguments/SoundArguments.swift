import ArgumentParser
import MediaInput
import ScenePipeline
import SceneSegmentation

/// The flags that say which sound is read beside the pictures, and whether it is told.
struct SoundArguments: ParsableArguments {
    @Flag(
        help: ArgumentHelp("Add to shot events what each part sounds like.", visibility: .hidden))
    var sound = false

    @Flag(
        name: .customLong("no-audio"),
        help: ArgumentHelp(
            "Do not read sound, even where blocks or the model would use it.", visibility: .hidden))
    var isSilent = false

    @Option(
        name: .customLong("audio-stream"), parsing: .unconditional,
        help: ArgumentHelp(
            "Sound stream to read, by its index in the input. Default: the input's default stream.",
            valueName: "index", visibility: .hidden),
        transform: NumberArgument.whole)
    var stream: Int?

    func validate() throws {
        guard !(sound && isSilent) else {
            throw ValidationError("--sound describes what --no-audio does not read: leave one out")
        }
        guard stream == nil || !isSilent else {
            throw ValidationError("--audio-stream names what --no-audio does not read: leave one out")
        }
    }

    /// - Parameters:
    ///   - isHeard: blocks rest on sound, too.
    ///   - similarity: by what parts are to be compared; nil leaves it to the model.
    ///   - model: its file, if one was named; only its content says whether it wants sound, so `apply` judges
    ///     then.
    /// - Throws: `ValidationError` where an option has nothing to say.
    func validate(
        isHeard: Bool, similarity: Set<SimilarityCue>? = nil, model: String? = nil
    ) throws {
        let compares = similarity?.contains(.sound) ?? false
        guard !(compares && isSilent) else {
            throw ValidationError("--similarity compares sound that --no-audio does not read: leave one out")
        }
        guard isHeard || compares || (model != nil && similarity == nil) else {
            return try requireUse(of: sound)
        }
    }

    /// Sets what the options say of sound; blocks are set before. `scorer`: who may want it besides; nil
    /// where nobody scores.
    ///
    /// - Throws: `ValidationError` where nothing wants the sound that was named.
    func apply(to options: inout SegmentOptions, scorer: (any BoundaryScorer)?) throws {
        options.tellsSound = sound
        let isWanted = sound || options.blocks != nil || scorer?.usesSound ?? false
        try requireUse(of: isWanted)
        options.sound = isSilent || !isWanted ? .none : stream.map(SoundChoice.stream) ?? .best
    }

    private func requireUse(of isWanted: Bool) throws {
        guard stream == nil || isWanted else {
            throw ValidationError("--audio-stream needs something that reads sound: add --sound")
        }
    }
}
