internal import SceneEvents
package import SceneSegmentation
package import Timeline

extension EmbeddingRecord {
    /// What lies between two instants, in ticks: the parts that overlap them, each with the seconds that do.
    /// O(log parts + parts in it).
    package func parts(between start: Int64, and end: Int64) -> [ScenePart] {
        // Parts are in order and do not overlap.
        var (low, high) = (0, parts.count)
        while low < high {
            let middle = (low + high) / 2
            if parts[middle].part.end.pts <= start { low = middle + 1 } else { high = middle }
        }
        let timeBase = info.media.clock.timeBase
        return parts[low...].prefix { $0.part.start.pts < end }.map { entry in
            let part = entry.part
            return ScenePart(
                embedding: part.embedding,
                seconds: timeBase.seconds(min(end, part.end.pts) - max(start, part.start.pts)))
        }
    }

    /// Where the last picture ends; nil where there is none.
    package var lastInstant: Instant? { end }

    /// The scenes that `score` finds with its defaults, in order.
    package func scenes() -> [Scene] {
        var options = SegmentOptions()
        options.take(info)
        let chosen = ChosenScorer(
            neighborCount: options.neighborCount, encoder: info.encoder,
            further: (info.further ?? []).map(\.encoder))
        var replay = EmbeddingReplay(self, scorer: chosen.scorer, options: options)
        var scenes: [Scene] = []
        while let events = replay.next() {
            for case .scene(let scene) in events { scenes.append(scene) }
        }
        return scenes
    }
}
