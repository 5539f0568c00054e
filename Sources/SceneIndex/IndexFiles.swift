internal import Glibc
internal import Platform

/// Reads the small files of an index.
enum IndexFiles {
    /// `index.json` of a folder. Throws where the folder is no index.
    static func manifest(_ directory: String, _ files: any DurableFiles) throws(IndexError) -> IndexManifest {
        guard let manifest = try manifestIfMade(directory, files) else {
            throw IndexError(
                .unusable,
                "'\(directory)' is no index: it lacks index.json; name a folder that scened index add made")
        }
        return manifest
    }

    /// The same; nil where the folder is there, and no index in it. Throws where there is no folder.
    static func manifestIfMade(
        _ directory: String, _ files: any DurableFiles
    ) throws(IndexError) -> IndexManifest? {
        let path = IndexLayout.manifestPath(directory)
        let bytes: [UInt8]
        do throws(DurableFileError) {
            guard try files.facts(of: directory) != nil else {
                throw DurableFileError(
                    operation: "read", path: directory, code: ENOENT,
                    reason: String(cString: strerror(ENOENT)))
            }
            guard try files.facts(of: path) != nil else { return nil }
            bytes = try files.read(path, from: 0, count: 1 << 16)
        } catch {
            throw IndexError(reading: error)
        }
        return try IndexManifest(bytes, directory: directory)
    }

    /// From which score scenes count as alike; nil where nobody set it.
    static func threshold(
        _ directory: String, _ files: any DurableFiles
    ) throws(IndexError) -> IndexThreshold? {
        let path = IndexLayout.thresholdPath(directory)
        let bytes: [UInt8]
        do throws(DurableFileError) {
            guard try files.facts(of: path) != nil else { return nil }
            bytes = try files.read(path, from: 0, count: 1 << 16)
        } catch {
            throw IndexError(reading: error)
        }
        return try IndexThreshold(bytes, directory: directory)
    }

    /// Which recordings the log names; none where there is no log yet.
    static func book(_ layout: IndexLayout, _ files: any DurableFiles) throws(IndexError) -> RecordingBook {
        let bytes: [UInt8]
        do throws(DurableFileError) {
            guard let facts = try files.facts(of: layout.logPath) else { return RecordingBook() }
            bytes = try files.read(layout.logPath, from: 0, count: Int(facts.size))
        } catch {
            throw IndexError(reading: error)
        }
        guard let book = RecordingBook(log: bytes) else {
            throw .damaged(
                layout.directory, "a line in the middle of '\(layout.logPath)' is not as it was written")
        }
        return book
    }
}
