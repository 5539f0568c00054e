/// A descriptor of a section (ANSI/SCTE 35, section 10).
package enum SpliceDescriptor: Hashable, Sendable {
    /// Number of the break, for equipment of old (10.3.1).
    case avail(UInt32)
    /// Tones to be sounded so many tenths of a second before the splice (10.3.2).
    case tones(preroll: Int, String)
    case segmentation(SegmentationDescriptor)
    /// The time of day, in seconds and nanoseconds of TAI, and the seconds that UTC lags (10.3.4).
    case time(seconds: UInt64, nanoseconds: UInt32, offset: Int)
    /// Of another tag, of another owner, or not as the standard has it.
    case other(tag: Int)

    /// 'CUEI', who owns the descriptors of the standard.
    private static let owner: UInt64 = 0x4355_4549

    /// `bytes`: what stands behind the length. What cannot be read is `other`: the rest of the section may be
    /// sound.
    init(tag: Int, _ bytes: ArraySlice<UInt8>) {
        self = (try? Self.read(tag: tag, bytes)) ?? .other(tag: tag)
    }

    private static func read(
        tag: Int, _ bytes: ArraySlice<UInt8>
    ) throws(SpliceError) -> SpliceDescriptor {
        var reader = FieldReader(bytes)
        guard try reader.bits(32) == owner else { return .other(tag: tag) }
        switch tag {
        case 0: return .avail(UInt32(try reader.bits(32)))
        case 1:
            let preroll = try reader.number(8)
            let count = try reader.number(3)
            try reader.skip(5)
            let tones = try reader.slice(count)
            guard tones.allSatisfy({ "0123456789*#".utf8.contains($0) }) else { return .other(tag: tag) }
            return .tones(preroll: preroll, String(decoding: tones, as: UTF8.self))
        case 2: return .segmentation(try SegmentationDescriptor(&reader))
        case 3:
            return .time(
                seconds: try reader.bits(48), nanoseconds: UInt32(try reader.bits(32)),
                offset: try reader.number(16))
        default: return .other(tag: tag)
        }
    }
}
