/// Which films one of several workers takes: by a hash of the film's name, so that another film in the list
/// moves none of those that were there.
package struct BatchSlice: Hashable, Sendable {
    /// From 0.
    package let index: Int
    package let count: Int

    package static let whole = BatchSlice(index: 0, count: 1)

    private init(index: Int, count: Int) { (self.index, self.count) = (index, count) }

    /// Reads `I/N`, I from 0 to N - 1; nil for another text.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let index = parts[0], let count = parts[1], 1...1_000_000 ~= count,
            0..<count ~= index
        else { return nil }
        self.init(index: index, count: count)
    }

    /// Whether the film of this name is its own. Each name belongs to one of the N.
    package func holds(_ id: String) -> Bool { Int(Self.hash(id) % UInt64(count)) == index }

    /// FNV-1a (Fowler, Noll, Vo), 64 bits, stirred as SplitMix64 does: equal on every machine.
    private static func hash(_ text: String) -> UInt64 {
        var value: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }
}
