/// Writes what a stream says in one format. Stateless; listed in `ExportFormat.all`.
protocol LogWriter: Sendable {
    /// The text of the file, or of several where one cannot hold all. The writer makes every text safe for
    /// its format. O(entries).
    func write(_ list: ExportList) throws(ExportError) -> [String]
}
