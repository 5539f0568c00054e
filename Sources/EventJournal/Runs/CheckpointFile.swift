package import Platform
internal import Timeline

/// The last checkpoint of a run, beside its segments. It names the `seq` up to which events were told when it
/// was made.
///
/// Replaced as a whole and not synced: what a crash of the machine leaves of it is noticed by its digest, and
/// after that long the ring is of no use anyway.
package struct CheckpointFile {
    private static let magic: UInt32 = 0x6b63_6373
    private static let largest: Int64 = 64 << 20

    private let path: String
    private let files: any DurableFiles

    package init(_ layout: JournalLayout, run: String, _ files: any DurableFiles) {
        path = layout.checkpointPath(ofRun: run)
        self.files = files
    }

    package func write(_ bytes: [UInt8], sequence: Int64) throws(DurableFileError) {
        var writer = WireWriter()
        writer.put(Self.magic)
        writer.put(sequence)
        writer.put(Self.digest(bytes))
        writer.put(bytes)
        try files.overwrite(path, with: writer.bytes)
    }

    /// nil where there is none that is whole; with `record`, also where it is older than the last decision.
    package func read(for record: RunRecord?) -> [UInt8]? {
        guard let size = try? files.facts(of: path)?.size, size < Self.largest,
            let content = try? files.read(path, from: 0, count: Int(size))
        else { return nil }
        var reader = WireReader(content[...])
        guard let magic = try? reader.integer(UInt32.self), magic == Self.magic,
            let sequence = try? reader.integer(Int64.self), let digest = try? reader.integer(UInt64.self),
            let bytes = try? reader.blob(limit: Int(Self.largest)), digest == Self.digest(bytes)
        else { return nil }
        if let record, !(record.decided...max(record.decided, record.sequence) ~= sequence) { return nil }
        return bytes
    }

    /// FNV-1a over eight bytes at a time: against torn files, not against people.
    private static func digest(_ bytes: [UInt8]) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for start in stride(from: 0, to: bytes.count, by: 8) {
            var word: UInt64 = 0
            for byte in bytes[start..<min(start + 8, bytes.count)] { word = word << 8 | UInt64(byte) }
            hash = (hash ^ word) &* 0x100_0000_01b3
        }
        return hash ^ UInt64(bytes.count)
    }
}
