/// The header of a safetensors file, checked: eight bytes of length, then a JSON object that says where each
/// tensor lies (https://github.com/huggingface/safetensors, section "Format").
///
/// Tensors fill the rest of the file without holes or overlaps; anything else is refused, whatever the bytes.
/// They need not be aligned: the format does not ask for it, and such files are common.
package struct SafetensorsHeader: Equatable, Sendable {
    /// In the order of their bytes.
    package let entries: [SafetensorsEntry]
    /// The `__metadata__` object.
    package let metadata: [String: String]
    /// Where the tensors begin in the file.
    package let dataOffset: Int

    /// What is wrong with a header, for people.
    package struct Fault: Error, Equatable, Sendable {
        package var text: String
    }

    static let metadataName = "__metadata__"
    /// The reference implementation's limit.
    static let maximumLength = 100_000_000
    static let maximumTensorCount = 100_000
    static let maximumRank = 64

    /// Reads the header at the start of a file's bytes. Time grows linearly with the header, but for a sort.
    package init(parsing file: Span<UInt8>) throws(Fault) {
        guard file.count >= 8 else {
            throw Fault(text: "the file has \(file.count) bytes, too few for a header")
        }
        var length: UInt64 = 0
        for index in 0..<8 { length |= UInt64(file[index]) << UInt64(8 * index) }
        guard length <= UInt64(Self.maximumLength) else {
            throw Fault(
                text: "the header claims \(length) bytes, more than the allowed \(Self.maximumLength)")
        }
        guard length <= UInt64(file.count - 8) else {
            throw Fault(
                text: "the header claims \(length) bytes, the file has \(file.count - 8) after its length")
        }
        dataOffset = 8 + Int(length)
        var text: [UInt8] = []
        text.reserveCapacity(Int(length))
        for index in 8..<dataOffset { text.append(file[index]) }
        var parser = SafetensorsHeaderParser(text)
        var entries = try parser.parse()
        metadata = parser.metadata
        entries.sort {
            ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound)
        }
        try Self.checkLayout(entries, dataCount: file.count - dataOffset)
        self.entries = entries
    }

    /// Entries in order of their bytes: each begins where the one before ends, and the last ends with the
    /// file.
    private static func checkLayout(_ entries: [SafetensorsEntry], dataCount: Int) throws(Fault) {
        var end = 0
        for entry in entries {
            let name = ModelFileError.quoted(entry.name)
            guard entry.bytes.upperBound <= dataCount else {
                throw Fault(
                    text:
                        "tensor \(name) ends at byte \(entry.bytes.upperBound) of \(dataCount) that the file has"
                )
            }
            guard entry.bytes.lowerBound >= end else {
                throw Fault(text: "tensor \(name) overlaps the tensor before it")
            }
            guard entry.bytes.lowerBound == end else {
                throw Fault(text: "\(entry.bytes.lowerBound - end) unused bytes before tensor \(name)")
            }
            end = entry.bytes.upperBound
        }
        guard end == dataCount else {
            throw Fault(text: "\(dataCount - end) unused bytes after the last tensor")
        }
    }
}
