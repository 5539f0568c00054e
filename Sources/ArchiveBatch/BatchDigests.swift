/// What the results of a film hang on, as digests: equal digests, equal results.
package struct BatchDigests: Hashable, Sendable {
    /// How the film is read and its parts are encoded.
    package var reading: String
    /// How parts are scored and boundaries decided.
    package var scoring: String
    /// Into which formats, and whether there is a page.
    package var exports: String

    package init(reading: String, scoring: String, exports: String) {
        self.reading = reading
        self.scoring = scoring
        self.exports = exports
    }
}

/// What is to be done for a film.
package enum BatchWork: Hashable, Sendable {
    /// Its results are there.
    case nothing
    /// Its events are there; other files are to be made of them.
    case exports
    /// Its embeddings are there; it is to be scored again.
    case scoring
    case everything

    /// The least that gives the results that are wanted.
    ///
    /// - Parameters:
    ///   - note: of the results that are there; nil without them.
    ///   - digests: of what is wanted.
    ///   - isSame: the film is the one that the results are of.
    ///   - keeps: embeddings are wanted.
    ///   - canBeScored: `score` on the embeddings gives what is wanted, and they are there.
    /// - Returns: what is to be done.
    package static func least(
        _ note: DoneNote?, for digests: BatchDigests, isSame: Bool, keeps: Bool, canBeScored: Bool
    ) -> BatchWork {
        guard let note, isSame, note.digests.reading == digests.reading,
            !keeps || note.files.contains(DoneNote.embeddingsName)
        else { return .everything }
        guard note.digests.scoring == digests.scoring else {
            // A cue is in the events alone.
            return canBeScored && !note.hasCues ? .scoring : .everything
        }
        return note.digests.exports == digests.exports ? .nothing : .exports
    }
}
