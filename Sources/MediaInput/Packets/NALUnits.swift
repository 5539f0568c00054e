package import CFFmpeg

/// The NAL units of H.264 and HEVC in packets and in a stream's description, in either of the two layouts:
/// start codes (Annex B) or lengths (ISO/IEC 14496-15).
package struct NALUnits {
    /// Bytes of a length; 0: start codes.
    private let lengthSize: Int
    /// Parameter sets of the description, without the zeros behind them.
    package let parameterSets: [[UInt8]]

    /// Layout and parameter sets as the stream's description has them. `isHEVC`: else H.264.
    package init(_ parameters: AVCodecParameters, isHEVC: Bool) {
        let bytes = UnsafeBufferPointer(
            start: parameters.extradata.map { UnsafePointer($0) },
            count: parameters.extradata == nil ? 0 : Int(max(0, parameters.extradata_size)))
        guard bytes.count > (isHEVC ? 22 : 6), bytes[0] == 1 else {
            lengthSize = 0
            var sets: [[UInt8]] = []
            Self.splitAtStartCodes(bytes) { sets.append(Array($0)) }
            parameterSets = sets
            return
        }
        lengthSize = Int(bytes[isHEVC ? 21 : 4] & 3) + 1
        parameterSets = isHEVC ? Self.listed(hevc: bytes) : Self.listed(avc: bytes)
    }

    /// Calls `body` with each unit, header first; units that are cut short are passed over.
    package func forEach(in packet: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void)
    {
        guard lengthSize > 0 else {
            Self.splitAtStartCodes(packet, body)
            return
        }
        var position = 0
        while position + lengthSize <= packet.count {
            var length = 0
            for index in 0..<lengthSize { length = length << 8 | Int(packet[position + index]) }
            position += lengthSize
            guard length > 0, length <= packet.count - position else { return }
            body(UnsafeBufferPointer(rebasing: packet[position..<(position + length)]))
            position += length
        }
    }

    /// The description holds this very parameter set.
    func knows(_ unit: UnsafeBufferPointer<UInt8>) -> Bool {
        let trimmed = Self.withoutTrailingZeros(unit)
        return parameterSets.contains { $0.elementsEqual(trimmed) }
    }

    private static func splitAtStartCodes(
        _ bytes: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        var start: Int?
        var index = 0
        while index + 2 < bytes.count {
            let third = bytes[index + 2]
            if third > 1 {
                index += 3
            } else if third == 1, bytes[index] == 0, bytes[index + 1] == 0 {
                if let start { give(bytes, start..<index, body) }
                start = index + 3
                index += 3
            } else {
                index += 1
            }
        }
        if let start { give(bytes, start..<bytes.count, body) }
    }

    private static func give(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>,
        _ body: (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        let unit = withoutTrailingZeros(UnsafeBufferPointer(rebasing: bytes[range]))
        if !unit.isEmpty { body(unit) }
    }

    private static func withoutTrailingZeros(_ unit: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>
    {
        var count = unit.count
        while count > 0 && unit[count - 1] == 0 { count -= 1 }
        return UnsafeBufferPointer(rebasing: unit[..<count])
    }

    /// AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1).
    private static func listed(avc bytes: UnsafeBufferPointer<UInt8>) -> [[UInt8]] {
        var position = 5
        var sets: [[UInt8]] = []
        for mask in [0x1f, 0xff] {
            guard position < bytes.count else { break }
            let count = Int(bytes[position]) & mask
            position += 1
            takeSets(count, from: bytes, at: &position, into: &sets)
        }
        return sets
    }

    /// HEVCDecoderConfigurationRecord (ISO/IEC 14496-15, 8.3.3.1).
    private static func listed(hevc bytes: UnsafeBufferPointer<UInt8>) -> [[UInt8]] {
        var position = 23
        var sets: [[UInt8]] = []
        for _ in 0..<bytes[22] {
            guard position + 3 <= bytes.count else { break }
            let count = Int(bytes[position + 1]) << 8 | Int(bytes[position + 2])
            position += 3
            takeSets(count, from: bytes, at: &position, into: &sets)
        }
        return sets
    }

    private static func takeSets(
        _ count: Int, from bytes: UnsafeBufferPointer<UInt8>, at position: inout Int,
        into sets: inout [[UInt8]]
    ) {
        for _ in 0..<count {
            guard position + 2 <= bytes.count else { return }
            let length = Int(bytes[position]) << 8 | Int(bytes[position + 1])
            position += 2
            guard length <= bytes.count - position else { return }
            let unit = UnsafeBufferPointer(rebasing: bytes[position..<(position + length)])
            sets.append(Array(withoutTrailingZeros(unit)))
            position += length
        }
    }
}
