/// An SCTE-35 `splice_info_section` with a `time_signal` (ANSI/SCTE 35, sections 9.6, 9.7.4 and 10.3.3): at
/// an instant of the stream a chapter begins. It tells where; whether anything is inserted there is decided
/// by whoever reads it.
package struct SpliceInformation: Hashable, Sendable {
    /// Time of the picture in units of 1/90000 s; its lower 33 bits count, as in MPEG-2 systems.
    package var presentationTime: Int64
    /// Number of the segmentation event.
    package var eventNumber: UInt32
    /// What begins: 0x20 is a chapter.
    package var segmentationType: UInt8

    package init(presentationTime: Int64, eventNumber: UInt32, segmentationType: UInt8 = 0x20) {
        self.presentationTime = presentationTime
        self.eventNumber = eventNumber
        self.segmentationType = segmentationType
    }

    /// The whole section, checksum included.
    package var bytes: [UInt8] {
        // time_signal: time_specified_flag, six reserved bits, 33 bits of time.
        let time = UInt64(bitPattern: presentationTime) & 0x1_ffff_ffff
        let command: [UInt8] =
            [0xfe | UInt8(time >> 32)] + Self.big(UInt32(truncatingIfNeeded: time))
        // segmentation_descriptor: no cancellation, the whole program, no duration, no restrictions, no UPID.
        let segmentation: [UInt8] =
            Self.big(0x4355_4549) + Self.big(eventNumber)
            + [0x7f, 0b1011_1111, 0, 0, segmentationType, 0, 0]
        let descriptors: [UInt8] = [0x02, UInt8(segmentation.count)] + segmentation
        // protocol_version, no encryption, pts_adjustment 0, cw_index 0xff, tier 0xfff, length and type.
        let content: [UInt8] =
            [
                0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xf0 | UInt8(command.count >> 8), UInt8(command.count & 0xff),
                0x06,
            ]
            + command + [UInt8(descriptors.count >> 8), UInt8(descriptors.count & 0xff)] + descriptors
        // Behind the length stand content and checksum. sap_type 3: not specified.
        let length = content.count + 4
        let section: [UInt8] = [0xfc, 0x30 | UInt8(length >> 8), UInt8(length & 0xff)] + content
        return section + Self.big(Self.checksum(section))
    }

    /// `0xFC30...`, as playlists carry it.
    package var hexadecimal: String {
        let digits = Array("0123456789ABCDEF")
        return "0x" + String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    package var base64: String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var text = ""
        let bytes = bytes
        for place in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[place...].prefix(3)
            let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for index in 0..<4 {
                text.append(
                    index <= group.count ? digits[Int(bits >> UInt32(18 - 6 * index) & 63)] : "=")
            }
        }
        return text
    }

    private static func big(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    /// CRC-32 of MPEG-2 systems: polynomial 0x04c11db7, from all ones, not reflected.
    package static func checksum(_ bytes: [UInt8]) -> UInt32 {
        bytes.reduce(0xffff_ffff) { start, byte in
            (0..<8).reduce(start ^ UInt32(byte) << 24) { value, _ in
                value & 0x8000_0000 != 0 ? value << 1 ^ 0x04c1_1db7 : value << 1
            }
        }
    }
}
