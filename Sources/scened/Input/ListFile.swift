internal import Platform
import Glibc
import MediaInput
import MediaOutput
import TextFiles

/// Lists of cuts, scenes and chapters, as commands take them: texts, and films for the chapters in them.
enum ListFile {
    /// Reads the text at `path` whole; of a film, its chapters, from its first picture: for those who take
    /// times as they stand. Throws: it cannot be read, is neither, or is a film without chapters.
    static func read(_ path: String) throws(TextFileError) -> TextFile {
        if let chapters = try chapters(path, from: .firstPicture) { return chapters }
        return try TextFile(path: path)
    }

    /// The same with chapters as players count, from the start of the film, as lists of chapters count
    /// (`ImportFormat.counting`).
    static func readPlayed(_ path: String) throws(TextFileError) -> TextFile {
        if let chapters = try chapters(path, from: .start) { return chapters }
        return try TextFile(path: path)
    }

    /// The chapters of the film at `path`, counted from `origin`, as FFmpeg's metadata text; nil where it is
    /// text, or `-`. Throws: it is neither, or a film without chapters.
    static func chapters(
        _ path: String, from origin: Film.Origin
    ) throws(TextFileError) -> TextFile? {
        guard path != "-", isBinary(path) else { return nil }
        let film: Film
        do {
            film = try Film(path, stop: StopFlag())
        } catch {
            throw .malformed(
                path: path, line: nil, problem: "is neither text nor a film that FFmpeg reads",
                remedy: "give a list of scenes or cuts")
        }
        let chapters = film.chapters(from: origin)
        guard !chapters.isEmpty else {
            throw .malformed(
                path: path, line: nil, problem: "is a film without chapters",
                remedy: "give one with chapters, or a list of scenes or cuts")
        }
        return TextFile(path: path, text: text(chapters))
    }

    /// What stands in text nowhere, and in every container near its beginning.
    private static func isBinary(_ path: String) -> Bool {
        let descriptor = FileName.withBytes(path) { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
        var beginning = [UInt8](repeating: 0, count: 4096)
        let count = pread(descriptor, &beginning, beginning.count, 0)
        return count > 0 && beginning[..<count].contains(0)
    }

    /// Titles have no part in lists.
    private static func text(_ chapters: [Chapter]) -> String {
        chapters.reduce(into: ";FFMETADATA1\n") { text, chapter in
            text += "[CHAPTER]\nTIMEBASE=1/1000000\nSTART=\(chapter.start)\nEND=\(chapter.end)\n"
        }
    }
}
