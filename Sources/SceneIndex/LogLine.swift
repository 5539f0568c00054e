internal import JSONText
internal import TensorFiles

/// One line of an index's log: a CRC-32 of what follows, a space, a JSON object.
enum LogLine: Hashable, Sendable {
    /// A recording came, with rows behind all others; one of the same name goes.
    case added(RecordingEntry)
    /// The recording of this name goes; its rows stay, and nobody looks at them.
    case removed(String)

    /// With a newline.
    var text: String {
        var line = JSONLine()
        switch self {
        case .added(let entry):
            line.field("added", entry.name)
            line.field("first", entry.first)
            line.field("count", entry.count)
            line.field("indexed", entry.indexed)
            line.field("aired", entry.aired)
            line.field("crc32", Checksum.text(entry.checksum))
        case .removed(let name): line.field("removed", name)
        }
        let object = line.object
        return "\(Checksum.text(Checksum.of([UInt8](object.utf8)))) \(object)\n"
    }

    /// Reads a line without its newline; nil where it is none, or not as it was written.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard bytes.count > 9, bytes[bytes.startIndex + 8] == UInt8(ascii: " ") else { return nil }
        let object = bytes.dropFirst(9)
        guard Self.number(bytes.prefix(8)) == Checksum.of([UInt8](object)),
            let members = JSONValue(parsing: object)?.members
        else { return nil }
        let fields = Dictionary(members.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        if let name = fields["removed"]?.string {
            self = .removed(name)
            return
        }
        guard let name = fields["added"]?.string, let first = fields["first"]?.integer,
            let count = fields["count"]?.integer, let indexed = fields["indexed"]?.string,
            let checksum = fields["crc32"]?.string.flatMap({ Self.number([UInt8]($0.utf8)[...]) }),
            0...1 << 40 ~= first, 0...1 << 32 ~= count
        else { return nil }
        self = .added(
            RecordingEntry(
                name: name, first: Int(first), count: Int(count), indexed: indexed,
                aired: fields["aired"]?.string, checksum: checksum))
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> UInt32? {
        digits.count == 8 ? UInt32(String(decoding: digits, as: UTF8.self), radix: 16) : nil
    }
}
