/// A recording of an index: which rows are its scenes.
package struct RecordingEntry: Hashable, Sendable {
    /// Names it; unique among those that an index holds.
    package var name: String
    /// First row, of all files together.
    package var first: Int
    /// Scenes.
    package var count: Int
    /// When it was added, RFC 3339.
    package var indexed: String
    /// When its first picture was on air, RFC 3339; nil where nobody said so.
    package var aired: String?
    /// CRC-32 of its vectors, and then of its rows of the table without the recording's position.
    package var checksum: UInt32

    package init(
        name: String, first: Int, count: Int, indexed: String, aired: String?, checksum: UInt32
    ) {
        self.name = name
        self.first = first
        self.count = count
        self.indexed = indexed
        self.aired = aired
        self.checksum = checksum
    }

    package var rows: Range<Int> { first..<first + count }
}
