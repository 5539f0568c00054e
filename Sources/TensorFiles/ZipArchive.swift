/// A zip archive: its directory, and its entries' bytes on demand.
///
/// STORED and DEFLATE entries, zip64. The directory is checked completely when the archive is opened: entries
/// lie within the file, do not overlap, have distinct names, and agree with their local headers. Nothing is
/// extracted to disk, so names are only names. Source: PKWARE APPNOTE.TXT 6.3.10, sections 4.3 to 4.5.
package struct ZipArchive: Sendable {
    /// What bounds memory and time against a hostile archive.
    package struct Limits: Sendable {
        package var entryCount = 200_000
        package var directoryBytes = 64 << 20
        /// Uncompressed bytes of one compressed entry.
        package var inflatedBytes = 2 << 30
        /// All compressed entries together may inflate to this, or to `inflationRatio` times the file,
        /// whichever is more.
        package var inflationAllowance = 64 << 20
        package var inflationRatio = 100

        package init() {}
    }

    /// How an entry's bytes are stored.
    package enum Compression: Hashable, Sendable {
        case stored
        case deflated
    }

    /// One file of the archive. Its ranges have been checked against the file.
    package struct Entry: Hashable, Sendable {
        package let name: String
        package let compression: Compression
        /// Where its bytes lie in the file, as stored.
        package let dataRange: Range<Int>
        /// Uncompressed bytes.
        package let size: Int
        package let checksum: UInt32
    }

    package let file: FileBytes
    /// In the order of the directory.
    package let entries: [Entry]
    private let positions: [String: Int]

    /// Reads and checks the directory: O(entries log entries).
    package init(_ file: FileBytes, limits: Limits = Limits()) throws(TensorFileError) {
        let entries = try ZipDirectory(file: file, limits: limits).entries()
        var positions: [String: Int] = [:]
        positions.reserveCapacity(entries.count)
        for (position, entry) in entries.enumerated() {
            guard positions.updateValue(position, forKey: entry.name) == nil else {
                throw .damaged("the archive has two entries named \(TensorFileError.quoted(entry.name))")
            }
        }
        self.file = file
        self.entries = entries
        self.positions = positions
    }

    /// The entry of that exact name, found in O(1); nil if there is none.
    package func entry(named name: String) -> Entry? {
        positions[name].map { entries[$0] }
    }

    /// Whether `file` begins as a zip archive does.
    package static func isZip(_ file: FileBytes) -> Bool {
        let signature = file.integer(at: 0, as: UInt32.self)
        return signature == ZipSignature.local || signature == ZipSignature.end
    }
}
