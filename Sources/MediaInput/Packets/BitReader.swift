/// Reads bits, the most significant first, from the beginning of a header. Beyond the end it reads zeros.
package struct BitReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position: Int

    /// `from`: the first byte to read.
    package init(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) {
        self.bytes = bytes
        position = start * 8
    }

    package mutating func bit() -> Bool {
        defer { position += 1 }
        guard position >> 3 < bytes.count else { return false }
        return bytes[position >> 3] >> (7 - UInt8(position & 7)) & 1 != 0
    }

    /// An Exp-Golomb code (ITU-T H.264, 9.1); nil if it is longer than 16 bits.
    package mutating func exponentialGolomb() -> Int? {
        var zeros = 0
        while !bit() {
            zeros += 1
            if zeros > 16 { return nil }
        }
        var value = 1
        for _ in 0..<zeros { value = value << 1 | (bit() ? 1 : 0) }
        return value - 1
    }
}
