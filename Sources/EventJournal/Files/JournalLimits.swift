/// How the journal is cut and kept.
package struct JournalLimits: Hashable, Sendable {
    /// Bytes after which a segment is closed.
    package var segmentBytes: Int64 = 64 << 20
    /// Seconds after which a segment is closed.
    package var segmentAge: Double = 86_400
    /// Bytes kept per feed; the oldest segments go first, the open one never.
    package var keepBytes: Int64 = 1 << 30
    /// Seconds that closed segments are kept.
    package var keepAge: Double = 30 * 86_400
    /// Bytes of events held in memory per feed while the disk refuses them.
    package var backlogBytes = 4 << 20

    package init() {}
}
