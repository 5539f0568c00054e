package import Timeline

/// Cuts a stream of bytes into messages: four bytes of length, little endian, then as many bytes.
///
/// A value; holds at most one message and what was read with it.
package struct FrameBuffer {
    /// Longest message. A shot lists its parts, 4,096 at most, in about a twentieth of it.
    static let longest = 16 << 20

    private var bytes: [UInt8] = []
    private var start = 0

    package init() {}

    /// Takes what was read.
    package mutating func append(_ more: some Collection<UInt8>) {
        if start > 0, start == bytes.count || start >= 1 << 16 {
            bytes.removeFirst(start)
            start = 0
        }
        bytes.append(contentsOf: more)
    }

    /// The next whole message; nil until more bytes come.
    package mutating func next() throws(WireError) -> ArraySlice<UInt8>? {
        guard bytes.count - start >= 4 else { return nil }
        let length = (0..<4).reduce(0) { $0 | Int(bytes[start + $1]) << (8 * $1) }
        guard length <= Self.longest else { throw WireError(reason: "a message is too long") }
        guard bytes.count - start - 4 >= length else { return nil }
        let first = start + 4
        start = first + length
        return bytes[first..<start]
    }

    /// `message` as it goes over the wire.
    package static func framed(_ message: [UInt8]) -> [UInt8] {
        var writer = WireWriter()
        writer.put(message)
        return writer.bytes
    }
}
