internal import SceneEvents

/// One line of the journal: an event as `EventWriter` wrote it.
package struct JournalLine: Hashable, Sendable {
    /// The event's JSON, without the newline.
    package var bytes: [UInt8]
    private let head: EventHead

    /// The `type` field.
    package var type: String { head.type }
    /// The `seq` field.
    package var sequence: Int64 { head.sequence }
    /// The `id` field; nil where it does not stand in its place.
    var identity: String? { head.identity(in: bytes[...]) }

    /// Longest line in bytes, its newline not counted; whoever reads a journal passes over a longer one.
    package static let longest = EventLimits.longestLine

    /// Reads the head of a line; nil where this is no event.
    ///
    /// - Parameter bytes: a line without its newline.
    package init?(_ bytes: ArraySlice<UInt8>) {
        guard let head = EventHead(bytes) else { return nil }
        self.head = head
        self.bytes = Array(bytes)
    }
}
