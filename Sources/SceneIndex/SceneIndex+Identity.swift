internal import TensorKernels

/// How the scenes of a recording go with those of one that an index holds: a value.
private struct SceneAgreement {
    /// Microseconds of the scenes that both cut in the same places.
    var common = 0.0
    /// Such scenes whose vectors were compared.
    var compared = 0
}

extension SceneIndex {
    /// Microseconds by which both may end apart: as much as events and embeddings of one film.
    private static let endSlack: Int64 = 1_000_000
    /// Microseconds by which an instant differs where it was rounded on another way.
    private static let rounding: Int64 = 1_000
    /// Cosine from which two vectors are of the same film. Scenes of which fewer pictures were decoded reach
    /// it; a film that was encoded anew is another one, though a copy.
    private static let same: Float = 0.9999

    /// The recording of the index that a film is, whatever either is called and however its scenes are cut.
    ///
    /// Both end together, and no scene that both cut in the same places looks different. Besides, such scenes
    /// make up half of the film, or the recording has its name. Of several, those with half in common go
    /// before, then the one of the name, then the one with the most in common, then the first by name.
    ///
    /// Complexity: O(recordings log recordings), and O(scenes x D) for each that ends as the film does.
    ///
    /// - Parameters:
    ///   - scenes: of the film, in order of time, with vectors as wide as the index has; zeros where nobody
    ///     looked.
    ///   - names: what the film may be called.
    /// - Returns: the recording; nil: the index holds none.
    package func recording(of scenes: [IndexedScene], named names: Set<String>) -> RecordingEntry? {
        guard let end = scenes.last?.end, scenes.allSatisfy({ SceneRow.canSpan($0.start, $0.end) }) else {
            return nil
        }
        let queries = scenes.map(\.vector.floats)
        let length = scenes.reduce(0.0) { $0 + Double($1.end - $1.start) }
        var best: (entry: RecordingEntry, rank: (Int, Int, Double))?
        for entry in book.live {
            guard let last = entry.rows.last, abs(scene(last).end - end) <= Self.endSlack,
                let agreement = agreement(of: scenes, queries, with: entry)
            else { continue }
            let agrees = agreement.compared > 0 && agreement.common * 2 >= length
            let isNamed = names.contains(entry.name)
            let rank = (agrees ? 1 : 0, isNamed ? 1 : 0, agreement.common)
            if agrees || isNamed, best.map({ $0.rank < rank }) ?? true { best = (entry, rank) }
        }
        return best?.entry
    }

    /// nil: a scene that both cut in the same places looks different.
    private func agreement(
        of scenes: [IndexedScene], _ queries: [[Float]], with entry: RecordingEntry
    ) -> SceneAgreement? {
        var agreement = SceneAgreement()
        var row = entry.first
        for (asked, query) in zip(scenes, queries) {
            while row < entry.rows.upperBound, scene(row).start < asked.start - Self.rounding { row += 1 }
            guard row < entry.rows.upperBound else { break }
            let held = scene(row)
            guard held.start - asked.start <= Self.rounding, abs(held.end - asked.end) <= Self.rounding else {
                continue
            }
            agreement.common += Double(asked.end - asked.start)
            let cosine = cosine(row, query)
            // One of both shows nothing, or nobody looked.
            guard cosine > -.infinity else { continue }
            guard cosine >= Self.same else { return nil }
            agreement.compared += 1
        }
        return agreement
    }

    /// Of the vector of a row and another one; minus infinity where either has no direction.
    private func cosine(_ row: Int, _ query: [Float]) -> Float {
        let (file, place) = row.quotientAndRemainder(dividingBy: layout.rowsPerFile)
        var cosines: [Float] = [0]
        vectors[file].cosines(place..<place + 1, with: query, into: &cosines)
        return cosines[0]
    }
}
