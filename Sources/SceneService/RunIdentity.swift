/// Names a run: 48 bits of time and 80 random bits in Crockford's base 32, so that names sort by time (ULID).
package enum RunIdentity {
    /// A new name that sorts behind `last`, even where the clock was set back.
    package static func following(_ last: String, make: () -> String) -> String {
        let fresh = make()
        guard fresh <= last else { return fresh }
        var digits = Array(last.utf8)
        for position in digits.indices.reversed() {
            if digits[position] < UInt8(ascii: "Z") {
                // From 9 to A: the code points between are no digits.
                digits[position] =
                    digits[position] == UInt8(ascii: "9") ? UInt8(ascii: "A") : digits[position] + 1
                break
            }
            digits[position] = UInt8(ascii: "0")
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// A new name.
    package static func make() -> String {
        let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        var generator = SystemRandomNumberGenerator()
        var characters: [Character] = []
        let time = WallClock.unixMilliseconds()
        for digit in (0..<10).reversed() {
            characters.append(alphabet[Int((time >> (5 * Int64(digit))) & 31)])
        }
        for _ in 0..<16 { characters.append(alphabet[Int.random(in: 0..<32, using: &generator)]) }
        return String(characters)
    }
}
