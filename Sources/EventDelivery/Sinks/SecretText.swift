/// Text of the configuration with places for secrets: `rtsp://viewer:${credential:hall}@camera.example/1`.
///
/// The secret itself stands in a credential (`Credentials`), never in the configuration. Where the text is
/// nothing but one place, the credential takes it over as it stands, e.g. a whole address. Inside an address
/// it is percent-encoded, so that a password may hold any character.
package struct SecretText: Hashable, Sendable {
    /// The text as written, places included; safe to print once `Redaction` has seen it.
    package var template: String

    /// Pieces between the places, and the names of the places; one piece more than names.
    private var pieces: [String]
    /// Names of the credentials that the text needs, in order.
    package var credentials: [String]

    /// Any text; a `${` that opens no place stands for itself.
    package init(_ template: String) {
        self.template = template
        (pieces, credentials) = ([], [])
        var piece = ""
        var rest = template[...]
        while let opening = rest.firstRange(of: "${credential:") {
            let tail = rest[opening.upperBound...]
            guard let closing = tail.firstIndex(of: "}") else { break }
            piece += rest[..<opening.lowerBound]
            pieces.append(piece)
            credentials.append(String(tail[..<closing]))
            piece = ""
            rest = tail[tail.index(after: closing)...]
        }
        pieces.append(piece + rest)
    }

    /// The text with `***` for each secret: the same whatever they are.
    package var shown: String { pieces.joined(separator: "***") }

    /// The text with its secrets in place.
    ///
    /// - Parameter secret: gives the content of a credential by its name.
    /// - Returns: the text; never print it.
    /// - Throws: what `secret` throws.
    package func resolved<Failure: Error>(_ secret: (String) throws(Failure) -> String) throws(Failure)
        -> String
    {
        if pieces == ["", ""] { return try secret(credentials[0]) }
        var text = pieces[0]
        for (name, piece) in zip(credentials, pieces.dropFirst()) {
            text += Self.percentEncoded(try secret(name)) + piece
        }
        return text
    }

    /// All but the unreserved characters of RFC 3986 (section 2.3) as `%XX`.
    package static func percentEncoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += "%" + (digits.utf8.count == 1 ? "0" : "") + digits
            }
        }
        return encoded
    }

    /// `encoded` with the digits of each `%XX` in small letters: others write them so.
    package static func withSmallDigits(_ encoded: String) -> String {
        var (text, digits) = ("", 0)
        for character in encoded {
            text += digits > 0 ? character.lowercased() : String(character)
            digits = character == "%" ? 2 : max(0, digits - 1)
        }
        return text
    }

    /// `text` with the bytes that its `%XX` stand for; what is no such escape stays.
    package static func percentDecoded(_ text: String) -> String {
        guard text.contains("%") else { return text }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == UInt8(ascii: "%"), digits.count == 2,
                digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
