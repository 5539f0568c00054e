internal import SceneSegmentation
internal import Timeline

extension EmbeddingRecord {
    /// One vector for each shot: the mean over its parts.
    package var shotEmbeddings: [[Float]] {
        var sums = [[Float]](repeating: [Float](repeating: 0, count: info.dimension), count: shots.count)
        var counts = [Int](repeating: 0, count: shots.count)
        for entry in parts where shots.indices.contains(entry.part.shotIndex) {
            counts[entry.part.shotIndex] += 1
            for (place, value) in entry.part.embedding.enumerated() {
                sums[entry.part.shotIndex][place] += value
            }
        }
        return zip(sums, counts).map { sum, count in sum.map { $0 / Float(max(count, 1)) } }
    }
}
