/// A row of the table of scenes, 24 bytes, little-endian: whose scene the vector in the same row is.
package struct SceneRow: Hashable, Sendable {
    static let length = 24
    /// The same for NumPy.
    static let type =
        "[('recording', '<u4'), ('scene', '<u4'), ('start', '<i8'), ('end', '<i8')]"

    /// Position of its recording in the log, from 0.
    package var recording: Int
    /// Counts from 1 in its recording.
    package var number: Int
    /// Microseconds from the recording's first picture.
    package var start: Int64
    package var end: Int64

    init(recording: Int, number: Int, start: Int64, end: Int64) {
        self.recording = recording
        self.number = number
        self.start = start
        self.end = end
    }

    /// Microseconds that no time of a scene lies beyond, before or behind zero: three centuries, and events
    /// tell of one at most.
    private static let farthest: Int64 = 10_000_000_000_000_000

    /// Whether a scene may begin and end so: sums and differences of a few such times do not overflow.
    static func canSpan(_ start: Int64, _ end: Int64) -> Bool {
        -farthest <= start && start <= end && end <= farthest
    }

    /// Reads `length` bytes.
    init(_ bytes: Span<UInt8>) {
        func integer(_ offset: Int, _ count: Int) -> UInt64 {
            var value: UInt64 = 0
            for place in (offset..<offset + count).reversed() { value = value << 8 | UInt64(bytes[place]) }
            return value
        }
        recording = Int(integer(0, 4))
        number = Int(integer(4, 4))
        start = Int64(bitPattern: integer(8, 8))
        end = Int64(bitPattern: integer(16, 8))
    }

    var bytes: [UInt8] {
        Self.littleEndian(UInt32(recording)) + placeless
    }

    /// Without the position of the recording: what is the same wherever it stands.
    var placeless: [UInt8] {
        Self.littleEndian(UInt32(number)) + Self.littleEndian(start) + Self.littleEndian(end)
    }

    private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
