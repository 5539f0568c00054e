/// Writes the scenes of a stream in one format. Stateless; listed in `ExportFormat`.
protocol SceneWriter: Sendable {
    /// What files of the format are usually called, without the dot.
    var fileExtension: String { get }

    /// The whole file as text. `title` is any text; the writer makes it safe for its format. O(scenes).
    func write(_ log: EventLog, title: String) throws(ExportError) -> String
}
