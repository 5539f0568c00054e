internal import BlockSegmentation
internal import EventDelivery
package import FeedRuntime
internal import MediaInput
internal import Platform
internal import SceneIndex
internal import ScenePipeline
internal import SceneEvents
internal import SceneSegmentation
internal import TextFiles
internal import Timeline

extension FeedPlan {
    /// Resolves what a configuration says about a feed.
    ///
    /// - Parameters:
    ///   - configuration: the feed as configured.
    ///   - secret: gives the content of a credential.
    ///   - model: gives the model for a file, or the built-in one for K neighbors.
    ///   - version: of the program.
    /// - Returns: the plan, and the model that goes with it.
    /// - Throws: `FeedPlanError`, one line that names the feed and the remedy.
    package static func resolve(
        _ configuration: FeedConfiguration, secret: (String) throws -> String,
        model: (ModelKey) throws -> SharedModel, version: String
    ) throws -> (plan: FeedPlan, model: SharedModel) {
        let settings = configuration.settings
        var options = SegmentOptions()
        options.splitAfter = settings.splitAfter ?? options.splitAfter
        options.minimumShot = settings.minimumShot ?? options.minimumShot
        options.minimumScene = settings.minimumScene ?? options.minimumScene
        options.scenesPerHour = settings.scenesPerHour
        options.peakWait = settings.peakWait ?? options.peakWait
        options.deadline = settings.deadline
        options.intraShot = settings.intraShot ?? options.intraShot
        options.provisional = settings.provisional ?? (settings.deadline != nil)
        options.speed = settings.speed ?? options.speed
        options.cues = settings.cues ?? options.cues
        options.givesReasons = settings.reasons ?? false
        if settings.blocks == true {
            var blocks = BlockOptions()
            blocks.delay = settings.blockDelay ?? blocks.delay
            blocks.without = settings.blocksWithout ?? []
            blocks.givesReasons = options.givesReasons
            options.blocks = blocks
        }
        do {
            guard !options.givesReasons || settings.scores == true || settings.blocks == true else {
                throw FeedPlanError(
                    reason: "reasons adds to score and block events: set scores: true or blocks: true, too")
            }
            guard options.minimumShot <= options.splitAfter / 2 else {
                throw FeedPlanError(reason: "min-shot takes at most half of split-after")
            }
            try options.resolveSplit(requested: settings.split, preset: .ticks)
            let model = try model(
                ModelKey(
                    path: settings.model, neighborCount: settings.neighborCount ?? options.neighborCount,
                    similarity: settings.similarity, hears: settings.audio != false))
            if let refusal = SimilarityCue.refusal(settings.similarity ?? [], of: model.summary) {
                throw FeedPlanError(reason: "similarity: \(refusal)")
            }
            let most = model.summary.neighborCount
            if let wanted = settings.neighborCount, wanted > most {
                throw FeedPlanError(
                    reason: "neighbors cannot be \(wanted): the model was made for \(most) at most")
            }
            options.neighborCount = settings.neighborCount ?? most
            options.threshold = settings.threshold ?? model.threshold ?? options.threshold
            options.calibration = try settings.calibration.map {
                try ScoreCalibration(
                    TextFile(path: $0), model: model.summary, neighborCount: options.neighborCount)
            }
            options.recall = try recall(settings, model)
            options.surprise = try surprise(settings, model)
            options.tellsSound = settings.sound ?? false
            guard settings.audio != false || !options.tellsSound else {
                throw FeedPlanError(reason: "sound describes what audio: false does not read: leave one out")
            }
            guard settings.audio != false || settings.similarity?.contains(.sound) != true else {
                throw FeedPlanError(
                    reason: "similarity compares sound that audio: false does not read: leave one out")
            }
            if settings.audio != false, options.tellsSound || options.blocks != nil || model.usesSound {
                options.sound = settings.audioStream.map(SoundChoice.stream) ?? .best
            }
            let address = FeedAddress(
                try configuration.input.resolved(secret), shown: configuration.input.shown)
            guard address.text != "-" else {
                throw FeedPlanError(reason: "input cannot be standard input: give an address or a path")
            }
            return (plan(settings, address, options, name: configuration.name, version: version), model)
        } catch {
            throw FeedPlanError(reason: "feed '\(configuration.name)': \(error)")
        }
    }

    /// By what the feed's surprises are told; nil where nobody asked.
    private static func surprise(_ settings: FeedSettings, _ model: SharedModel) throws -> SurpriseOptions? {
        guard settings.surprise != nil || settings.noveltyWindow != nil || settings.noveltyRate == nil else {
            throw FeedPlanError(reason: "novelty-rate goes with surprise or novelty-window: set one, too")
        }
        return try SurpriseOptions.resolve(
            path: settings.surprise, maker: model.embeddings, rate: settings.noveltyRate,
            window: settings.noveltyWindow)
    }

    /// What the feed knows of the past; nil where nobody asked.
    private static func recall(_ settings: FeedSettings, _ model: SharedModel) throws -> RecallOptions? {
        let looksBack = settings.index != nil || settings.repeats == true
        guard looksBack || settings.seenThreshold == nil else {
            throw FeedPlanError(reason: "seen-threshold needs index or repeats: true: set one, too")
        }
        guard settings.tags != nil || settings.tagMinimum == nil else {
            throw FeedPlanError(reason: "tag-minimum goes with tags: set that, too")
        }
        guard
            looksBack || settings.vectors == true || settings.probe != nil || settings.tags != nil
        else { return nil }
        var options = try RecallOptions(
            directory: settings.index.map(absolutePath), threshold: settings.seenThreshold,
            repeats: settings.repeats ?? false, tellsVectors: settings.vectors ?? false,
            maker: model.embeddings, files: PosixFiles())
        options.probe = try settings.probe.map {
            try RunProbe(path: $0, maker: model.embeddings, encoder: options.encoder)
        }
        options.sentences = try settings.tags.map { path in
            guard let file = settings.model else {
                throw FeedPlanError(reason: "tags needs CLIP's text tower: set model, too")
            }
            return try RunSentences(
                path: path, model: file, maker: model.embeddings, of: "this feed",
                minimum: settings.tagMinimum ?? 0, threadCount: ChosenModel.threads(settings.threads ?? 1))
        }
        return options
    }

    private static func plan(
        _ settings: FeedSettings, _ address: FeedAddress, _ options: SegmentOptions, name: String,
        version: String
    ) -> FeedPlan {
        var media = MediaOptions()
        // Many feeds share the cores: threads of their own would only wait for one another.
        media.threads = settings.threads ?? 1
        media.program = settings.program
        media.stream = settings.stream
        media.allowedHosts = settings.allowedHosts ?? []
        media.followIdle = settings.follow == true ? settings.followIdle ?? 0 : nil
        var timing = FeedTiming(stallAfter: settings.stallAfter ?? FeedTiming().stallAfter)
        timing.backoff.cap = settings.reconnectCap ?? timing.backoff.cap
        timing.heartbeat = settings.heartbeat ?? timing.heartbeat
        var plan = FeedPlan(
            name: name, address: address, options: options, media: media, timing: timing, version: version)
        plan.writesScores = settings.scores ?? false
        plan.pictures = settings.pictures ?? 0
        // The worker knows the address alone, and calls it by that in what it says.
        Secrets.register(
            name: MediaSource.url(address.text).displayName, shown: plan.displayName)
        return plan
    }
}

/// A feed that cannot be run as configured.
package struct FeedPlanError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One line with a remedy.
    package var reason: String
    package var description: String { reason }
}
