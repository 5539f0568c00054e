import TensorFiles
import Testing

/// Files that gzip packed, sound and broken.
@Suite struct GzipBytesTests {
    /// `printf 'scenes\n%.0s' $(seq 3) | gzip -n9`.
    static let packed: [UInt8] = [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x2B, 0x4E, 0x4E, 0xCD,
        0x4B, 0x2D, 0xE6, 0x2A, 0x46, 0xA1, 0x00, 0x31, 0x23, 0x24, 0xA4, 0x15, 0x00, 0x00, 0x00,
    ]

    @Test func unpacks() throws {
        #expect(GzipBytes.begins(Self.packed) && !GzipBytes.begins(Array("scenes".utf8)))
        let found = try GzipBytes.inflated(Self.packed, limit: 100)
        #expect(String(decoding: found, as: UTF8.self) == "scenes\nscenes\nscenes\n")
        #expect(try GzipBytes.inflated(Self.packed, limit: 21).count == 21)
    }

    /// Every file that is cut short or has a bit turned is refused, or gives the same; none does harm.
    @Test func breaks() {
        for count in 0..<Self.packed.count {
            #expect(throws: TensorFileError.self) {
                try GzipBytes.inflated(Array(Self.packed[..<count]), limit: 1000)
            }
        }
        // Bits behind the end of the packed data mean nothing.
        var same = 0
        for place in 10..<Self.packed.count {
            for bit in 0..<8 {
                var bytes = Self.packed
                bytes[place] ^= 1 << UInt8(bit)
                guard let found = try? GzipBytes.inflated(bytes, limit: 1000) else { continue }
                #expect(String(decoding: found, as: UTF8.self) == "scenes\nscenes\nscenes\n")
                same += 1
            }
        }
        #expect(same < 8)
        #expect(throws: TensorFileError.self) {
            try GzipBytes.inflated(Self.packed + Self.packed, limit: 1000)
        }
        let error = #expect(throws: TensorFileError.self) { try GzipBytes.inflated(Self.packed, limit: 20) }
        #expect(error?.reason == .tooLarge)
    }
}
