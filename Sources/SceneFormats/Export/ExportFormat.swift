/// The formats that scenes can be written in: the one place where they are listed.
package enum ExportFormat: String, Hashable, Sendable, CaseIterable {
    case webvtt, ffmetadata, csv, edl

    /// What files of the format are usually called, without the dot.
    package var fileExtension: String { writer.fileExtension }

    var writer: any SceneWriter {
        switch self {
        case .webvtt: WebVTTWriter()
        case .ffmetadata: FFMetadataWriter()
        case .csv: CSVWriter()
        case .edl: EDLWriter()
        }
    }
}

/// The scenes of `log` as the text of a file. A log without scenes gives a valid file without entries.
package func export(_ log: EventLog, to format: ExportFormat, title: String) throws(ExportError) -> String {
    try format.writer.write(log, title: title)
}
