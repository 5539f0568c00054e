package import Platform
internal import TensorFiles
internal import TensorKernels

/// The one writer of an index: adds recordings, each whole or not at all.
///
/// Rows are written behind the last ones and synced; then one line in the log makes them count. Whatever ends
/// the program, the rows behind the last whole line are nobody's, and the next writer cuts them off. The
/// heads of the arrays come last: rows that they count and the log does not are no such leftover, but damage.
/// Blocks while the disk does; one user at a time. After an error it is of no more use.
package final class SceneIndexWriter {
    package let manifest: IndexManifest
    package private(set) var book: RecordingBook
    private let layout: IndexLayout
    private let files: any PatchableFiles
    private let lock: DurableFileHandle
    private let log: DurableFileHandle
    /// Open files of vectors and of the table, by number.
    private var open: [Int: [DurableFileHandle]] = [:]

    /// Opens the index of a folder for writing, and cuts off what a writer left that was ended. Makes folder
    /// and index where there is none.
    ///
    /// - Parameters:
    ///   - directory: absolute.
    ///   - files: the file system.
    ///   - fresh: what a new index is told; nil: there must be one.
    ///   - model: file of the scene encoder that a new index keeps; nil where that has no weights.
    /// - Throws: where another program writes to it, it is damaged, the folder holds other things, or the
    ///   disk refuses.
    package init(
        directory: String, files: any PatchableFiles, fresh: IndexManifest?, model: [UInt8]? = nil
    ) throws(IndexError) {
        self.files = files
        lock = try Self.lock(directory, files, makesFolder: fresh != nil)
        do throws(IndexError) {
            manifest = try Self.manifest(directory, files, fresh: fresh, model: model)
            layout = IndexLayout(directory: directory, manifest)
            book = try IndexFiles.book(layout, files)
            try IndexFiles.checkHeads(layout, files, book)
            log = try Self.mend(layout, files, book)
        } catch {
            files.unlock(lock)
            throw error
        }
    }

    deinit {
        for handle in open.values.joined() { files.close(handle) }
        files.close(log)
        files.unlock(lock)
    }

    private static func lock(
        _ directory: String, _ files: any PatchableFiles, makesFolder: Bool
    ) throws(IndexError) -> DurableFileHandle {
        if !makesFolder { _ = try IndexFiles.manifest(directory, files) }
        do throws(DurableFileError) {
            if makesFolder { try files.createDirectory(directory) }
        } catch {
            throw IndexError(writing: error, to: directory)
        }
        // Before a lock is made in a folder of other things.
        try refuseOthers(in: directory, files)
        do throws(DurableFileError) {
            return try files.lock(IndexLayout.lockPath(directory))
        } catch {
            throw IndexError(writing: error, to: directory)
        }
    }

    /// Throws where a folder holds something, and no index.
    private static func refuseOthers(
        in directory: String, _ files: any PatchableFiles
    ) throws(IndexError) {
        guard try IndexFiles.manifestIfMade(directory, files) == nil else { return }
        let names: [String]
        do throws(DurableFileError) {
            names = try files.names(in: directory)
        } catch {
            throw IndexError(reading: error)
        }
        guard names.contains(where: { !IndexLayout.harmlessNames.contains($0) }) else { return }
        throw IndexError(
            .unusable,
            "'\(directory)' is not an index, and holds other files; name an index, or a folder that is new or empty"
        )
    }

    private static func manifest(
        _ directory: String, _ files: any PatchableFiles, fresh: IndexManifest?, model: [UInt8]?
    ) throws(IndexError) -> IndexManifest {
        if let manifest = try IndexFiles.manifestIfMade(directory, files) { return manifest }
        guard let fresh else { return try IndexFiles.manifest(directory, files) }
        precondition((fresh.sceneDigest == nil) == (model == nil), "weights have a digest and a file")
        do throws(DurableFileError) {
            // What the manifest names is there before it.
            if let model { try files.replace(IndexLayout.modelPath(directory), with: model) }
            try files.replace(IndexLayout.manifestPath(directory), with: [UInt8](fresh.text.utf8))
        } catch {
            throw IndexError(writing: error, to: directory)
        }
        return fresh
    }

    /// Cuts off what is behind the last whole line and behind its rows, and makes the heads say what is
    /// there.
    private static func mend(
        _ layout: IndexLayout, _ files: any PatchableFiles, _ book: RecordingBook
    ) throws(IndexError) -> DurableFileHandle {
        do throws(DurableFileError) {
            let log = try files.openForAppending(layout.logPath)
            var isMended = false
            defer { if !isMended { files.close(log) } }
            try files.truncate(log, to: Int64(book.wholeBytes))
            try files.syncDirectory(layout.directory)
            // The last file that counts, and those that may have been begun behind it.
            var file = max(0, layout.fileCount(rows: book.rowCount) - 1)
            var isThere = true
            while isThere {
                let rows = layout.rows(of: file, total: book.rowCount)
                isThere = false
                for (path, array) in layout.files(file) {
                    guard let facts = try files.facts(of: path) else {
                        if rows == 0 { continue }
                        throw DurableFileError(operation: "", path: path, code: 0, reason: "is missing")
                    }
                    isThere = true
                    guard facts.size >= array.length(rows: rows) || rows == 0 else {
                        throw DurableFileError(
                            operation: "", path: path, code: 0,
                            reason: "ends before the \(rows) rows that its log names")
                    }
                    if rows == 0 {
                        try files.remove(path)
                        continue
                    }
                    let handle = try files.openForAppending(path)
                    defer { files.close(handle) }
                    try files.truncate(handle, to: array.length(rows: rows))
                    try files.patch(path, at: 0, with: array.head(rows: rows))
                }
                file += 1
            }
            isMended = true
            return log
        } catch {
            if error.code == 0 { throw .damaged(layout.directory, "'\(error.path)' \(error.reason)") }
            throw IndexError(writing: error, to: layout.directory)
        }
    }

    /// What became of a recording that was to be added.
    package enum Addition: Hashable, Sendable {
        case added
        /// One of the same name went.
        case replaced
        /// It is there already, with the same scenes and vectors; nothing was written.
        case present
    }

    /// Adds a recording.
    ///
    /// Complexity: O(scenes x D), and three syncs.
    ///
    /// - Parameters:
    ///   - name: of the recording.
    ///   - scenes: its scenes in order of time, at least one, with vectors as wide as the index has.
    ///   - indexed: now, RFC 3339.
    ///   - aired: when its first picture was on air, RFC 3339.
    ///   - replaces: another of this name goes.
    /// - Returns: what became of it.
    /// - Throws: where another of this name is there and is not to go, a scene has times that no scene has,
    ///   or the disk refuses; the index is then as it was.
    package func add(
        _ name: String, _ scenes: [IndexedScene], indexed: String, aired: String?, replaces: Bool
    ) throws(IndexError) -> Addition {
        precondition(!scenes.isEmpty && scenes.allSatisfy { $0.vector.count == manifest.dimension })
        guard scenes.allSatisfy({ SceneRow.canSpan($0.start, $0.end) }) else {
            throw IndexError(
                .unusable,
                "'\(name)': a scene of it ends before it begins, or lies beyond three centuries; embed its film again"
            )
        }
        let entry = RecordingEntry(
            name: name, first: book.rowCount, count: scenes.count, indexed: indexed, aired: aired,
            checksum: IndexedScene.checksum(of: scenes))
        let other = book.entry(named: name)
        if let other {
            if other.count == entry.count, other.checksum == entry.checksum,
                other.aired == aired || aired == nil
            {
                return .present
            }
            guard replaces else {
                throw IndexError(
                    .taken,
                    "the index holds another recording '\(name)', with \(other.count) scenes; --replace puts this one in its place, --name gives this one another name"
                )
            }
        }
        let rows = scenes.flatMap { $0.row(recording: book.entries.count).bytes }
        try commit(.added(entry), [scenes.flatMap(\.vectorBytes), rows], count: scenes.count)
        return other == nil ? .added : .replaced
    }

    /// From which score scenes count as alike; nil where nobody set it. Throws where what was set cannot be
    /// read.
    package var threshold: IndexThreshold? {
        get throws(IndexError) { try IndexFiles.threshold(layout.directory, files) }
    }

    /// Sets from which score scenes count as alike. Throws where the disk refuses; what was set before stays.
    package func set(_ threshold: IndexThreshold) throws(IndexError) {
        do throws(DurableFileError) {
            try files.replace(
                IndexLayout.thresholdPath(layout.directory), with: [UInt8](threshold.text.utf8))
        } catch {
            throw IndexError(writing: error, to: layout.directory)
        }
    }

    /// Takes a recording out. Its rows stay where they are, and no search finds them. Throws where there is
    /// none of this name, or the disk refuses.
    package func remove(_ name: String) throws(IndexError) {
        guard book.entry(named: name) != nil else { throw .unknown(name, layout.directory) }
        try commit(.removed(name), [[], []], count: 0)
    }

    /// Writes rows, and then the line that makes them count. `bytes`: of the vectors and of the table.
    private func commit(_ line: LogLine, _ bytes: [[UInt8]], count: Int) throws(IndexError) {
        let first = book.rowCount
        let text = [UInt8](line.text.utf8)
        do throws(DurableFileError) {
            var written = 0
            while written < count {
                let (file, place) = (first + written).quotientAndRemainder(dividingBy: layout.rowsPerFile)
                let piece = written..<min(count, written + layout.rowsPerFile - place)
                for ((_, array), (handle, bytes)) in zip(layout.files(file), zip(try handles(file), bytes)) {
                    let length = array.rowLength
                    try files.append(
                        Array(bytes[piece.lowerBound * length..<piece.upperBound * length]), to: handle)
                    try files.sync(handle)
                }
                written = piece.upperBound
            }
            try files.append(text, to: log)
            try files.sync(log)
        } catch {
            undo(from: first / layout.rowsPerFile, to: (first + count) / layout.rowsPerFile)
            throw IndexError(writing: error, to: layout.directory)
        }
        let isSound = book.apply(line, endingAt: book.wholeBytes + text.count)
        precondition(isSound, "a line that follows those before")
        guard count > 0 else { return }
        // For NumPy alone: where the disk refuses, the next writer does it.
        for file in first / layout.rowsPerFile...(first + count - 1) / layout.rowsPerFile {
            let rows = layout.rows(of: file, total: book.rowCount)
            for (path, array) in layout.files(file) {
                try? files.patch(path, at: 0, with: array.head(rows: rows))
            }
        }
    }

    /// Gives back the room of what was written and does not count, in files of these numbers. Where that
    /// fails, too, the next writer does it.
    private func undo(from first: Int, to last: Int) {
        try? files.truncate(log, to: Int64(book.wholeBytes))
        for file in first...last {
            let rows = layout.rows(of: file, total: book.rowCount)
            for (path, array) in layout.files(file) {
                if rows == 0 {
                    try? files.remove(path)
                } else if let handle = try? files.openForAppending(path) {
                    try? files.truncate(handle, to: array.length(rows: rows))
                    files.close(handle)
                }
            }
        }
    }

    /// The open files of a number; makes them where they are missing.
    private func handles(_ file: Int) throws(DurableFileError) -> [DurableFileHandle] {
        if let handles = open[file] { return handles }
        // Full files are not written any more.
        for handle in open.values.joined() { files.close(handle) }
        open = [:]
        var handles: [DurableFileHandle] = []
        for (path, array) in layout.files(file) {
            let isNew = try files.facts(of: path) == nil
            let handle = try files.openForAppending(path)
            handles.append(handle)
            if isNew { try files.append(array.head(rows: 0), to: handle) }
        }
        open[file] = handles
        try files.syncDirectory(layout.directory)
        return handles
    }
}
