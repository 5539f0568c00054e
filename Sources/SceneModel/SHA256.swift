/// SHA-256 (FIPS 180-4, section 6.2).
package enum SHA256 {
    /// The digest of `bytes` in 64 hexadecimal digits. Linear time, no copy.
    package static func digest(of bytes: Span<UInt8>) -> String {
        var state: [8 of UInt32] = [
            0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab,
            0x5be0_cd19,
        ]
        let whole = bytes.count & ~63
        compress(bytes, count: whole, into: &state)
        // The rest, a one bit, zeros, and the length in bits as the last eight bytes (section 5.1.1).
        var tail = (whole..<bytes.count).map { bytes[$0] } + [0x80]
        tail.append(contentsOf: repeatElement(0, count: (120 - tail.count % 64) % 64))
        let bitCount = UInt64(bytes.count) << 3
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            tail.append(UInt8(truncatingIfNeeded: bitCount >> shift))
        }
        compress(tail.span, count: tail.count, into: &state)
        return (0..<8).map { word in
            let digits = String(state[word], radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }.joined()
    }

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
                    if top < candidate << 32 || (top == candidate << 32 && lowProduct.low == 0) {
                        root = trial
                    }
                }
                constants[count] = UInt32(truncatingIfNeeded: root)
                count += 1
            }
            candidate += 1
        }
        return constants
    }()

    /// Takes `count` bytes, a multiple of 64.
    private static func compress(_ bytes: Span<UInt8>, count: Int, into state: inout [8 of UInt32]) {
        func rotated(_ x: UInt32, _ n: UInt32) -> UInt32 { x &>> n | x &<< (32 - n) }
        let constants = roundConstants
        var w = [64 of UInt32](repeating: 0)
        for base in stride(from: 0, to: count, by: 64) {
            for t in 0..<16 {
                let place = base + 4 * t
                let high = UInt32(bytes[place]) << 24 | UInt32(bytes[place + 1]) << 16
                w[t] = high | UInt32(bytes[place + 2]) << 8 | UInt32(bytes[place + 3])
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
            state = [
                state[0] &+ a, state[1] &+ b, state[2] &+ c, state[3] &+ d, state[4] &+ e, state[5] &+ f,
                state[6] &+ g, state[7] &+ h,
            ]
        }
    }
}
