package import Platform
internal import TensorFiles
package import TensorKernels

/// An index as it was when it was opened: scenes of recordings, with their vectors in mapped files.
///
/// Any number of programs may read while one writes. What is written later is not seen; what is removed later
/// still is. Memory: about 300 bytes for each recording; vectors and table stay in the page cache.
package struct SceneIndex: Sendable {
    package let layout: IndexLayout
    package let manifest: IndexManifest
    package let book: RecordingBook
    /// Of each recording, its place in the order of names.
    let ranks: [Int]
    /// One for each file of vectors.
    package let vectors: [HalfRows]
    private let tables: [MappedFile]

    /// Opens the index of a folder.
    ///
    /// Complexity: O(rows + recordings log recordings); the table is read, vectors are not.
    ///
    /// - Parameters:
    ///   - directory: absolute.
    ///   - files: the file system.
    /// - Throws: where it is none, its files and its log name other rows, or a row is not one of its
    ///   recording.
    package init(directory: String, files: any DurableFiles) throws(IndexError) {
        manifest = try IndexFiles.manifest(directory, files)
        layout = IndexLayout(directory: directory, manifest)
        book = try IndexFiles.book(layout, files)
        ranks = book.ranks
        try IndexFiles.checkHeads(layout, files, book)
        var vectors: [HalfRows] = []
        var tables: [MappedFile] = []
        for file in 0..<layout.fileCount(rows: book.rowCount) {
            let rows = layout.rows(of: file, total: book.rowCount)
            var mapped: [MappedFile] = []
            for (path, array) in layout.files(file) {
                mapped.append(try Self.map(path, array, rows: rows, layout.directory))
            }
            vectors.append(
                HalfRows(
                    mapped[0], offset: GrowingArray.headLength, count: rows, width: manifest.dimension))
            tables.append(mapped[1])
        }
        (self.vectors, self.tables) = (vectors, tables)
        for (place, entry) in book.entries.enumerated() where book.isLive[place] {
            let isWhole = entry.rows.allSatisfy { row in
                let scene = scene(row)
                return scene.recording == place && SceneRow.canSpan(scene.start, scene.end)
            }
            guard isWhole else { throw .torn(entry.name, directory) }
        }
    }

    private static func map(
        _ path: String, _ array: GrowingArray, rows: Int, _ directory: String
    ) throws(IndexError) -> MappedFile {
        let file: MappedFile
        do throws(MappedFile.Failure) {
            file = try MappedFile(path: path)
        } catch {
            let reason =
                switch error {
                case .system(let reason): reason
                case .notRegularFile: "it is not a regular file"
                case .empty: "it is empty"
                }
            throw .damaged(directory, "'\(path)' cannot be read (\(reason))")
        }
        guard Int64(file.count) >= array.length(rows: rows) else {
            throw .damaged(directory, "'\(path)' ends before the \(rows) rows that its log names")
        }
        return file
    }

    /// Whose scene a row is. `row` counts through all files. Of a row of a recording that is there, recording
    /// and times are as they may be; of others they may be anything.
    package func scene(_ row: Int) -> SceneRow {
        let place = GrowingArray.headLength + row % layout.rowsPerFile * SceneRow.length
        return tables[row / layout.rowsPerFile].withBytes(in: place..<place + SceneRow.length) {
            SceneRow($0)
        }
    }

    /// The vector of a row.
    package func vector(_ row: Int) -> HalfVector {
        vectors[row / layout.rowsPerFile].row(row % layout.rowsPerFile)
    }

    /// The name of its folder.
    package var name: String {
        layout.directory.split(separator: "/").last.map(String.init) ?? layout.directory
    }

    /// Differs wherever other scenes may be found.
    package var identity: String { "\(book.wholeBytes) \(layout.directory)" }

    /// Scenes that the index holds.
    package var sceneCount: Int { book.sceneCount }

    /// Bytes of its files, but for small ones; with the rows of recordings that were removed.
    package var byteCount: Int64 {
        (0..<vectors.count).reduce(0) { sum, file in
            let rows = layout.rows(of: file, total: book.rowCount)
            return layout.files(file).reduce(sum) { $0 + $1.array.length(rows: rows) }
        }
    }
}
