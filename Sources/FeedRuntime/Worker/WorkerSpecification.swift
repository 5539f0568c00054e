internal import BlockSegmentation
package import MediaInput
package import SceneSegmentation
package import ScenePipeline
package import Timeline

/// What a worker is told, once, as its first message: over a socket, because the address may hold a password.
package struct WorkerSpecification: Hashable, Sendable {
    /// Version of the messages; both sides are the same program, so a difference means a mix-up.
    package static let protocolVersion: UInt16 = 6

    /// URL, path, or `-` for the standard input that the feed's process has.
    package var input: String
    package var media: MediaOptions
    package var split: SplitRule
    /// tau, seconds.
    package var splitAfter: Double
    /// m, seconds.
    package var minimumShot: Double
    /// D, seconds.
    package var deadline: Double?
    /// What tells blocks apart is sent with each part.
    package var findsBlocks: Bool
    /// The pictures that the encoder wants of each part.
    package var sampling: EncoderInput.Sampling
    /// What is left out at first where more may be left out if the machine cannot keep up; nil: nothing ever
    /// is.
    package var relief: Relief.Step?
    /// Up to where the connection before was told; nil: there was none.
    package var told: ToldSource?

    /// - Parameters:
    ///   - input: what to read.
    ///   - media: how; its plan, its cues and its sound are replaced by those of `options`.
    ///   - options: how shots are found and split.
    ///   - sampling: the pictures that the encoder wants of each part.
    ///   - relief: what is left out at first; nil: nothing ever is.
    package init(
        input: String, media: MediaOptions, options: SegmentOptions, sampling: EncoderInput.Sampling,
        relief: Relief.Step? = nil
    ) {
        self.relief = relief
        self.input = input
        self.media = media
        self.media.plan = options.speed
        self.media.cues = options.cues
        self.media.sound = options.sound
        self.media.marks = options.usesMarks
        findsBlocks = options.blocks != nil
        split = options.split
        splitAfter = options.splitAfter
        minimumShot = options.minimumShot
        deadline = options.deadline
        self.sampling = sampling
    }

    /// The part of the options that finding parts depends on; the rest keeps its defaults.
    var options: SegmentOptions {
        var options = SegmentOptions()
        options.split = split
        options.splitAfter = splitAfter
        options.minimumShot = minimumShot
        options.deadline = deadline
        options.speed = media.plan
        options.cues = media.cues
        options.sound = media.sound
        // What is left out, and when is decided, is the feed's.
        options.blocks = findsBlocks ? BlockOptions() : nil
        return options
    }
}
