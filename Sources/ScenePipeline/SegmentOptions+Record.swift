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
        sound = SoundChoice(number: recorded.sound)
    }
}

extension SoundChoice {
    /// As a file of embeddings says it (`EmbeddingRecord.Options.sound`).
    init(number: Int?) {
        switch number {
        case nil: self = .none
        case .some(let index): self = index < 0 ? .best : .stream(index)
        }
    }

    /// nil for no sound.
    var number: Int? {
        switch self {
        case .none: nil
        case .best: -1
        case .stream(let index): index
        }
    }
}
