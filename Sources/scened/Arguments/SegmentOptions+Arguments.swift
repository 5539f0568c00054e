import ArgumentParser
import MediaInput
import SceneEvents
import SceneModel
import ScenePipeline
import SceneSegmentation
import Timeline

extension SplitRule: ExpressibleByArgument {
    /// The rule of that name. For a hidden option: the parser lists the values of others only.
    static func named(_ name: String) throws -> SplitRule {
        guard let rule = SplitRule(rawValue: name) else {
            let known = allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("it is one of \(known)")
        }
        return rule
    }
}

/// The flags that decide what is answered; shared by every command that decides.
struct DecisionArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How long shots are split before scoring: thirds, ticks or none.",
            discussion: """
                thirds: three equal parts, a run closed after three times --split-after at the latest. ticks: a part \
                every --split-after seconds while the shot runs; the shortest delay. none: never, as in the BaSSL \
                reference; the delay is then unbounded. Default: thirds, or ticks where --deadline needs it.
                """,
            valueName: "rule", visibility: .hidden), transform: SplitRule.named)
    var split: SplitRule?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Length from which a shot counts as long. Default: 10 seconds.", valueName: "duration",
            visibility: .hidden),
        transform: NumberArgument.seconds)
    var splitAfter: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Shortest shot. Default: 0.16 seconds; with --shots, no limit.", valueName: "duration",
            visibility: .hidden),
        transform: NumberArgument.seconds)
    var minShot: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Shots read after a boundary (K); more make answers more accurate, but later. A model has its own number, and takes fewer. Default: 8.",
            valueName: "K", visibility: .hidden), transform: NumberArgument.whole)
    var neighbors: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Decide each boundary at most this long after it.",
            valueName: "duration"), transform: NumberArgument.seconds)
    var deadline: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Score from which a boundary counts; lower gives more scenes. Default: 0.5, or the model's own.",
            valueName: "score"), transform: NumberArgument.decimal)
    var threshold: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Shortest scene, except the last. Default: 8 seconds.",
            valueName: "duration"), transform: NumberArgument.seconds)
    var minScene: Double = SegmentOptions().minimumScene

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Aim at this many scenes an hour by moving the threshold.",
            valueName: "count"), transform: NumberArgument.decimal)
    var scenesPerHour: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Scores to wait for so that only the peak of neighbors counts: 0 or 1. Default: 1.",
            valueName: "p",
            visibility: .hidden),
        transform: NumberArgument.whole)
    var peak: Int = 1

    @Flag(
        help: ArgumentHelp(
            "Also report boundaries inside long shots, some of them later than a short --deadline.",
            visibility: .hidden))
    var intraShot = false

    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp(
            "Also report undecided boundaries, as they look whenever a part closes.",
            discussion:
                "Their state is provisional; final or retracted follows. Default: no; for watch, yes with --deadline.",
            visibility: .hidden
        ))
    var provisional: Bool?

    func validate() throws {
        func check(_ condition: Bool, _ message: String) throws {
            if !condition { throw ValidationError(message) }
        }
        let splitAfter = self.splitAfter ?? SegmentOptions().splitAfter
        let minShot = self.minShot ?? SegmentOptions().minimumShot
        try check(splitAfter >= 1 && splitAfter <= 3600, "--split-after takes 1 to 3600 seconds")
        try check(
            minShot > 0 && minShot <= splitAfter / 2,
            "--min-shot takes more than 0 and at most half of --split-after")
        try check(neighbors.map { 1...64 ~= $0 } ?? true, "--neighbors takes 1 to 64")
        try check(threshold.map { 0...1 ~= $0 } ?? true, "--threshold takes 0 to 1")
        try check(minScene >= 0 && minScene <= 86_400, "--min-scene takes 0 to 86400 seconds")
        try check(
            scenesPerHour.map { $0 > 0 && $0 <= 3600 } ?? true,
            "--scenes-per-hour takes more than 0, at most 3600")
        try check(0...1 ~= peak, "--peak takes 0 or 1")
        try check(
            split != .whole || self.splitAfter == nil,
            "--split none never splits: leave it or --split-after out")
        try check(
            split != .whole || !intraShot,
            "--intra-shot looks where long shots are split, and --split none splits none: leave one out")
        try check(
            threshold == nil || scenesPerHour == nil,
            "--threshold fixes the score that --scenes-per-hour adjusts: leave one out")
        try check(
            deadline.map { 0.001...86_400 ~= $0 } ?? true, "--deadline takes 0.001 to 86400 seconds")
    }

    /// Refuses to report undecided boundaries where no boundary is written.
    func validate(events: EventSelection?) throws {
        guard provisional == true, let events, !events.kinds.contains(.boundary) else { return }
        throw ValidationError(
            "--provisional adds boundary events, which --events leaves out: add boundary, or leave --provisional out"
        )
    }

    /// What does not depend on how shots are split or who gives the scores.
    var decisions: SegmentOptions {
        var options = SegmentOptions()
        options.minimumScene = minScene
        options.scenesPerHour = scenesPerHour
        options.peakWait = peak
        options.intraShot = intraShot
        options.provisional = provisional ?? false
        return options
    }

    /// Fills in every default.
    ///
    /// - Parameters:
    ///   - path: the model file, if one was named.
    ///   - similarity: by what parts are compared; nil leaves it to the model.
    ///   - hears: sound may be read.
    ///   - speed: how pictures are decoded, as `--speed` has it.
    ///   - threads: for the image encoder, as `--threads` has it.
    ///   - preset: the split rule of the command if the user names none.
    ///   - list: the list of cuts that stands in for the detector, if one was named.
    /// - Returns: the options, and the model that goes with them.
    /// - Throws: `ValidationError` where options do not go together, `CommandFailure` where the model cannot
    ///   be used.
    func resolve(
        model path: String?, similarity: Set<SimilarityCue>? = nil, hears: Bool = true, speed: DecodePlan,
        threads: Int = 1, preset: SplitRule, list: CutList? = nil
    ) throws -> (SegmentOptions, ChosenModel) {
        var options = decisions
        options.splitAfter = splitAfter ?? options.splitAfter
        options.choose(list: list, minimumShot: minShot)
        options.deadline = deadline
        options.speed = speed
        do {
            try options.resolveSplit(requested: split, preset: preset)
            let chosen =
                try path.map {
                    try ChosenModel(
                        path: $0, neighborCount: neighbors ?? options.neighborCount, threadCount: threads,
                        similarity: similarity, hears: hears)
                }
                ?? ChosenModel(
                    neighborCount: neighbors ?? options.neighborCount, similarity: similarity ?? [.encoder])
            if let refusal = SimilarityCue.refusal(similarity ?? [], of: chosen.summary) {
                throw ValidationError("--similarity \(refusal)")
            }
            try requireNeighbors(of: chosen.summary)
            options.neighborCount = neighbors ?? chosen.summary.neighborCount
            options.threshold = threshold ?? chosen.threshold ?? options.threshold
            return (options, chosen)
        } catch let error as SegmentationOptionError {
            throw ValidationError(error.description)
        } catch let error as ModelFileError {
            throw CommandFailure(error)
        }
    }

    /// Refuses more neighbors than the model was made for.
    func requireNeighbors(of model: ModelSummary) throws {
        guard let neighbors, neighbors > model.neighborCount else { return }
        throw ValidationError(
            "--neighbors \(neighbors) does not go with this model: it was made for \(model.neighborCount) at most"
        )
    }
}
