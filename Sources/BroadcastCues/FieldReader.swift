/// Reads the fields of a section, most significant bit first; every step is checked against the end.
struct FieldReader {
    private let bytes: ArraySlice<UInt8>
    /// Bits read so far.
    private var position = 0

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    /// `count`: up to 64.
    mutating func bits(_ count: Int) throws(SpliceError) -> UInt64 {
        guard position + count <= bytes.count * 8 else { throw .breaksOff }
        var value: UInt64 = 0
        for bit in position..<position + count {
            let byte = bytes[bytes.startIndex + bit / 8]
            value = value << 1 | UInt64(byte >> UInt8(7 - bit % 8) & 1)
        }
        position += count
        return value
    }

    mutating func flag() throws(SpliceError) -> Bool { try bits(1) == 1 }

    /// A number of up to 32 bits.
    mutating func number(_ count: Int) throws(SpliceError) -> Int { Int(try bits(count)) }

    /// How every announcement of an event begins: its number, and whether it no longer holds.
    mutating func event() throws(SpliceError) -> (id: UInt32, isCancelled: Bool) {
        let id = UInt32(try bits(32))
        let isCancelled = try flag()
        try skip(7)
        return (id, isCancelled)
    }

    /// Passes over reserved bits.
    mutating func skip(_ count: Int) throws(SpliceError) { _ = try bits(count) }

    /// Whole bytes, where one begins.
    mutating func slice(_ count: Int) throws(SpliceError) -> ArraySlice<UInt8> {
        precondition(position % 8 == 0, "bytes begin where one ended")
        guard position / 8 + count <= bytes.count else { throw .breaksOff }
        defer { position += count * 8 }
        return bytes[(bytes.startIndex + position / 8)...].prefix(count)
    }

    /// What has not been read.
    var rest: ArraySlice<UInt8> { bytes[(bytes.startIndex + (position + 7) / 8)...] }
}
