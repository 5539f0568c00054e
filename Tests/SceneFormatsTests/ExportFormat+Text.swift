import SceneFormats

extension ExportFormat {
    /// What it writes, as text.
    func text(_ log: EventLog, title: String) throws -> String {
        String(decoding: try write(log, ExportOptions(title: title)), as: UTF8.self)
    }
}
