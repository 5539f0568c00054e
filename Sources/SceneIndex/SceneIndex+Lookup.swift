internal import TensorKernels

extension SceneIndex {
    /// The recording of a name. Throws where there is none.
    package func recording(_ name: String) throws(IndexError) -> RecordingEntry {
        guard let entry = book.entry(named: name) else { throw .unknown(name, layout.directory) }
        return entry
    }

    /// The scenes of a recording, in order of time.
    package func scenes(of entry: RecordingEntry) -> [IndexedScene] {
        entry.rows.map { row in
            let scene = scene(row)
            return IndexedScene(
                number: scene.number, start: scene.start, end: scene.end, vector: vector(row))
        }
    }

    /// Rows of a recording whose scenes overlap a time, in microseconds: the same scene, however it was cut.
    /// O(scenes of the recording).
    package func rows(of entry: RecordingEntry, overlapping time: Range<Int64>) -> Range<Int> {
        let rows = entry.rows.filter { row in
            let scene = scene(row)
            return scene.start < time.upperBound && scene.end > time.lowerBound
        }
        guard let first = rows.first, let last = rows.last else { return 0..<0 }
        return first..<last + 1
    }

    /// Reads every row. Throws where one is not as it was written.
    package func verify() throws(IndexError) {
        for entry in book.live {
            let isItsOwn = entry.rows.allSatisfy { isOf(entry, scene($0)) }
            guard isItsOwn, IndexedScene.checksum(of: scenes(of: entry)) == entry.checksum else {
                throw IndexError(
                    .unusable,
                    "the index '\(layout.directory)' is damaged: the scenes of '\(entry.name)' are not as they were written; remove that recording and add it again"
                )
            }
        }
    }

    private func isOf(_ entry: RecordingEntry, _ scene: SceneRow) -> Bool {
        book.entries.indices.contains(scene.recording) && book.entries[scene.recording] == entry
    }
}
