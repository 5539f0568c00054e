import TensorFiles
import Testing

/// Heads of arrays that grow: each says how many rows there are, and no other array has it.
@Suite struct GrowingArrayTests {
    private static let array = GrowingArray(type: "'<f2'", columns: 24, rowLength: 48)

    @Test(arguments: [0, 1, 7, 1_000_000, Int.max]) func rowsComeBack(rows: Int) {
        #expect(Self.array.rows(in: Self.array.head(rows: rows)) == rows)
    }

    @Test func otherArraysAreTold() {
        for other in [
            GrowingArray(type: "'<f2'", columns: 25, rowLength: 50),
            GrowingArray(type: "'<f2'", columns: 2, rowLength: 4),
            GrowingArray(type: "'<f4'", columns: 24, rowLength: 96),
            GrowingArray(type: "'<f2'", columns: nil, rowLength: 48),
        ] {
            #expect(Self.array.rows(in: other.head(rows: 7)) == nil)
        }
        let head = Self.array.head(rows: 7)
        for bytes in [[], Array(head.dropLast()), head + [10]] { #expect(Self.array.rows(in: bytes) == nil) }
        for place in head.indices {
            var bytes = head
            bytes[place] ^= 0x40
            #expect(Self.array.rows(in: bytes) == nil, "byte \(place)")
        }
    }
}
