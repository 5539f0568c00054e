/// Goes through JSON text, value by value. Reads nothing outside of it, whatever it holds.
struct JSONScanner {
    private let bytes: ArraySlice<UInt8>
    private var place: Int

    /// `bytes` are UTF-8.
    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        place = bytes.startIndex
    }

    private var next: UInt8? { place < bytes.endIndex ? bytes[place] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { place += 1 }
    }

    /// Only white space follows.
    var isAtEnd: Bool {
        var rest = self
        rest.skipSpace()
        return rest.next == nil
    }

    /// Takes `byte`, and white space in front of it, if it stands here.
    mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard next == byte else { return false }
        place += 1
        return true
    }

    /// The text of the next value; nil where none stands here, or a broken one.
    mutating func value(depth: Int) -> ArraySlice<UInt8>? {
        skipSpace()
        let start = place
        return skipValue(depth: depth) ? bytes[start..<place] : nil
    }

    private mutating func skipValue(depth: Int) -> Bool {
        switch next {
        case UInt8(ascii: "\""): return skipString()
        case UInt8(ascii: "{"): return skipList(until: UInt8(ascii: "}"), depth: depth, isObject: true)
        case UInt8(ascii: "["): return skipList(until: UInt8(ascii: "]"), depth: depth, isObject: false)
        case UInt8(ascii: "t"): return skip("true")
        case UInt8(ascii: "f"): return skip("false")
        case UInt8(ascii: "n"): return skip("null")
        default: return skipNumber()
        }
    }

    private mutating func skip(_ word: String) -> Bool {
        guard bytes[place...].starts(with: word.utf8) else { return false }
        place += word.utf8.count
        return true
    }

    private mutating func skipList(until end: UInt8, depth: Int, isObject: Bool) -> Bool {
        guard depth < JSONValue.deepest else { return false }
        place += 1
        if take(end) { return true }
        repeat {
            skipSpace()
            if isObject {
                guard next == UInt8(ascii: "\""), skipString(), take(UInt8(ascii: ":")) else { return false }
                skipSpace()
            }
            guard skipValue(depth: depth + 1) else { return false }
        } while take(UInt8(ascii: ","))
        return take(end)
    }

    private mutating func skipString() -> Bool {
        place += 1
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                place += 1
                return true
            case UInt8(ascii: "\\"): guard scalar() != nil else { return false }
            case ..<0x20: return false
            default: place += 1
            }
        }
        return false
    }

    private mutating func skipNumber() -> Bool {
        if next == UInt8(ascii: "-") { place += 1 }
        if next == UInt8(ascii: "0") {
            place += 1
        } else if !skipDigits() {
            return false
        }
        if next == UInt8(ascii: ".") {
            place += 1
            guard skipDigits() else { return false }
        }
        guard next == UInt8(ascii: "e") || next == UInt8(ascii: "E") else { return true }
        place += 1
        if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { place += 1 }
        return skipDigits()
    }

    private mutating func skipDigits() -> Bool {
        let start = place
        while let byte = next, (0x30...0x39).contains(byte) { place += 1 }
        return place > start
    }

    /// The next character of a string's content, escaped or not; nil at the end, and where an escape is
    /// broken.
    mutating func scalar() -> Unicode.Scalar? {
        guard let byte = next else { return nil }
        guard byte == UInt8(ascii: "\\") else {
            // Well-formed UTF-8: the first byte tells the length.
            let count = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4
            let end = min(place + count, bytes.endIndex)
            defer { place = end }
            return String(decoding: bytes[place..<end], as: UTF8.self).unicodeScalars.first
        }
        place += 1
        guard let escaped = next else { return nil }
        place += 1
        switch escaped {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(escaped)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): break
        default: return nil
        }
        guard let first = codeUnit() else { return nil }
        guard UTF16.isLeadSurrogate(first) else { return Unicode.Scalar(first) }
        guard skip("\\u"), let second = codeUnit(), UTF16.isTrailSurrogate(second) else { return nil }
        return UTF16.decode(UTF16.EncodedScalar([first, second]))
    }

    private mutating func codeUnit() -> UInt16? {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                return nil
            }
            unit = unit << 4 | UInt16(digit)
            place += 1
        }
        return unit
    }
}
