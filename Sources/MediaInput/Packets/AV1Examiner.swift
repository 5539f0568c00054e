/// Reads the headers of AV1 temporal units (AV1 bitstream specification, 5.3, 5.9.2): one that brings a
/// sequence header, and whose first frame is a key frame that is shown, resets everything.
struct AV1Examiner: PacketExaminer {
    private static let sequenceHeader: UInt8 = 1
    private static let frameHeader: UInt8 = 3
    private static let frame: UInt8 = 6

    func facts(of packet: UnsafeBufferPointer<UInt8>) -> PacketFacts {
        var facts = PacketFacts()
        var hasSequence = false
        var position = 0
        while position < packet.count {
            let header = packet[position]
            let type = header >> 3 & 15
            let (hasExtension, hasSize) = (header & 4 != 0, header & 2 != 0)
            position += hasExtension ? 2 : 1
            var size = packet.count - position
            if hasSize {
                guard let (value, length) = Self.variableLength(packet, at: position) else { return facts }
                position += length
                size = value
            }
            guard size >= 0, position <= packet.count, size <= packet.count - position else { return facts }
            switch type {
            case Self.sequenceHeader: hasSequence = true
            case Self.frameHeader, Self.frame:
                // show_existing_frame, frame_type (2 bits, 0 for a key frame), show_frame.
                if hasSequence, size > 0, packet[position] >> 4 == 0b0001 { facts.start = .closed }
                return facts
            default: break
            }
            position += size
        }
        return facts
    }

    /// An unsigned number of seven bits a byte, the lowest first (4.10.5, leb128); nil if it is none.
    private static func variableLength(
        _ bytes: UnsafeBufferPointer<UInt8>, at start: Int
    ) -> (value: Int, length: Int)? {
        var value = 0
        for index in 0..<5 {
            guard start + index < bytes.count else { return nil }
            let byte = bytes[start + index]
            value |= Int(byte & 0x7f) << (7 * index)
            if byte & 0x80 == 0 { return (value, index + 1) }
        }
        return nil
    }
}
