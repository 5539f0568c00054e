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

    private let file: KeptFile
    private let files: any DurableFiles

    package init(_ layout: JournalLayout, run: String, _ files: any DurableFiles) {
        file = KeptFile(layout.checkpointPath(ofRun: run), largest: Self.largest, files)
        self.files = files
    }

    package func write(_ bytes: [UInt8], sequence: Int64) throws(DurableFileError) {
        var writer = WireWriter()
        writer.put(Self.magic)
        writer.put(sequence)
        writer.put(Self.digest(bytes))
        writer.put(bytes)
        try files.overwrite(file.path, with: writer.bytes)
    }

    /// Reads it. With `record`, one that is older than the last decision counts as missing; one that is not
    /// whole is set aside.
    package func read(for record: RunRecord?) -> KeptFile.Content<[UInt8]> {
        switch file.read({ Self.parts(of: $0) }) {
        case .missing: return .missing
        case .damaged(let damage): return .damaged(damage)
        case .refused(let error): return .refused(error)
        case .sound(let parts):
            if let record, !(record.decided...max(record.decided, record.sequence) ~= parts.sequence) {
                return .missing
            }
            return .sound(parts.bytes)
        }
    }

    /// What `write` was given; nil where some of it is not there, or has changed.
    private static func parts(of content: [UInt8]) -> (sequence: Int64, bytes: [UInt8])? {
        var reader = WireReader(content[...])
        guard let magic = try? reader.integer(UInt32.self), magic == Self.magic,
            let sequence = try? reader.integer(Int64.self), let digest = try? reader.integer(UInt64.self),
            let bytes = try? reader.blob(limit: Int(Self.largest)), digest == Self.digest(bytes)
        else { return nil }
        return (sequence, bytes)
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
