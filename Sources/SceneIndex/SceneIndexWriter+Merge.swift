/// What became of the recordings of one index in another.
package struct IndexMerge: Hashable, Sendable {
    package var added = 0
    package var replaced = 0
    /// Those that were there already, with the same scenes and vectors.
    package var present = 0
    /// Scenes of all of them.
    package var scenes = 0

    package init(added: Int = 0, replaced: Int = 0, present: Int = 0, scenes: Int = 0) {
        self.added = added
        self.replaced = replaced
        self.present = present
        self.scenes = scenes
    }
}

extension SceneIndexWriter {
    /// Adds the recordings of another index, in the order in which they came into it; each keeps its times.
    /// Rows of recordings that were removed there do not come along.
    ///
    /// Each recording is there whole or not at all, and for good once it is added, so that a merge that
    /// broke off can be begun again. Complexity: O(scenes x D), and three syncs for each recording.
    ///
    /// - Parameters:
    ///   - index: of the same encoders (`IndexManifest.require`).
    ///   - replaces: a recording takes the place of another one of its name.
    /// - Returns: what became of them.
    /// - Throws: where rows are not as they were written, another recording of a name is there and is not to
    ///   go, or the disk refuses. What was added before stays.
    package func add(_ index: SceneIndex, replaces: Bool) throws(IndexError) -> IndexMerge {
        var merge = IndexMerge()
        for entry in index.book.live.sorted(by: { $0.first < $1.first }) {
            let scenes = try index.verifiedScenes(of: entry)
            switch try add(
                entry.name, scenes, indexed: entry.indexed, aired: entry.aired, replaces: replaces)
            {
            case .added: merge.added += 1
            case .replaced: merge.replaced += 1
            case .present: merge.present += 1
            }
            merge.scenes += scenes.count
        }
        return merge
    }
}
