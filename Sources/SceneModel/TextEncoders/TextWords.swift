// The normal form of a text is known to Swift's library, which has no public name for it yet.
@_spi(_Unicode) import Swift

/// Takes a text apart as CLIP does before it looks for pieces (`simple_tokenizer.py` of openai/CLIP).
///
/// Entities of HTML become characters, twice; the text gets Unicode's normal form C, curled quotation marks
/// become straight ones, runs of white space one blank, and letters lower case. Of the repairs of `ftfy` no
/// others are made.
enum TextWords {
    /// Bytes of each word: a run of letters, one digit, the ending of a contraction, or a run of others.
    static func words(of text: String) -> [[UInt8]] {
        let scalars = clean(text)
        var (words, place): ([[UInt8]], Int) = ([], 0)
        while place < scalars.count {
            var end = place + 1
            switch kind(scalars[place]) {
            case .space:
                place = end
                continue
            case .letter: while end < scalars.count, kind(scalars[end]) == .letter { end += 1 }
            case .number: break
            case .other:
                if let length = contraction(scalars[place...]) {
                    end = place + length
                } else {
                    while end < scalars.count, kind(scalars[end]) == .other { end += 1 }
                }
            }
            words.append(scalars[place..<end].flatMap { Array(String(Character($0)).utf8) })
            place = end
        }
        return words
    }

    private static func clean(_ text: String) -> [Unicode.Scalar] {
        var lower: [Unicode.Scalar] = []
        for scalar in decoded(decoded(text))._nfc {
            switch scalar {
            case "\u{2BC}", "\u{2018}"..."\u{201B}": lower.append("'")
            case "\u{201C}"..."\u{201F}": lower.append("\"")
            default: lower += scalar.properties.lowercaseMapping.unicodeScalars
            }
        }
        return lower
    }

    private enum Kind { case letter, number, space, other }

    private static func kind(_ scalar: Unicode.Scalar) -> Kind {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: .letter
        case .decimalNumber, .letterNumber, .otherNumber: .number
        default: scalar.properties.isWhitespace ? .space : .other
        }
    }

    private static let endings = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"].map {
        Array($0.unicodeScalars)
    }

    /// Length of the ending that stands at the beginning; nil if none does.
    private static func contraction(_ scalars: ArraySlice<Unicode.Scalar>) -> Int? {
        endings.first { scalars.starts(with: $0) }?.count
    }

    private static let entities: [String: Unicode.Scalar] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": "\u{A0}",
    ]

    /// The text with the common entities of HTML, and numbers of characters, replaced.
    private static func decoded(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
        var (result, rest) = (String.UnicodeScalarView(), text.unicodeScalars[...])
        while let first = rest.first {
            if first == "&", let end = rest.prefix(12).firstIndex(of: ";"),
                let scalar = character(String(rest[rest.index(after: rest.startIndex)..<end]))
            {
                result.append(scalar)
                rest = rest[rest.index(after: end)...]
            } else {
                result.append(first)
                rest = rest.dropFirst()
            }
        }
        return String(result)
    }

    private static func character(_ entity: String) -> Unicode.Scalar? {
        guard entity.hasPrefix("#") else { return entities[entity] }
        let digits = entity.dropFirst()
        let number =
            "xX".contains(digits.first ?? " ") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return number.flatMap { $0 == 0 ? nil : Unicode.Scalar($0) }
    }
}
