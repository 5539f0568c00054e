import ArchiveBatch
import Platform
import SceneReport

/// The page of all films whose results lie in a folder.
enum ArchiveIndex {
    /// Writes the page.
    ///
    /// Complexity: one small file read for each film.
    ///
    /// - Parameters:
    ///   - output: folder of the results, absolute.
    ///   - failed: films of this run that failed for good.
    /// - Throws: `CommandFailure`: it cannot be written.
    static func write(
        in output: String, failed: [(item: BatchItem, status: Int, message: String)]
    ) throws(CommandFailure) {
        let title = output.split(separator: "/").last.map(String.init) ?? "Films"
        do throws(DurableFileError) {
            var films = try notes(in: output).map { place, note in
                ArchivePage.Film(
                    name: note.id, state: note.isDamaged ? .damaged : .done,
                    length: Double(note.counts.filmSeconds) / 1_000_000, scenes: note.counts.scenes,
                    doubtful: note.counts.doubtful, problem: note.damage,
                    page: note.files.contains(DoneNote.reportName)
                        ? FilmReference.address(of: "\(place)/\(DoneNote.reportName)") : nil)
            }
            let done = Set(films.map(\.name))
            films += failed.filter { !done.contains($0.item.id) }.map {
                ArchivePage.Film(
                    name: $0.item.id, state: .failed, length: 0, scenes: 0, doubtful: 0, problem: $0.message,
                    page: nil)
            }
            try PosixFiles().replace(
                "\(output)/\(BatchFiles.indexName)", with: ArchivePage(title: title, films: films).html())
        } catch {
            throw CommandFailure(status: .cannotWrite, message: error.description)
        }
    }

    /// Notes of films that are done, with their places below the folder.
    private static func notes(
        in output: String
    ) throws(DurableFileError) -> [(place: String, note: DoneNote)] {
        var found: [(String, DoneNote)] = []
        for place in try ResultFolders.places(in: output) {
            let path = "\(output)/\(place)/\(DoneNote.name)"
            if let note = DoneNote(try PosixFiles().read(path, from: 0, count: 1 << 20)) {
                found.append((place, note))
            }
        }
        return found
    }
}
