internal import MediaInput
internal import SceneSegmentation

extension SegmentOptions {
    /// Takes over what shaped the parts of a record.
    package mutating func take(_ info: EmbeddingRecord.Info) {
        let recorded = info.options
        detector = .recorded(
            name: recorded.detector ?? ChosenDetector.trained.name, lag: Double(info.detectorLag) / 1_000_000)
        split = SplitRule(rawValue: recorded.split) ?? split
        splitAfter = recorded.splitAfter
        minimumShot = recorded.minimumShot
        deadline = recorded.deadline
        speed = recorded.speed.flatMap(DecodePlan.init) ?? .exact
    }
}
