internal import DequeModule
package import Timeline

extension SceneSegmenter {
    /// Writes everything that later answers depend on, but for the pictures between horizon and now: ring,
    /// thresholds, and what is not yet decided (contract 16). About as long as L+1+K embeddings.
    package func put(to writer: inout WireWriter) {
        writer.put(list: Array(ring.parts)) { $0.put($1) }
        writer.put(list: Array(unscored)) { writer, job in
            writer.put(Int64(job.partIndex))
            writer.put(job.isLastOfShot)
            writer.put(job.at)
        }
        writer.put(list: Array(timeline)) { $0.put($1) }
        writer.put(optional: lastPart) { writer, part in
            writer.put(Int64(part.index))
            writer.put(Int64(part.shotIndex))
            writer.put(part.end)
        }
        writer.put(optional: scene) { writer, scene in
            writer.put(scene.start)
            writer.put(Int64(scene.firstShot))
        }
        writer.put(Int64(sceneCount))
        writer.put(optional: watermark.stretchStart) { $0.put($1) }
        writer.put(optional: watermark.last) { $0.put($1) }
        decider.put(to: &writer)
    }

    /// Goes on from what another segmenter with the same options wrote.
    ///
    /// - Parameters:
    ///   - reader: stands where `put` began.
    ///   - dimensions: lengths of a part's embeddings, the encoder's first.
    ///   - nextPart: index of the part that will be pushed next; nil where the caller does not know.
    /// - Throws: where the bytes cannot be those of such a segmenter; this one is then of no use.
    package mutating func restore(from reader: inout WireReader, dimensions: [Int], nextPart: Int? = nil)
        throws(WireError)
    {
        let parts = try reader.list(limit: ring.capacity) { reader throws(WireError) in
            try reader.encodedPart(dimensions: dimensions)
        }
        ring.restore(parts)
        unscored = Deque(
            try reader.list(limit: 1 << 16) { reader throws(WireError) in
                ScoreJob(
                    partIndex: Int(try reader.count()), isLastOfShot: try reader.bool(),
                    at: try reader.instant())
            })
        timeline = Deque(
            try reader.list(limit: 1 << 16) { reader throws(WireError) in try reader.timelineEntry() })
        lastPart = try reader.optional { reader throws(WireError) in
            (Int(try reader.count()), Int(try reader.count()), try reader.instant())
        }
        scene = try reader.optional { reader throws(WireError) in
            (try reader.instant(), Int(try reader.count()))
        }
        sceneCount = Int(try reader.count())
        watermark.stretchStart = try reader.optional { reader throws(WireError) in try reader.instant() }
        watermark.last = try reader.optional { reader throws(WireError) in try reader.ticks() }
        try decider.restore(from: &reader)
        guard isConsistent, ring.nextIndex == nextPart || ring.nextIndex == nil || nextPart == nil else {
            throw WireError(reason: "its parts do not fit together")
        }
    }

    /// Nothing before `pts` may be called undecided any more: a watermark that was told after the checkpoint.
    package mutating func note(watermark pts: Int64) {
        watermark.last = max(watermark.last ?? pts, pts)
    }

    /// What windows are made of is there.
    private var isConsistent: Bool {
        let indices = ring.parts.map(\.index)
        guard zip(indices, indices.dropFirst()).allSatisfy({ $0 + 1 == $1 }) else { return false }
        // The first whose right side is not full; what stands in front of it has its score.
        let open = max((indices.last ?? -1) - ring.neighborCount + 1, indices.first ?? 0)
        let waiting = unscored.map(\.partIndex)
        let isInRing = waiting.allSatisfy { index in
            indices.last.map { index >= open && index <= $0 } ?? false
        }
        let undecided = timeline.allSatisfy { entry in
            guard case .candidate(let candidate) = entry, candidate.answer == nil else { return true }
            return waiting.contains(candidate.partIndex)
        }
        return isInRing && undecided && zip(waiting, waiting.dropFirst()).allSatisfy { $0 < $1 }
    }
}

extension BoundaryDecider {
    func put(to writer: inout WireWriter) {
        writer.put(sceneStart)
        writer.put(stretchStart)
        writer.put(ticksBefore)
        writer.put(optional: previous) { writer, previous in
            writer.put(Int64(previous.partIndex))
            writer.put(previous.score)
        }
        writer.put(optional: adaptive) { writer, adaptive in
            writer.put(adaptive.forgotten)
            writer.put(list: Array(adaptive.history)) { writer, entry in
                writer.put(entry.score)
                writer.put(entry.seconds)
            }
        }
    }

    mutating func restore(from reader: inout WireReader) throws(WireError) {
        sceneStart = try reader.ticks()
        stretchStart = try reader.ticks()
        ticksBefore = try reader.count()
        previous = try reader.optional { reader throws(WireError) in
            (Int(try reader.count()), try reader.score())
        }
        let remembered = try reader.optional { reader throws(WireError) in
            let forgotten = try reader.double()
            let history = try reader.list(limit: AdaptiveThreshold.capacity) { reader throws(WireError) in
                (score: try reader.score(), seconds: try reader.double())
            }
            return (forgotten: forgotten, history: history)
        }
        guard (remembered == nil) == (adaptive == nil) else {
            throw WireError(reason: "its threshold is of another kind")
        }
        if let remembered { adaptive?.restore(remembered.history, forgotten: remembered.forgotten) }
    }
}
