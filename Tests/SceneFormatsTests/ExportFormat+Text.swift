import SceneFormats

extension ExportFormat {
    /// What it writes into its first file, as text.
    func text(_ log: EventLog, title: String) throws -> String {
        String(decoding: try write(log, ExportOptions(title: title))[0], as: UTF8.self)
    }
}
