internal import SceneSegmentation
internal import Timeline

extension EmbeddingRecord {
    /// Leaves out what further similarity cues than `cues` made, of those that scened has itself. O(parts).
    ///
    /// - Returns: whether the record holds all of `cues`; where it does not, it stays as it is.
    package mutating func keep(_ cues: Set<SimilarityCue>) -> Bool {
        let kept = SimilarityCue.encoders(cues, beside: info.encoder).map(\.name)
        let made = info.further ?? []
        let places = kept.compactMap { name in made.firstIndex { $0.encoder == name } }
        guard places.count == kept.count else { return false }
        info.further = places.isEmpty ? nil : places.map { made[$0] }
        if !cues.contains(.sound) { info.options.sound = nil }
        for part in parts.indices {
            let embeddings = parts[part].part.furtherEmbeddings
            parts[part].part.furtherEmbeddings = places.map { embeddings[$0] }
        }
        for picture in openParts.keys {
            guard let embeddings = openParts[picture]?.furtherEmbeddings else { continue }
            openParts[picture]?.furtherEmbeddings = places.map { embeddings[$0] }
        }
        return true
    }

    /// Puts the embeddings of `other`, another encoder's of the same parts, beside those of this record, as a
    /// further similarity cue. O(parts).
    ///
    /// What `other` has beside its own embeddings is left there.
    ///
    /// - Returns: false where `other` holds other parts; this record then stays as it is.
    package mutating func add(further other: EmbeddingRecord) -> Bool {
        guard info.media.clock.timeBase == other.info.media.clock.timeBase, parts.count == other.parts.count,
            zip(parts, other.parts).allSatisfy({
                $0.part.start.pts == $1.part.start.pts && $0.part.end.pts == $1.part.end.pts
            }), openParts.keys == other.openParts.keys
        else { return false }
        info.further =
            (info.further ?? []) + [
                FurtherEncoder(encoder: other.info.encoder, dimension: other.info.dimension)
            ]
        for place in parts.indices {
            parts[place].part.furtherEmbeddings.append(other.parts[place].part.embedding)
        }
        for (picture, open) in other.openParts {
            openParts[picture]?.furtherEmbeddings.append(open.embedding)
        }
        return true
    }
}
