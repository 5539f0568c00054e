/// Names a run: 48 bits of time and 80 random bits in Crockford's base 32, so that names sort by time (ULID).
package enum RunIdentity {
    /// Crockford's base 32: digits and capital letters without I, L, O and U, in the order of their code
    /// points.
    package static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// A new name that sorts behind `last`, even where the clock was set back.
    ///
    /// - Parameters:
    ///   - last: a name; it need not keep to the alphabet.
    ///   - make: gives a new name.
    /// - Returns: the new name where it sorts behind `last`, else the first name of the alphabet that does.
    package static func following(_ last: String, make: () -> String) -> String {
        let fresh = make()
        guard fresh <= last else { return fresh }
        var digits = Array(last.utf8)
        // What stands behind a foreign character cannot be counted on from.
        let foreign = digits.firstIndex { !alphabet.contains($0) } ?? digits.endIndex
        for position in digits.indices.reversed() {
            let next = position > foreign ? nil : alphabet.first { $0 > digits[position] }
            digits[position] = next ?? alphabet[0]
            if next != nil { break }
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// A new name.
    package static func make() -> String {
        let alphabet = Self.alphabet.map { Character(Unicode.Scalar($0)) }
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
