/// FNV-1a (Fowler, Noll and Vo) over words of 64 bits: whether what comes is what came before. Against
/// accidents, not against people.
package struct Fingerprint: Codable, Hashable, Sendable {
    private var value: UInt64 = 0xcbf2_9ce4_8422_2325

    package init() {}

    /// All 64 bits of a number.
    package mutating func take(_ word: Int64) {
        value = (value ^ UInt64(bitPattern: word)) &* 0x100_0000_01b3
    }

    /// Eight at a time, and how many they are.
    package mutating func take(_ bytes: some Collection<UInt8>) {
        var (word, count) = (Int64(0), Int64(0))
        for byte in bytes {
            word = word << 8 | Int64(byte)
            count += 1
            if count % 8 == 0 {
                take(word)
                word = 0
            }
        }
        take(word)
        take(count)
    }
}
