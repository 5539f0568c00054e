internal import Glibc
internal import Platform
internal import TensorFiles

/// Reads the small files of an index.
enum IndexFiles {
    /// `index.json` of a folder. Throws where the folder is no index.
    static func manifest(_ directory: String, _ files: any DurableFiles) throws(IndexError) -> IndexManifest {
        guard let manifest = try manifestIfMade(directory, files) else {
            throw IndexError(
                .unusable,
                "'\(directory)' is not an index: it lacks index.json; name a folder that scened index add made"
            )
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

    /// Throws where an array is another than `index.json` says, or its head counts more rows than the log
    /// names. A head is written anew only once the log's line is on disk; so lines of the log are gone, and
    /// what stands behind those that are left is no leftover of a writer that was ended.
    ///
    /// Files that are missing or too short are left to others.
    static func checkHeads(
        _ layout: IndexLayout, _ files: any DurableFiles, _ book: RecordingBook
    ) throws(IndexError) {
        var fault = Self.fault(layout, files, book)
        while let seen = fault {
            // A writer may have gone on since the log was read. What is damaged stays as it is.
            fault = Self.fault(layout, files, try Self.book(layout, files))
            if fault == seen { throw seen }
        }
    }

    /// What is wrong with the heads of an index whose log gave `book`; nil: nothing.
    private static func fault(
        _ layout: IndexLayout, _ files: any DurableFiles, _ book: RecordingBook
    ) -> IndexError? {
        var (file, isThere) = (0, true)
        // Where the last lines of the log are gone, files go on behind those that it names rows of.
        while isThere {
            let named = layout.rows(of: file, total: book.rowCount)
            isThere = false
            for (path, array) in layout.files(file) {
                guard let head = try? files.read(path, from: 0, count: GrowingArray.headLength) else {
                    continue
                }
                isThere = true
                if let rows = array.rows(in: head) {
                    guard rows > named else { continue }
                    return .damaged(
                        layout.directory,
                        "'\(path)' has \(rows) rows, and '\(layout.logPath)' names \(named) of them")
                }
                if named > 0, head.count == GrowingArray.headLength {
                    return .damaged(
                        layout.directory, "'\(path)' is another array than its index.json says")
                }
            }
            file += 1
        }
        return nil
    }
}
