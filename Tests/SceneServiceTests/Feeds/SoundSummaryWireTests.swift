import Testing
import Timeline

/// What a part sounds like, as it is printed, over a checkpoint.
@Suite struct SoundSummaryWireTests {
    private typealias Decimal = SoundSummary.Decimal

    private static func summary(isFull: Bool) -> SoundSummary {
        func decimal(_ value: Int) -> Decimal { Decimal(hundredths: value) }
        return SoundSummary(
            coverage: decimal(100), level: decimal(-2345), loudness: decimal(-2300), silence: decimal(7),
            modulation: isFull ? decimal(12) : nil, steadiness: isFull ? decimal(34) : nil,
            bands: isFull ? (0..<10).map { decimal(-100 * $0) } : [],
            entry: isFull
                ? SoundSummary.Entry(
                    change: decimal(50), levelChange: decimal(-600), dip: decimal(3), isSilent: true) : nil)
    }

    @Test(arguments: [false, true]) func whatGoesInComesOut(isFull: Bool) throws {
        var writer = WireWriter()
        writer.put(Self.summary(isFull: isFull))
        var reader = WireReader(writer.bytes[...])
        #expect(try reader.soundSummary() == Self.summary(isFull: isFull))
        try reader.end()
    }

    @Test func whatIsTooLargeIsRefused() throws {
        var writer = WireWriter()
        writer.put(Int64.max)
        var reader = WireReader((writer.bytes + [UInt8](repeating: 0, count: 64))[...])
        #expect(throws: WireError.self) { try reader.soundSummary() }
    }
}
