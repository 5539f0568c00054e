/// Writes what a stream says in one format. Stateless; listed in `ExportFormat.all`.
protocol LogWriter: Sendable {
    /// The whole file. The writer makes every text safe for its format. O(scenes).
    func write(_ log: EventLog, _ options: ExportOptions) throws(ExportError) -> [UInt8]
}
