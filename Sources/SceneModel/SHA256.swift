/// SHA-256 (FIPS 180-4, section 6.2).
package struct SHA256 {
    private var state: [8 of UInt32] = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]
    private var block: [64 of UInt8] = .init(repeating: 0)
    private var byteCount = 0
    private let constants = Self.roundConstants

    /// First 32 bits of the fractional parts of the cube roots of the first 64 primes (section 4.2.2).
    private static let roundConstants: [64 of UInt32] = {
        var constants = [64 of UInt32](repeating: 0)
        var (count, candidate) = (0, UInt64(2))
        while count < 64 {
            if !(2..<candidate).contains(where: { candidate % $0 == 0 }) {
                // The largest r with r^3 <= candidate * 2^96, found bit by bit; its low 32 bits are the fraction.
                var root: UInt64 = 0
                for bit in (0..<35).reversed() {
                    let trial = root | 1 << UInt64(bit)
                    let (high, low) = trial.multipliedFullWidth(by: trial)
                    // trial^3 as high * 2^64 + low, times trial; compare with candidate * 2^96.
                    let lowProduct = low.multipliedFullWidth(by: trial)
                    let top = high * trial + lowProduct.high
                    if top < candidate << 32 || (top == candidate << 32 && lowProduct.low == 0) { root = trial }
                }
                constants[count] = UInt32(truncatingIfNeeded: root)
                count += 1
            }
            candidate += 1
        }
        return constants
    }()

    private init() {}

    /// The digest of `bytes` in 64 hexadecimal digits. Linear time, no copy.
    package static func digest(of bytes: Span<UInt8>) -> String {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finish()
    }

    private mutating func update(_ bytes: Span<UInt8>) {
        for index in 0..<bytes.count {
            block[byteCount & 63] = bytes[index]
            byteCount += 1
            if byteCount & 63 == 0 { compress() }
        }
    }

    private consuming func finish() -> String {
        let bitCount = UInt64(byteCount) << 3
        update([0x80].span)
        while byteCount & 63 != 56 { update([0].span) }
        update((0..<8).map { UInt8(truncatingIfNeeded: bitCount >> UInt64(56 - 8 * $0)) }.span)
        return (0..<8).map { word in
            let digits = String(state[word], radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }.joined()
    }

    private mutating func compress() {
        func rotated(_ x: UInt32, _ n: UInt32) -> UInt32 { x >> n | x << (32 - n) }
        var w = [64 of UInt32](repeating: 0)
        for t in 0..<16 {
            let high = UInt32(block[4 * t]) << 24 | UInt32(block[4 * t + 1]) << 16
            w[t] = high | UInt32(block[4 * t + 2]) << 8 | UInt32(block[4 * t + 3])
        }
        for t in 16..<64 {
            let s0 = rotated(w[t - 15], 7) ^ rotated(w[t - 15], 18) ^ w[t - 15] >> 3
            let s1 = rotated(w[t - 2], 17) ^ rotated(w[t - 2], 19) ^ w[t - 2] >> 10
            w[t] = w[t - 16] &+ s0 &+ w[t - 7] &+ s1
        }
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for t in 0..<64 {
            let s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
            let sum = h &+ s1 &+ (e & f ^ ~e & g) &+ constants[t] &+ w[t]
            let s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
            (h, g, f, e) = (g, f, e, d &+ sum)
            (d, c, b, a) = (c, b, a, sum &+ s0 &+ (a & b ^ a & c ^ b & c))
        }
        for (index, value) in [a, b, c, d, e, f, g, h].enumerated() { state[index] = state[index] &+ value }
    }
}
