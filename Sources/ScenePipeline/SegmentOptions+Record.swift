internal import SceneSegmentation

extension SegmentOptions {
    /// Takes over what shaped the parts of a record.
    package mutating func take(_ recorded: EmbeddingRecord.Options) {
        split = SplitRule(rawValue: recorded.split) ?? split
        splitAfter = recorded.splitAfter
        minimumShot = recorded.minimumShot
        deadline = recorded.deadline
    }
}
