import ArgumentParser

/// Sizes and rates as people write them: `1PB`, `2.5TiB`, `5M`.
enum QuantityArgument {
    private static let powers: [Character: Int] = ["k": 1, "K": 1, "M": 2, "G": 3, "T": 4, "P": 5, "E": 6]

    /// Bytes: a number with k, M, G, T, P or E for thousands, Ki and so on for 1024s, and a B or not.
    static func bytes(_ text: String) throws -> Double {
        guard let value = value(text.hasSuffix("B") ? String(text.dropLast()) : text), 1...1e21 ~= value
        else {
            throw ValidationError("a size is a number of bytes, such as 1PB, 500TB or 20TiB")
        }
        return value
    }

    /// Bits a second.
    static func bitRate(_ text: String) throws -> Double {
        let plain = text.hasSuffix("bit/s") ? String(text.dropLast(5)) : text
        guard let value = value(plain), 1e3...1e12 ~= value else {
            throw ValidationError("a bit rate is a number of bits a second, such as 5M, 800k or 5Mbit/s")
        }
        return value
    }

    private static func value(_ text: String) -> Double? {
        var digits = text[...]
        let base = digits.last == "i" ? 1024.0 : 1000.0
        if base == 1024 { digits = digits.dropLast() }
        var factor = 1.0
        if let last = digits.last, let power = powers[last] {
            digits = digits.dropLast()
            for _ in 0..<power { factor *= base }
        } else if base == 1024 {
            return nil
        }
        guard let first = digits.first, first.isNumber, let number = Double(digits) else { return nil }
        return number * factor
    }
}
