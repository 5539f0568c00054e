package import SceneModel
package import SceneSegmentation
internal import TensorKernels
internal import Timeline

extension TrainingFilm {
    /// Scores of all rows, as a stream of them would get.
    package func scores(_ scorer: inout some BoundaryScorer) -> [Float] {
        var ring = EmbeddingRing(neighborCount: scorer.neighborCount, leftCount: scorer.leftCount)
        var scores: [Float] = []
        let ends = shotEnds.map(Set.init)
        let flushes = Set(restarts)
        var shot = 0
        for row in 0..<shotCount {
            if flushes.contains(row) {
                for window in ring.finish() { scores.append(scorer.score(window)) }
            }
            let instant = Instant(pts: Int64(row))
            let isLast = ends?.contains(row) ?? true
            let isFirst = row == 0 || ends?.contains(row - 1) ?? true
            var part = EncodedPart(
                index: row, shotIndex: shot, start: instant, end: instant, duration: durations[row],
                entry: isFirst && !entries.isEmpty
                    ? Transition(kind: entries[row], score: Score(1)) : nil,
                isLastOfShot: isLast, embedding: embeddings.row(row))
            part.furtherEmbeddings = furtherEmbeddings.map { $0.row(row) }
            if isLast { shot += 1 }
            if let window = ring.push(part) { scores.append(scorer.score(window)) }
        }
        for window in ring.finish() { scores.append(scorer.score(window)) }
        return scores
    }

    /// What training-free coherence says of the film by `cues`; nil: by its own.
    package func coherence(neighborCount: Int, cues: ComparedCues? = nil) -> [Float] {
        var scorer = CoherenceScorer(neighborCount: neighborCount, cues: cues ?? self.cues)
        return scores(&scorer)
    }
}
