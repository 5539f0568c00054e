internal import Logging
internal import Platform

/// Tells the log what keeps a feed's journal from being written, and what it has lost: when that begins, now
/// and then while it lasts, and when it is over (`TroubleReport`).
struct JournalTroubleLog {
    private let log: Logger
    private var report = TroubleReport()
    /// Losses that were told.
    private var toldLosses = 0

    /// `log` names the feed.
    init(log: Logger) { self.log = log }

    /// Takes how things stand.
    ///
    /// - Parameters:
    ///   - trouble: why the disk refuses; nil where it does not.
    ///   - waiting: events that are not on disk.
    ///   - losses: files that somebody removed or changed, so far.
    ///   - directory: of the journal.
    ///   - now: seconds on the monotonic clock.
    mutating func tell(
        _ trouble: DurableFileError?, waiting: Int64, losses: Int, of directory: String, now: Double
    ) {
        if losses != toldLosses {
            toldLosses = losses
            log.error(
                "journal: somebody removed or changed its file, what stood there is lost; a new one begins",
                metadata: ["path": "\(directory)"])
        }
        let held = waiting > 0 ? ["waiting": "\(waiting)"] as Logger.Metadata : [:]
        // The same disk refuses one file and then another.
        let cause = trouble.map { "\($0.code)" }
        switch report.take(trouble?.description, cause: cause, now: now) {
        case nil: break
        case .begins(let reason):
            log.error(
                "journal: the disk refuses; it is tried again",
                metadata: held.merging(["reason": "\(reason)"]) { $1 })
        case .lasts(let reason, let seconds):
            log.error(
                "journal: the disk still refuses",
                metadata: held.merging(["reason": "\(reason)", "seconds": "\(Int(seconds))"]) { $1 })
        case .mended(let seconds):
            log.notice("journal: mended", metadata: ["seconds": "\(Int(seconds))"])
        }
    }
}
