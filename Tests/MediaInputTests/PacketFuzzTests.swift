import MediaInput
import TestSupport
import Testing

/// The readers of codec headers, whatever the packet and the codec's own headers.
@Suite struct PacketFuzzTests {
    /// A stream of start codes, and the same units with lengths, as TS and MP4 hold them.
    static let units: [String: [[UInt8]]] = [
        "h264": [
            [0x67, 0x42, 0xc0, 0x1e, 0xd9, 0x00, 0xa0, 0x47, 0xfe, 0xc8], [0x68, 0xce, 0x3c, 0x80],
            [0x06, 0x06, 0x01, 0xc4, 0x80], [0x65, 0x88, 0x84, 0x00, 0x33, 0xff],
            [0x41, 0x9a, 0x24, 0x6c, 0x41],
        ],
        "hevc": [
            [0x40, 0x01, 0x0c, 0x01, 0xff, 0xff], [0x42, 0x01, 0x01, 0x01, 0x60, 0, 0, 3, 0, 0x90],
            [0x44, 0x01, 0xc1, 0x72, 0xb4, 0x62, 0x40], [0x26, 0x01, 0xaf, 0x1d, 0x80],
            [0x02, 0x01, 0xd0, 0x09],
        ],
        "mpeg2video": [
            [0xb3, 0x14, 0x00, 0xf0, 0x23, 0xff], [0xb8, 0x00, 0x08, 0x00, 0x40],
            [0x00, 0x00, 0x0f, 0xff, 0xf8],
            [0x01, 0x13, 0xf8, 0x7d],
        ],
        "vp9": [[0x82, 0x49, 0x83, 0x42, 0x00, 0x13, 0xf0], [0x86, 0x00, 0x40, 0x92]],
    ]

    @Test(arguments: ["h264", "hevc", "mpeg2video", "vp9"]) func packets(codec: String) throws {
        let units = try #require(Self.units[codec])
        var (stream, lengths): ([UInt8], [UInt8]) = ([], [])
        for code in [[0, 0, 1], [0, 0, 0, 1]] as [[UInt8]] {
            for unit in units { stream += code + unit }
        }
        for unit in units { lengths += [0, 0, 0, UInt8(unit.count)] + unit }
        // avcC of one set each, and hvcC with three arrays.
        let avcc: [UInt8] =
            [1, 0x42, 0xc0, 0x1e, 0xff, 0xe1, 0, UInt8(units[0].count)] + units[0]
            + [1, 0, UInt8(units[1].count)] + units[1]
        var hvcc: [UInt8] = [1] + [UInt8](repeating: 0, count: 20) + [0x0f, 3]
        for unit in units.prefix(3) { hvcc += [0x20, 0, 1, 0, UInt8(unit.count)] + unit }
        let headers = codec == "hevc" ? hvcc : avcc
        #expect(PacketFacts(of: stream, codec: codec, extradata: []) != nil)
        var starts = 0
        Fuzzing.run(20_000, seed: 21, samples: [stream, lengths] + units) { bytes in
            for extradata in [[], headers] {
                starts += PacketFacts(of: bytes, codec: codec, extradata: extradata)?.start == .closed ? 1 : 0
            }
        }
        Fuzzing.run(20_000, seed: 22, samples: [headers, stream]) { bytes in
            _ = PacketFacts(of: lengths, codec: codec, extradata: bytes)
        }
        #expect(starts > 0 || codec == "mpeg2video")
    }

    @Test func otherCodecsHaveNone() {
        #expect(PacketFacts(of: [0], codec: "vp8", extradata: []) == nil)
        #expect(PacketFacts(of: [0], codec: "no such", extradata: []) == nil)
    }
}
