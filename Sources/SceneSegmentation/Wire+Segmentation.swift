internal import Timeline

// How parts and what is undecided about them stand in a checkpoint.

extension WireWriter {
    mutating func put(_ part: EncodedPart) {
        put(Int64(part.index))
        put(Int64(part.shotIndex))
        put(part.start)
        put(part.end)
        put(part.duration)
        put(optional: part.entry) { $0.put($1) }
        // Checkpoints from before there was sound have a truth value here, and read as those without.
        let hasFurther = !part.furtherEmbeddings.isEmpty
        put(UInt8((part.isLastOfShot ? 1 : 0) | (part.sound == nil ? 0 : 2) | (hasFurther ? 4 : 0)))
        put(list: part.embedding) { $0.put($1) }
        if hasFurther {
            put(list: part.furtherEmbeddings) { writer, embedding in
                writer.put(list: embedding) { $0.put($1) }
            }
        }
        if let sound = part.sound { put(sound) }
    }

    mutating func put(_ entry: TimelineEntry) {
        switch entry {
        case .begin(let start, let firstShot):
            put(UInt8(0))
            put(start)
            put(Int64(firstShot))
        case .candidate(let candidate):
            put(UInt8(1))
            put(candidate)
        case .end(let end, let reason, let lastShot):
            put(UInt8(2))
            put(end)
            put(choice: reason)
            put(Int64(lastShot))
        }
    }

    private mutating func put(_ candidate: Candidate) {
        put(Int64(candidate.partIndex))
        put(candidate.at)
        put(Int64(candidate.shotIndex))
        put(candidate.isLastOfShot)
        put(optional: candidate.answer) { writer, answer in
            writer.put(answer.score)
            writer.put(Int64(answer.rightParts))
            writer.put(answer.isComplete)
        }
        put(optional: candidate.next) { writer, next in
            writer.put(optional: next.transition) { $0.put($1) }
            writer.put(Int64(next.shotIndex))
        }
        put(optional: candidate.told) { writer, told in
            writer.put(Int64(told.revision))
            writer.put(told.score)
        }
    }
}

extension WireReader {
    /// `dimensions`: lengths of its embeddings, the encoder's first.
    mutating func encodedPart(dimensions: [Int]) throws(WireError) -> EncodedPart {
        let (index, shotIndex) = (Int(try count()), Int(try count()))
        let (start, end, duration) = (try instant(), try instant(), try double())
        let entry = try optional { reader throws(WireError) in try reader.transition() }
        let flags = try integer(UInt8.self)
        let embedding = try list(limit: 1 << 16) { reader throws(WireError) in try reader.float() }
        var further: [[Float]] = []
        if flags & 4 != 0 {
            further = try list(limit: 16) { reader throws(WireError) in
                try reader.list(limit: 1 << 16) { reader throws(WireError) in try reader.float() }
            }
        }
        let embeddings = [embedding] + further
        guard start < end, duration.isFinite, duration >= 0, embeddings.map(\.count) == dimensions,
            embeddings.allSatisfy({ $0.allSatisfy(\.isFinite) }), flags < 8
        else { throw WireError(reason: "a part is none") }
        var part = EncodedPart(
            index: index, shotIndex: shotIndex, start: start, end: end, duration: duration, entry: entry,
            isLastOfShot: flags & 1 != 0, embedding: embedding)
        part.furtherEmbeddings = further
        if flags & 2 != 0 { part.sound = try partSound() }
        return part
    }

    mutating func timelineEntry() throws(WireError) -> TimelineEntry {
        switch try integer(UInt8.self) {
        case 0: return .begin(try instant(), firstShot: Int(try count()))
        case 1: return .candidate(try candidate())
        case 2: return .end(try instant(), try choice(), lastShot: Int(try count()))
        default: throw WireError(reason: "what it waits for is unknown")
        }
    }

    private mutating func candidate() throws(WireError) -> Candidate {
        var candidate = Candidate(
            partIndex: Int(try count()), at: try instant(), shotIndex: Int(try count()),
            isLastOfShot: try bool())
        candidate.answer = try optional { reader throws(WireError) in
            Candidate.Answer(
                score: try reader.score(), rightParts: Int(try reader.count()), isComplete: try reader.bool())
        }
        candidate.next = try optional { reader throws(WireError) in
            Candidate.Next(
                transition: try reader.optional { reader throws(WireError) in try reader.transition() },
                shotIndex: Int(try reader.count()))
        }
        candidate.told = try optional { reader throws(WireError) in
            Candidate.Told(revision: Int(try reader.count()), score: try reader.score())
        }
        return candidate
    }
}
