import BroadcastCues
import TestSupport
import Testing

/// No bytes may crash the reader of sections: a trap here ends the whole test run.
@Suite struct SpliceFuzzTests {
    /// Each mutation as it is, and with a length and a checksum that are right: else none would come past
    /// them.
    @Test func hostileSections() throws {
        let samples = try SpliceSectionTests.examples.map { try SpliceSectionTests.bytes($0) }
        var read = 0
        Fuzzing.run(20_000, seed: 35, samples: samples + [Self.schedule]) { bytes in
            for bytes in [
                bytes, SpliceSectionTests.sealed(Array(bytes.dropFirst(3).dropLast(4).prefix(4000))),
            ] {
                guard let section = try? SpliceSection(bytes[...]) else { continue }
                read += 1
                guard case .clear(_, let descriptors) = section.content else { continue }
                for case .segmentation(let found) in descriptors {
                    for upid in found.segment?.upids ?? [] {
                        #expect(upid.hexadecimal.utf8.count <= 510)
                        _ = upid.text
                    }
                }
            }
        }
        // Most are read to their end: what the checksum guards is reached.
        #expect(read > 2000, "\(read)")
    }

    static let schedule = SpliceSectionTests.section(
        4, [2, 0, 0, 0, 1, 0xff, 0, 0, 0, 3, 0x7f, 0b0001_1111, 1, 21, 0, 0, 0, 70, 0, 7, 1, 2])
}
