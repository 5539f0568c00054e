internal import MediaInput
internal import SceneEvents
internal import SceneModel
internal import ScenePipeline
internal import SceneSegmentation

extension SegmenterOptions {
    /// Refuses values out of range, as the command does.
    private func check() throws(SceneKitError) {
        func require(_ condition: Bool, _ message: String) throws(SceneKitError) {
            if !condition { throw .invalidOption(message) }
        }
        try require(splitAfter >= 1 && splitAfter <= 3600, "splitAfter takes 1 to 3600 seconds")
        try require(
            minShot > 0 && minShot <= splitAfter / 2,
            "minShot takes more than 0 and at most half of splitAfter")
        try require(neighbors.map { 1...64 ~= $0 } ?? true, "neighbors takes 1 to 64")
        try require(threshold.map { 0...1 ~= $0 } ?? true, "threshold takes 0 to 1")
        try require(minScene >= 0 && minScene <= 86_400, "minScene takes 0 to 86400 seconds")
        try require(
            scenesPerHour.map { $0 > 0 && $0 <= 3600 } ?? true,
            "scenesPerHour takes more than 0, at most 3600")
        try require(0...1 ~= peak, "peak takes 0 or 1")
        try require(
            split != .never || !intraShot,
            "intraShot looks where long shots are split, and split never splits none: choose one of the two")
        try require(
            threshold == nil || scenesPerHour == nil,
            "threshold fixes the score that scenesPerHour adjusts: set one of the two")
        try require(
            deadline.map { 0.001...86_400 ~= $0 } ?? true, "deadline takes 0.001 to 86400 seconds")
        try require(0...64 ~= threads, "threads takes 0 to 64")
    }

    /// Fills in every default, and loads the model. Reads the model file: blocks while that takes.
    func resolve() throws(SceneKitError) -> (SegmentOptions, ChosenModel) {
        try check()
        var options = SegmentOptions()
        options.splitAfter = splitAfter
        options.minimumShot = minShot
        options.minimumScene = minScene
        options.deadline = deadline
        options.scenesPerHour = scenesPerHour
        options.peakWait = peak
        options.intraShot = intraShot
        options.provisional = provisional
        // Where the input chooses, the reader says what.
        options.speed = DecodePlan(rawValue: speed.rawValue) ?? .exact
        options.cues = false
        do throws(SegmentationOptionError) {
            try options.resolveSplit(
                requested: split.flatMap { SplitRule(rawValue: $0.rawValue) }, preset: .thirds)
        } catch {
            throw SceneKitError(error)
        }
        let chosen = try loadModel(neighborCount: neighbors ?? options.neighborCount)
        if let refusal = SimilarityCue.refusal(cues ?? [], of: chosen.summary) {
            throw .invalidOption("similarity \(refusal)")
        }
        options.sound = chosen.scorer.usesSound ? .best : .none
        let count = chosen.summary.neighborCount
        if let neighbors, neighbors > count {
            throw .invalidOption(
                "neighbors \(neighbors) does not go with this model: it was made for \(count) at most")
        }
        options.neighborCount = neighbors ?? count
        options.threshold = threshold ?? chosen.threshold ?? options.threshold
        return (options, chosen)
    }

    private func loadModel(neighborCount: Int) throws(SceneKitError) -> ChosenModel {
        guard let model else {
            return ChosenModel(neighborCount: neighborCount, similarity: cues ?? [.encoder])
        }
        do throws(ModelFileError) {
            return try ChosenModel(
                path: model, neighborCount: neighborCount, threadCount: threads, similarity: cues)
        } catch {
            throw SceneKitError(error)
        }
    }

    /// nil leaves them to the model.
    var cues: Set<SimilarityCue>? {
        switch similarity {
        case nil: nil
        case .encoder: [.encoder]
        case .encoderAndDescriptor: [.encoder, .descriptor]
        case .encoderAndSound: [.encoder, .sound]
        case .encoderDescriptorAndSound: [.encoder, .descriptor, .sound]
        }
    }

    /// How the input is read.
    var media: MediaOptions {
        var options = MediaOptions()
        options.threads = threads
        options.choosesPlan = speed == .auto
        options.program = program
        options.stream = stream
        options.keepsLog = false
        return options
    }
}
