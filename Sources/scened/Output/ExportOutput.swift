import SceneEvents
import SceneFormats
import TextFiles

/// Gathers a run while it goes on, and writes it in other formats at the end. One user at a time.
final class ExportOutput {
    private let formats: [ExportFormat]
    private let stem: String
    private var writer = EventWriter()
    private var reader = EventLogReader()
    /// Why no format can hold the run; nil while they can.
    private var refusal: String?

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

    /// Takes the next event of the run.
    func emit(_ event: Event) {
        guard refusal == nil else { return }
        do {
            try reader.push(line: Array(writer.line(event).utf8)[...])
        } catch {
            refusal = error.description
        }
    }

    /// Writes the files of those formats that can hold the run.
    ///
    /// - Returns: why the others cannot, in one line; nil where all can.
    /// - Throws: `CommandFailure` where a file cannot be written.
    func finish() throws(CommandFailure) -> String? {
        if let refusal { return "--export: \(refusal)" }
        let made: ExportFormat.Files
        do {
            let log = try reader.finish()
            var options = ExportOptions()
            options.media = ExportArguments.film(of: log, in: formats)
            made = try ExportFormat.files(of: log, in: formats, options, stem: TextFile.stem(stem + ".x"))
        } catch {
            return "--export: \(error.description)"
        }
        let folder = stem.lastIndex(of: "/").map { String(stem[...$0]) } ?? ""
        for file in made.files {
            var output = try LineOutput.file(folder + file.name, option: "--export")
            try output.write(file.bytes)
            try output.finish()
        }
        guard !made.refusals.isEmpty else { return nil }
        return "--export: " + made.refusals.map(\.description).joined(separator: "; ")
    }
}
