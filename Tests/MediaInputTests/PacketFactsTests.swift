import MediaInput
import Testing

/// What headers of H.264 say of pictures that may be left out.
@Suite struct PacketFactsTests {
    /// Slices of one packet: nal_ref_idc and unit type in the first byte; then first_mb_in_slice 0 and
    /// slice_type.
    private static func facts(_ slices: [(header: UInt8, rest: UInt8)]) throws -> PacketFacts {
        try #require(
            PacketFacts(
                of: slices.flatMap { [0, 0, 1, $0.header, $0.rest, 0x80] }, codec: "h264", extradata: []))
    }

    private static let b: UInt8 = 0b1010_0000
    private static let allB: UInt8 = 0b1001_1100
    private static let p: UInt8 = 0b1100_0000
    private static let i: UInt8 = 0b1011_0000

    @Test func middlePicturesAreThoseOfBSlicesThatOthersReferTo() throws {
        let table: [(slices: [(UInt8, UInt8)], isMiddle: Bool, isDisposable: Bool)] = [
            ([(0x21, Self.b)], true, false),
            ([(0x41, Self.allB)], true, false),
            ([(0x21, Self.b), (0x21, Self.b)], true, false),
            ([(0x21, Self.b), (0x21, Self.p)], false, false),
            ([(0x21, Self.b), (0x01, Self.b)], false, false),
            ([(0x01, Self.b)], false, true),
            ([(0x01, Self.p)], false, true),
            ([(0x21, Self.p)], false, false),
            ([(0x21, Self.i)], false, false),
            ([(0x65, Self.i)], false, false),
        ]
        for (slices, isMiddle, isDisposable) in table {
            let facts = try Self.facts(slices)
            #expect(facts.isMiddle == isMiddle, "\(slices)")
            #expect(facts.isDisposable == isDisposable, "\(slices)")
        }
    }
}
