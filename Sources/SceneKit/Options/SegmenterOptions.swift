/// How a stream is segmented. Names, units and defaults are those of `scened segment`.
///
/// Values are checked when a segmenter is made, which throws ``SceneKitError/invalidOption(_:)``.
public struct SegmenterOptions: Hashable, Sendable {
    /// How long shots are split before scoring; `nil` takes ``Split/thirds``, or ``Split/ticks`` where the
    /// ``deadline`` needs it. (`--split`)
    public var split: Split?
    /// Seconds after which a shot counts as long: 1 to 3600. (`--split-after`)
    public var splitAfter = 10.0
    /// Shortest shot in seconds: more than 0, at most half of ``splitAfter``. (`--min-shot`)
    public var minShot = 0.16
    /// Parts of shots seen behind a boundary, and at least as many before it, 1 to 64: more is better and
    /// later. `nil` takes 8, or as many as the model was made for, which is also the most that it takes.
    /// (`--neighbors`)
    public var neighbors: Int?
    /// Seconds of media within which each boundary is decided, with what is known by then; `nil` waits for
    /// all ``neighbors``. At least the detector's lag, ``SceneSegmenter/detectorLag``. (`--deadline`)
    public var deadline: Double?
    /// Score from which a boundary is reported, 0 to 1; `nil` takes 0.5, or the model's own. (`--threshold`)
    public var threshold: Double?
    /// Least seconds from one boundary to the next: 0 to 86400. (`--min-scene`)
    public var minScene = 8.0
    /// Aims at this many scenes an hour instead of a fixed ``threshold``: more than 0, at most 3600. Meant
    /// for hours of video. (`--scenes-per-hour`)
    public var scenesPerHour: Double?
    /// Scores to wait for so that only the peak of neighboring scores counts: 0 or 1. (`--peak`)
    public var peak = 1
    /// Also reports boundaries inside long shots. (`--intra-shot`)
    public var intraShot = false
    /// Also reports undecided boundaries, as they look whenever a part closes. (`--provisional`)
    public var provisional = false
    /// How exactly pictures are decoded. Pushed pictures are decoded already. (`--speed`)
    public var speed = Speed.exact
    /// Threads of the decoder and the image encoder, 0 to 64; 0 takes one per core. (`--threads`)
    public var threads = 0
    /// Number of the program to read where the input holds several (MPEG-TS). (`--program`)
    public var program: Int?
    /// Index of the video stream to read, as FFmpeg counts. (`--stream`)
    public var stream: Int?
    /// Path of a model file: an image encoder, a context network, or both. `builtin:relational` is part of
    /// the library. `nil` compares colors and layout, without training. (`--model`)
    public var model: String?
    /// What tells how alike parts are, without a ``model``, or where it holds an image encoder alone or a
    /// relational network. `nil` takes what the network was trained with, else the encoder. (`--similarity`)
    public var similarity: Similarity?

    /// Makes the default options.
    public init() {}

    /// How long shots are split before scoring.
    public enum Split: String, Hashable, Sendable, CaseIterable {
        /// Into three equal parts.
        case thirds
        /// Every ``SegmenterOptions/splitAfter`` seconds while the shot runs: the shortest delay.
        case ticks
        /// Never; the delay then has no bound. (`--split none`)
        case never = "none"
    }

    /// By what training-free scores and relational networks tell how alike parts are.
    public enum Similarity: Hashable, Sendable, CaseIterable {
        /// By the image encoder; without one, by colors and layout.
        case encoder
        /// By the image encoder and, beside it, by colors and layout. (`--similarity encoder,descriptor`)
        case encoderAndDescriptor
        /// By what parts sound like, too. The sound is read; pushed pictures have none. (`--similarity
        /// encoder,sound`)
        case encoderAndSound
        /// By all three. (`--similarity encoder,descriptor,sound`)
        case encoderDescriptorAndSound
    }

    /// How exactly pictures are decoded.
    public enum Speed: String, Hashable, Sendable, CaseIterable {
        /// Bit by bit.
        case exact
        /// Without the codec's loop filter: pictures differ a little, their times do not.
        case fast
        /// Also without B-pictures that a blend of their neighbors can replace; cuts stay exact.
        case fastest
        /// As `fastest`, and of groups of pictures that show one place only the key frames are decoded: for
        /// archives of long takes. Answers come up to 12 seconds of pictures later.
        case scout
        /// `scout` or `fastest` where they save work, and `exact` for small pictures.
        case auto
    }
}
