/// What a `splice_info_section` says (ANSI/SCTE 35, section 9.6): a message about the program that comes
/// with an MPEG transport stream.
///
/// A value, read from bytes that may be hostile: each length is checked, and nothing is kept that the bytes
/// do not hold.
package struct SpliceSection: Hashable, Sendable {
    /// 33 bits, in ticks of 1/90000 s: what is to be added to each time in it.
    package var adjustment: UInt64
    /// Who the message is for; 0xfff: all.
    package var tier: Int
    package var content: Content

    package enum Content: Hashable, Sendable {
        /// Only who has the key can read it.
        case encrypted(algorithm: Int)
        case clear(SpliceCommand, [SpliceDescriptor])
    }

    /// `table_id` of such sections.
    private static let table: UInt8 = 0xfc

    /// Reads a section, which what fills its packet may follow. O(length).
    package init(_ bytes: ArraySlice<UInt8>) throws(SpliceError) {
        guard bytes.first == Self.table else { throw .otherTable }
        var head = FieldReader(bytes)
        try head.skip(12)
        let length = 3 + (try head.number(12))
        guard bytes.count >= length, length > 3 + 4 else { throw .breaksOff }
        guard Self.checksum(bytes.prefix(length)) == 0 else { throw .wrongChecksum }
        var reader = FieldReader(bytes.prefix(length).dropFirst(3).dropLast(4))
        guard try reader.number(8) == 0 else { throw .otherTable }
        let isEncrypted = try reader.flag()
        let algorithm = try reader.number(6)
        adjustment = try reader.bits(33)
        try reader.skip(8)
        tier = try reader.number(12)
        let commandLength = try reader.number(12)
        guard !isEncrypted else {
            content = .encrypted(algorithm: algorithm)
            return
        }
        let type = try reader.number(8)
        let command: SpliceCommand
        if commandLength == 0xfff {
            // Old encoders leave the length out.
            let rest = reader.rest
            var open = FieldReader(rest)
            command = try SpliceCommand(type: type, &open)
            _ = try reader.slice(rest.count - open.rest.count)
        } else {
            var closed = FieldReader(try reader.slice(commandLength))
            command = try SpliceCommand(type: type, &closed)
        }
        let loopLength = try reader.number(16)
        content = .clear(command, try Self.descriptors(reader.slice(loopLength)))
    }

    private static func descriptors(_ loop: ArraySlice<UInt8>) throws(SpliceError) -> [SpliceDescriptor] {
        var reader = FieldReader(loop)
        var descriptors: [SpliceDescriptor] = []
        while !reader.rest.isEmpty {
            let tag = try reader.number(8)
            let length = try reader.number(8)
            let bytes = try reader.slice(length)
            descriptors.append(SpliceDescriptor(tag: tag, bytes))
        }
        return descriptors
    }

    /// CRC-32 of MPEG-2 systems (ISO/IEC 13818-1, annex A): 0 over what ends with its own.
    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reduce(UInt32.max) { start, byte in
            (0..<8).reduce(start ^ UInt32(byte) << 24) { value, _ in
                value & 0x8000_0000 == 0 ? value << 1 : value << 1 ^ 0x04c1_1db7
            }
        }
    }
}
