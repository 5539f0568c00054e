package import BlockSegmentation
package import EventDelivery
package import MediaInput
package import ScenePipeline
package import SceneSegmentation

/// One feed as configured: what to read, and how to answer. Compared as a whole: a reload leaves equal feeds
/// alone.
package struct FeedConfiguration: Hashable, Sendable {
    /// Name of the feed: in events, metrics and paths. Letters, digits, `.`, `_`, `-`; begins with a letter
    /// or digit; at most 64.
    package var name: String
    /// Address, path or `-`; may hold places for secrets.
    package var input: SecretText
    package var settings: FeedSettings

    package init(name: String, input: SecretText, settings: FeedSettings = FeedSettings()) {
        self.name = name
        self.input = input
        self.settings = settings
    }
}

/// What a feed is told beside its input; nil leaves a value to its default. Seconds unless said otherwise.
/// The meanings are those of the options of `scened segment` with the same names.
package struct FeedSettings: Hashable, Sendable {
    package var split: SplitRule?
    package var splitAfter: Double?
    package var minimumShot: Double?
    /// K.
    package var neighborCount: Int?
    /// Path of a model file.
    package var model: String?
    /// By what parts are compared where the model is an image encoder alone.
    package var similarity: Set<SimilarityCue>?
    package var threshold: Double?
    /// Path of a calibration of the model's scores.
    package var calibration: String?
    /// Folder of an index of past scenes.
    package var index: String?
    /// Cosine from which scenes count as alike.
    package var seenThreshold: Double?
    /// Whether the feed's own scenes count.
    package var repeats: Bool?
    /// Whether scenes tell their vectors.
    package var vectors: Bool?
    /// File of a probe that tags scenes.
    package var probe: String?
    /// File of sentences that tag scenes, and the least share that is told.
    package var tags: String?
    package var tagMinimum: Double?
    /// File of a contextualizer that says how surprising and how new parts are.
    package var surprise: String?
    /// The feed's own past by which something is new, in the archive's place.
    package var noveltyWindow: Double?
    /// Share of either above whose novelty something is new.
    package var noveltyRate: Double?
    package var minimumScene: Double?
    package var scenesPerHour: Double?
    /// p, 0 or 1.
    package var peakWait: Int?
    package var deadline: Double?
    package var intraShot: Bool?
    /// Whether undecided boundaries are told; nil: where there is a deadline.
    package var provisional: Bool?
    package var speed: DecodePlan?
    /// Whether the stream's own messages are told.
    package var cues: Bool?
    /// Whether blocks are found above scenes, and seconds until they are decided.
    package var blocks: Bool?
    package var blockDelay: Int?
    /// Evidence of blocks that counts for nothing.
    package var blocksWithout: Set<BlockOptions.Evidence>?
    /// Decoder threads.
    package var threads: Int?
    package var program: Int?
    package var stream: Int?
    /// Whether `score` events are written too.
    package var scores: Bool?
    /// Whether `score` events say what moved them.
    package var reasons: Bool?
    /// Whether `shot` events say what parts sound like.
    package var sound: Bool?
    /// false: no sound is read, whatever would use it.
    package var audio: Bool?
    package var audioStream: Int?
    /// Small pictures that are kept for the live page.
    package var pictures: Int?
    /// Without bytes, packets or pictures for so long, the feed counts as stalled.
    package var stallAfter: Double?
    /// Between heartbeats.
    package var heartbeat: Double?
    /// Longest wait before the next attempt to connect.
    package var reconnectCap: Double?
    /// A growing file that does not grow for so long has ended; nil: it never ends.
    package var followIdle: Double?
    /// Whether a file is followed as it grows.
    package var follow: Bool?
    /// Hosts that playlists and redirections may lead to besides the input's own: names, addresses,
    /// `*.domain`, `*`.
    package var allowedHosts: [String]?

    package init() {}

    /// These settings, with those of `base` where they say nothing.
    package func over(_ base: FeedSettings) -> FeedSettings {
        var merged = self
        merged.split = split ?? base.split
        merged.splitAfter = splitAfter ?? base.splitAfter
        merged.minimumShot = minimumShot ?? base.minimumShot
        merged.neighborCount = neighborCount ?? base.neighborCount
        merged.model = model ?? base.model
        merged.similarity = similarity ?? base.similarity
        merged.threshold = threshold ?? base.threshold
        merged.calibration = calibration ?? base.calibration
        merged.index = index ?? base.index
        merged.seenThreshold = seenThreshold ?? base.seenThreshold
        merged.repeats = repeats ?? base.repeats
        merged.vectors = vectors ?? base.vectors
        merged.probe = probe ?? base.probe
        merged.tags = tags ?? base.tags
        merged.tagMinimum = tagMinimum ?? base.tagMinimum
        merged.surprise = surprise ?? base.surprise
        merged.noveltyRate = noveltyRate ?? base.noveltyRate
        merged.noveltyWindow = noveltyWindow ?? base.noveltyWindow
        merged.minimumScene = minimumScene ?? base.minimumScene
        merged.scenesPerHour = scenesPerHour ?? base.scenesPerHour
        merged.peakWait = peakWait ?? base.peakWait
        merged.deadline = deadline ?? base.deadline
        merged.intraShot = intraShot ?? base.intraShot
        merged.provisional = provisional ?? base.provisional
        merged.speed = speed ?? base.speed
        merged.cues = cues ?? base.cues
        merged.blocks = blocks ?? base.blocks
        merged.blockDelay = blockDelay ?? base.blockDelay
        merged.blocksWithout = blocksWithout ?? base.blocksWithout
        merged.threads = threads ?? base.threads
        merged.program = program ?? base.program
        merged.stream = stream ?? base.stream
        merged.scores = scores ?? base.scores
        merged.reasons = reasons ?? base.reasons
        merged.sound = sound ?? base.sound
        merged.audio = audio ?? base.audio
        merged.audioStream = audioStream ?? base.audioStream
        merged.pictures = pictures ?? base.pictures
        merged.stallAfter = stallAfter ?? base.stallAfter
        merged.heartbeat = heartbeat ?? base.heartbeat
        merged.reconnectCap = reconnectCap ?? base.reconnectCap
        merged.followIdle = followIdle ?? base.followIdle
        merged.follow = follow ?? base.follow
        merged.allowedHosts = allowedHosts ?? base.allowedHosts
        return merged
    }
}
