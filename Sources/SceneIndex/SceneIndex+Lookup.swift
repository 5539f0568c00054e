package import Platform
internal import TensorKernels

extension SceneIndex {
    /// The file of its scene encoder; nil where that has no weights. Throws where it cannot be read.
    package func model(_ files: any DurableFiles) throws(IndexError) -> [UInt8]? {
        guard manifest.sceneDigest != nil else { return nil }
        let path = IndexLayout.modelPath(layout.directory)
        let bytes: [UInt8]?
        do throws(DurableFileError) {
            if let facts = try files.facts(of: path) {
                bytes = try files.read(path, from: 0, count: Int(facts.size))
            } else {
                bytes = nil
            }
        } catch {
            throw IndexError(reading: error)
        }
        guard let bytes else {
            throw .damaged(layout.directory, "its scene encoder '\(path)' is missing")
        }
        return bytes
    }

    /// From which score scenes count as alike; nil where nobody set it. Throws where what was set cannot be
    /// read.
    package func threshold(_ files: any DurableFiles) throws(IndexError) -> IndexThreshold? {
        try IndexFiles.threshold(layout.directory, files)
    }

    /// What `index.json` of a folder says; nil where that is no index, or says what no index says.
    package static func manifest(of directory: String, _ files: any DurableFiles) -> IndexManifest? {
        try? IndexFiles.manifest(directory, files)
    }

    /// The recording that somebody names (`RecordingBook.entry(told:)`). Throws where there is none.
    package func recording(_ name: String) throws(IndexError) -> RecordingEntry {
        guard let entry = book.entry(told: name) else { throw .unknown(name, layout.directory) }
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
        for entry in book.live { _ = try verifiedScenes(of: entry) }
    }

    /// The scenes of a recording, in order of time. Throws where they are not as they were written.
    func verifiedScenes(of entry: RecordingEntry) throws(IndexError) -> [IndexedScene] {
        let scenes = scenes(of: entry)
        guard entry.rows.allSatisfy({ isOf(entry, scene($0)) }),
            IndexedScene.checksum(of: scenes) == entry.checksum
        else { throw .torn(entry.name, layout.directory) }
        return scenes
    }

    private func isOf(_ entry: RecordingEntry, _ scene: SceneRow) -> Bool {
        book.entries.indices.contains(scene.recording) && book.entries[scene.recording] == entry
    }
}
