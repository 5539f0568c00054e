/// An identifier of what is to be seen (ANSI/SCTE 35, table 22).
package struct UPID: Hashable, Sendable {
    /// `segmentation_upid_type`.
    package var type: Int
    package var bytes: [UInt8]

    package init(type: Int, bytes: [UInt8]) {
        self.type = type
        self.bytes = bytes
    }

    /// What stands in a descriptor: none, one, or the several that a list (MID) holds.
    static func list(type: Int, _ bytes: ArraySlice<UInt8>) -> [UPID] {
        guard type != 0 else { return [] }
        guard type == 0x0d else { return [UPID(type: type, bytes: Array(bytes))] }
        var rest = bytes
        var upids: [UPID] = []
        while let inner = rest.first, let length = rest.dropFirst().first {
            rest = rest.dropFirst(2)
            guard rest.count >= Int(length) else { break }
            upids.append(UPID(type: Int(inner), bytes: Array(rest.prefix(Int(length)))))
            rest = rest.dropFirst(Int(length))
        }
        return upids
    }

    /// Lowercase digits.
    package var hexadecimal: String { Self.digits(bytes[...]) }

    /// As people write it; nil if it is no text, and of no kind that has a written form.
    package var text: String? {
        switch type {
        // ISCI, Ad-ID, TID, ADI, ADS, URI, SCR; and what users defined, where it is text.
        case 0x01, 0x02, 0x03, 0x07, 0x09, 0x0e, 0x0f, 0x11: plainText
        case 0x0a: editionText
        case 0x10: uuidText
        default: nil
        }
    }

    private var plainText: String? {
        guard !bytes.isEmpty, let text = String(validating: bytes, as: UTF8.self),
            text.unicodeScalars.allSatisfy({ $0.value >= 32 && !(0x7f...0x9f ~= $0.value) })
        else { return nil }
        return text
    }

    /// An EIDR: 10.5240/7791-8534-2C23-9030-8610-5, of a number, ten bytes and a check character (ISO 7064,
    /// MOD 37,36).
    private var editionText: String? {
        guard bytes.count == 12 else { return nil }
        let suffix = Array(Self.digits(bytes[2...]).uppercased().utf8)
        let check = suffix.reduce(36) { sum, digit in
            let value = Int(digit) - (digit >= 65 ? 55 : 48)
            let step = (sum + value) % 36
            return (step == 0 ? 36 : step) * 2 % 37
        }
        let groups = stride(from: 0, to: suffix.count, by: 4).map {
            String(decoding: suffix[$0..<$0 + 4], as: UTF8.self)
        }
        let last = String((37 - check) % 36, radix: 36, uppercase: true)
        return "10.\(Int(bytes[0]) << 8 | Int(bytes[1]))/\((groups + [last]).joined(separator: "-"))"
    }

    private var uuidText: String? {
        guard bytes.count == 16 else { return nil }
        return [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { Self.digits(bytes[$0]) }.joined(separator: "-")
    }

    private static func digits(_ bytes: ArraySlice<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
