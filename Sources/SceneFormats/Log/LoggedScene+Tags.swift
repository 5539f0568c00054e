internal import Timeline

extension LoggedScene {
    /// Tags of a probe that are likelier than not.
    static let leastProbability = Score(0.5)
    /// Sentences with a tenth of all, whatever the run told: without `--tag-minimum` it tells of each.
    static let leastShare = Score(0.1)

    /// What lists, which have room for names alone, say of a scene: labels of a probe, then sentences, each
    /// name once, in the order of the event.
    static func names(_ scene: Scene) -> [String] {
        let labels = scene.tags?.filter { $0.probability >= leastProbability }.map(\.label) ?? []
        let sentences = scene.sentenceTags?.filter { $0.share >= leastShare }.map(\.name) ?? []
        var seen: Set<String> = []
        return (labels + sentences).filter { seen.insert($0).inserted }
    }
}
