import SceneEvents
import SceneFormats
import TextFiles

/// Gathers a run while it goes on, and writes it in other formats at the end. One user at a time.
final class ExportOutput {
    private let formats: [ExportFormat]
    private let stem: String
    private var writer = EventWriter()
    private var reader = EventLogReader()

    /// - Parameters:
    ///   - formats: at least one.
    ///   - film: what is read; it names the files.
    ///   - output: the file of events, beside which they stand; nil: in the working folder.
    init(_ formats: [ExportFormat], film: String, besides output: String?) {
        self.formats = formats
        let folder = output.flatMap { path in path.lastIndex(of: "/").map { String(path[...$0]) } } ?? ""
        stem = folder + (film == "-" ? "scenes" : TextFile.stem(film))
    }

    /// The files, as far as they are known before the run: one for each format.
    var paths: [String] { formats.map { stem + $0.suffix } }

    /// Takes the next event of the run. Throws `CommandFailure` where the formats cannot hold the run.
    func emit(_ event: Event) throws(CommandFailure) {
        do {
            try reader.push(line: Array(writer.line(event).utf8)[...])
        } catch {
            throw CommandFailure(status: .noVideo, message: "--export: \(error.description)")
        }
    }

    /// Writes the files. Throws `CommandFailure` (cannot write; a format cannot express the run).
    func finish() throws(CommandFailure) {
        let files: [ExportedFile]
        do {
            files = try ExportFormat.files(
                of: try reader.finish(), in: formats, ExportOptions(), stem: TextFile.stem(stem + ".x"))
        } catch {
            throw CommandFailure(status: .noVideo, message: "--export: \(error.description)")
        }
        let folder = stem.lastIndex(of: "/").map { String(stem[...$0]) } ?? ""
        for file in files {
            var output = try LineOutput.file(folder + file.name, option: "--export")
            try output.write(file.bytes)
            try output.finish()
        }
    }
}
