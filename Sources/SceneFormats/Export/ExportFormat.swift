internal import SceneEvents
internal import TextFiles

/// A format that what a stream says can be written in.
package struct ExportFormat: Sendable {
    /// The table of formats, in the order in which people are shown it. Each is declared beside its writer.
    package static let all: [ExportFormat] = [
        .webvtt, .ffmetadata, .matroska, .ogm, .youtube, .podcast, .kodi, .csv, .pySceneDetect, .losslessCut,
        .edl, .resolve, .otio, .fcpxml, .fcp7, .hls, .keyframes, .qpfile, .cloudEvents,
    ]

    package let name: String
    /// Behind a film's name, with its dot: files of two formats never share one.
    package let suffix: String
    /// What it is for, in a few words.
    package let summary: String
    /// Those that change what it writes.
    package let options: Set<ExportOption>
    /// What it lists where no option says so.
    package let subject: ExportOptions.Subject
    /// Whether it can be written before the stream is over.
    package let isLive: Bool
    private let writer: any LogWriter

    init(
        name: String, suffix: String, summary: String, options: Set<ExportOption> = [],
        subject: ExportOptions.Subject = .scenes, isLive: Bool = true, _ writer: any LogWriter
    ) {
        self.name = name
        self.suffix = suffix
        self.summary = summary
        self.options = options
        self.subject = subject
        self.isLive = isLive
        self.writer = writer
    }

    /// The format of this name; nil where there is none.
    package init?(name: String) {
        guard let format = Self.all.first(where: { $0.name == name }) else { return nil }
        self = format
    }

    /// The film's name in that of a file: without folders, and without the suffix of an export or any other.
    package static func filmName(of path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let suffixes = all.map(\.suffix).sorted { $0.utf8.count > $1.utf8.count }
        for suffix in suffixes where name.hasSuffix(suffix) && name.utf8.count > suffix.utf8.count {
            return String(name.dropLast(suffix.count))
        }
        return TextFile.stem(name)
    }

    /// `log` as the bytes of a file, or of several in order where one cannot hold all. A log without entries
    /// gives a valid file without entries. Pure: the same log and options give the same bytes. O(entries).
    package func write(_ log: EventLog, _ options: ExportOptions) throws(ExportError) -> [[UInt8]] {
        var used = options
        if !self.options.contains(.of) { used.subject = nil }
        if !self.options.contains(.gaps) { used.listsGaps = false }
        if !self.options.contains(.rate) { used.rate = nil }
        if !self.options.contains(.startTimecode) { used.startTimecode = nil }
        guard used.subject != .blocks || log.hasBlocks else { throw .noBlocks }
        // Scenes are made of shots: whoever tells the ones without the others left lines out.
        guard used.subject ?? subject != .shots || log.tellsItsShots else { throw .noShots }
        let list = ExportList(log, used, subject: subject)
        return try writer.write(list).map { Array($0.utf8) }
    }

    /// What a log gives in several formats.
    package struct Files: Sendable {
        package var files: [ExportedFile] = []
        /// Why formats cannot hold it, in order; the others are there all the same.
        package var refusals: [ExportError] = []
    }

    /// What `log` gives in several formats, with a name for each file: `stem` and the format's suffix, and a
    /// number before the suffix from the second file of a format on: `film` gives `film.vtt`, `film.cmx.edl`
    /// and `film-2.cmx.edl`. Throws where an option changes none of the files.
    package static func files(
        of log: EventLog, in formats: [ExportFormat], _ options: ExportOptions, stem: String
    ) throws(ExportError) -> Files {
        try options.check(for: formats)
        var result = Files()
        for format in formats {
            do throws(ExportError) {
                for (part, bytes) in try format.write(log, options).enumerated() {
                    let number = part == 0 ? "" : "-\(part + 1)"
                    result.files.append(ExportedFile(name: stem + number + format.suffix, bytes: bytes))
                }
            } catch {
                result.refusals.append(error)
            }
        }
        return result
    }
}

extension EventLog {
    /// No shots are missing from it altogether.
    fileprivate var tellsItsShots: Bool {
        !shots.isEmpty || scenes.isEmpty && (end?.shots ?? 0) == 0
    }
}

extension ExportFormat: Hashable {
    package static func == (left: ExportFormat, right: ExportFormat) -> Bool { left.name == right.name }

    package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
