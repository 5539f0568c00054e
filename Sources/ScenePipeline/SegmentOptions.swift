package import BlockSegmentation
internal import JSONText
internal import SceneIndex
package import MediaInput
package import SceneEvents
internal import SceneModel
package import SceneSegmentation
package import Timeline

/// Everything that decides what a run answers, resolved: no default is left open.
///
/// Chosen by command or flag, never by transport (contract 14), and written into `stream_start`.
package struct SegmentOptions: Sendable {
    package var split = SplitRule.thirds
    /// tau, seconds.
    package var splitAfter = 10.0
    /// Who finds the shots.
    package var detector = ChosenDetector.trained
    /// m, seconds; 0 takes every cut of a list.
    package var minimumShot = 0.16
    /// K; a model file brings its own, of which fewer may be taken.
    package var neighborCount = 8
    package var threshold = 0.5
    /// Seconds; looks back only.
    package var minimumScene = 8.0
    /// Granularity knob; nil leaves the threshold where it is.
    package var scenesPerHour: Double?
    /// p: scores that peak picking waits for, 0 or 1.
    package var peakWait = 1
    /// D, seconds of media; nil waits for full context.
    package var deadline: Double?
    package var intraShot = false
    /// Undecided boundaries are told as they look when parts arrive.
    package var provisional = false
    /// `score` events say what moved them.
    package var givesReasons = false
    /// Names of the genres whose shares `shot` events tell of each part; nil: they tell none.
    package var genreNames: [String]?
    /// Scores and boundaries also have a probability by it.
    package var calibration: ScoreCalibration?
    /// How exactly pictures are decoded.
    package var speed = DecodePlan.exact
    /// `speed` was chosen by what the input is.
    package var choosesSpeed = false
    /// What whoever made the stream says of it is told.
    package var cues = true
    /// Which sound is read beside the pictures.
    package var sound = SoundChoice.none
    /// `shot` events say what each part sounds like.
    package var tellsSound = false
    /// How blocks are found; nil: they are not.
    package var blocks: BlockOptions?
    /// By what it is told how surprising parts are, or when something new is on; nil: it is not.
    package var surprise: SurpriseOptions?
    /// How scenes that were on before are recognized; nil: they are not.
    package var recall: RecallOptions?

    package init() {}

    /// Settles the split rule (contract 10).
    ///
    /// - Parameters:
    ///   - requested: the rule the user named; nil leaves the choice to `preset` and the deadline.
    ///   - preset: the rule of the command.
    /// - Throws: a usage error where split, deadline and lengths do not go together.
    package mutating func resolveSplit(requested: SplitRule?, preset: SplitRule)
        throws(SegmentationOptionError)
    {
        split = try SplitRule.resolve(
            requested: requested, preset: preset, deadline: deadline, splitAfter: splitAfter,
            lag: detectorLag,
            minimumShotLength: minimumShot)
    }

    /// Settles where shots come from, and the shortest of them.
    ///
    /// - Parameters:
    ///   - list: cuts to take; nil leaves them to the detector of scened.
    ///   - requested: m in seconds as the user named it; nil takes the default, which for a list is 0.
    package mutating func choose(list: CutList?, minimumShot requested: Double?) {
        if let list { detector = .listed(list) }
        minimumShot = requested ?? (list == nil ? minimumShot : 0)
    }

    /// What the segmenter is told.
    var segmentation: SegmentationOptions {
        SegmentationOptions(
            splitAfter: splitAfter, deadline: deadline, intraShot: intraShot, isProvisional: provisional,
            givesReasons: givesReasons,
            decision: DecisionOptions(
                threshold: Score(threshold), minimumSceneLength: minimumScene, awaitedScores: peakWait,
                scenesPerHour: scenesPerHour))
    }

    /// h, seconds.
    package var detectorLag: Double { detector.lag }

    /// Seconds within which every boundary is final; nil if nothing bounds it (contract 9).
    package var delayBound: Double? {
        split.delayBound(
            neighborCount: neighborCount, awaitedScores: peakWait, splitAfter: splitAfter, lag: detectorLag,
            minimumShotLength: minimumShot, deadline: deadline, intraShot: intraShot)
    }

    /// Pictures for a channel's mark are wanted.
    package var usesMarks: Bool { blocks.map { !$0.without.contains(.mark) } ?? false }

    /// Seconds within which a block is told behind its end; nil if nothing bounds it, or nobody asked
    /// (contract 20).
    ///
    /// An edge may move two seconds back, and lies within a second of the model's; what decides comes with
    /// the part that closes behind it.
    private var blockDelayBound: Double? {
        guard let blocks, let wait = split.longestWait(splitAfter: splitAfter, minimumShotLength: minimumShot)
        else { return nil }
        return Double(blocks.delay + 3) + wait + detectorLag
    }

    /// What `stream_start` says of it; nil where nobody asked.
    package var blockBound: StreamStart.BlockDelayBound? {
        blocks.map { _ in
            .init(microseconds: blockDelayBound.map { Int64(($0 * 1_000_000).rounded()) })
        }
    }

    /// The options as `stream_start` prints them, in a fixed order. Cues are named where they are left out:
    /// lines of streams that hold none stay as they were before there were cues.
    package func literals(threads: Int) -> [StreamStart.Option] {
        [
            ("detector", JSONLine.quoted(detector.name)),
            ("split", JSONLine.quoted(split.rawValue)),
            ("split_after", decimal(splitAfter)),
            ("min_shot", decimal(minimumShot)),
            ("neighbors", "\(neighborCount)"),
            ("threshold", decimal(threshold)),
            ("min_scene", decimal(minimumScene)),
            ("scenes_per_hour", decimal(scenesPerHour)),
            ("peak", "\(peakWait)"),
            ("deadline", decimal(deadline)),
            ("intra_shot", intraShot ? "true" : "false"),
            ("provisional", provisional ? "true" : "false"),
            ("speed", JSONLine.quoted(speed.rawValue)),
            ("threads", "\(threads)"),
        ] + speedLiterals + (cues ? [] : [("cues", "false")]) + (givesReasons ? [("reasons", "true")] : [])
            + (genreNames == nil ? [] : [("genre_shares", "true")])
            + (calibration.map { [("calibration", JSONLine.quoted($0.digest))] } ?? []) + soundLiterals
            + blockLiterals + recallLiterals + surpriseLiterals
    }

    /// Those that matter where only shots are found.
    package func shotLiterals(threads: Int) -> [StreamStart.Option] {
        [
            ("detector", JSONLine.quoted(detector.name)),
            ("min_shot", decimal(minimumShot)),
            ("speed", JSONLine.quoted(speed.rawValue)),
            ("threads", "\(threads)"),
        ] + speedLiterals + soundLiterals
    }

    /// Whether the plan was chosen; nothing where it was asked for.
    private var speedLiterals: [StreamStart.Option] {
        choosesSpeed ? [("speed_choice", JSONLine.quoted("auto"))] : []
    }

    /// Nothing where no sound is read, so that such lines stay as they always were.
    private var soundLiterals: [StreamStart.Option] {
        switch sound {
        case .none: []
        case .best: [("sound", JSONLine.quoted("default"))]
        case .stream(let index): [("sound", "\(index)")]
        }
    }

    private var blockLiterals: [StreamStart.Option] {
        guard let blocks else { return [] }
        let without = BlockOptions.Evidence.allCases.filter(blocks.without.contains)
        let names = without.map(\.rawValue).joined(separator: ",")
        return [("blocks", "\(blocks.delay)")]
            + (names.isEmpty ? [] : [("blocks_without", JSONLine.quoted(names))])
    }

    private var recallLiterals: [StreamStart.Option] {
        guard let recall else { return [] }
        var literals: [StreamStart.Option] = []
        if let index = recall.index { literals.append(("index", JSONLine.quoted(index.name))) }
        if recall.looksBack { literals.append(("seen_threshold", decimal(recall.threshold))) }
        if recall.repeats { literals.append(("repeats", "true")) }
        if recall.tellsVectors {
            literals.append((StreamStart.vectorOption, recall.maker.literal(recall.encoder)))
        }
        if let probe = recall.probe { literals.append(("probe", JSONLine.quoted(probe.digest))) }
        if let sentences = recall.sentences { literals.append((RunSentences.option, sentences.literal)) }
        return literals
    }

    private var surpriseLiterals: [StreamStart.Option] {
        guard let surprise else { return [] }
        return (surprise.model.map { [("surprise", JSONLine.quoted($0.digest))] } ?? [])
            + [("novelty_rate", decimal(surprise.rate))]
            + (surprise.window.map { [("novelty_window", decimal($0))] } ?? [])
    }

    private func decimal(_ seconds: Double?) -> String {
        seconds.map { JSONLine.decimal(micro: Int64(($0 * 1_000_000).rounded())) } ?? "null"
    }
}
