/// A format that what a stream says can be written in.
package struct ExportFormat: Sendable {
    /// The table of formats. Each is declared beside its writer.
    package static let all: [ExportFormat] = [.webvtt, .ffmetadata, .csv, .edl]

    package let name: String
    /// What files of the format are usually called, without the dot.
    package let fileExtension: String
    private let writer: any LogWriter

    init(name: String, fileExtension: String, _ writer: any LogWriter) {
        self.name = name
        self.fileExtension = fileExtension
        self.writer = writer
    }

    /// The format of this name; nil where there is none.
    package init?(name: String) {
        guard let format = Self.all.first(where: { $0.name == name }) else { return nil }
        self = format
    }

    /// `log` as the bytes of a file. A log without scenes gives a valid file without entries. O(scenes).
    package func write(_ log: EventLog, _ options: ExportOptions) throws(ExportError) -> [UInt8] {
        try writer.write(log, options)
    }
}

extension ExportFormat: Equatable {
    package static func == (left: ExportFormat, right: ExportFormat) -> Bool { left.name == right.name }
}
