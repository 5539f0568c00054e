/// Goes through an XML document, tag by tag: as much of XML as lists of chapters need. Declarations, comments
/// and attributes are passed over, and no entity is read but the five of XML and numbers. O(length), and no
/// deeper than `deepest`.
struct XMLScanner {
    enum Step: Equatable {
        case open(String)
        case close(String)
        /// Text of an element without children, told before it closes.
        case text(String, String)
    }

    private static let deepest = 100

    private let bytes: [UInt8]
    private var place = 0
    private var path: [String] = []
    private var text: [UInt8] = []
    /// The text of the element that is open is whole: no child has come.
    private var isLeaf = false
    private var waiting: Step?
    private var isBroken = false

    init(_ text: String) { bytes = Array(text.utf8) }

    /// All was read, and every element was closed.
    var isWellFormed: Bool { !isBroken && path.isEmpty && place >= bytes.count }

    /// nil at the end, and where the document is broken.
    mutating func next() -> Step? {
        if let step = waiting {
            waiting = nil
            return step
        }
        while place < bytes.count, !isBroken {
            guard bytes[place] == UInt8(ascii: "<") else {
                text.append(bytes[place])
                place += 1
                continue
            }
            if skip("<!--", to: "-->") || skip("<?", to: "?>") { continue }
            if has("<![CDATA[") {
                let start = place + 9
                guard let end = find("]]>", from: start) else { break }
                // Nothing in it is an entity.
                for byte in bytes[start..<end] { text += byte == 0x26 ? Array("&amp;".utf8) : [byte] }
                place = end + 3
                continue
            }
            if has("<!") {
                guard skipDeclaration() else { break }
                continue
            }
            guard let step = tag() else { break }
            return step
        }
        if place < bytes.count || !path.isEmpty { isBroken = true }
        return nil
    }

    private mutating func tag() -> Step? {
        let isClosing = has("</")
        let start = place + (isClosing ? 2 : 1)
        var end = start
        while end < bytes.count, Self.isName(bytes[end]) { end += 1 }
        guard end > start else { return nil }
        let name = String(decoding: bytes[start..<end], as: UTF8.self)
        // To the end of the tag; a value in quotes may hold anything.
        var quote: UInt8?
        while end < bytes.count {
            let byte = bytes[end]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: ">") {
                break
            }
            end += 1
        }
        guard end < bytes.count else { return nil }
        place = end + 1
        defer { text = [] }
        if isClosing {
            guard path.last == name else { return nil }
            path.removeLast()
            defer { isLeaf = false }
            guard isLeaf else { return .close(name) }
            waiting = .close(name)
            return .text(name, Self.decoded(text))
        }
        if bytes[end - 1] == UInt8(ascii: "/") {
            isLeaf = false
            waiting = .close(name)
            return .open(name)
        }
        guard path.count < Self.deepest else { return nil }
        path.append(name)
        isLeaf = true
        return .open(name)
    }

    private func has(_ mark: String) -> Bool { bytes[place...].starts(with: mark.utf8) }

    private func find(_ mark: String, from start: Int) -> Int? {
        let mark = Array(mark.utf8)
        var place = start
        while place + mark.count <= bytes.count {
            if bytes[place] == mark[0], bytes[place..<(place + mark.count)].elementsEqual(mark) {
                return place
            }
            place += 1
        }
        return nil
    }

    private mutating func skip(_ mark: String, to end: String) -> Bool {
        guard has(mark), let found = find(end, from: place + mark.utf8.count) else { return false }
        place = found + end.utf8.count
        return true
    }

    /// `<!DOCTYPE ...>`, with what stands in brackets.
    private mutating func skipDeclaration() -> Bool {
        var depth = 0
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ">") where depth <= 0:
                place += 1
                return true
            default: break
            }
            place += 1
        }
        return false
    }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x80...0xff: true
        default: "-._:".utf8.contains(byte)
        }
    }

    private static func decoded(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
        let names = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]
        var result = ""
        var rest = text[...]
        while let start = rest.firstIndex(of: "&") {
            result += rest[..<start]
            rest = rest[rest.index(after: start)...]
            guard let end = rest.prefix(12).firstIndex(of: ";") else {
                result += "&"
                continue
            }
            let name = rest[..<end]
            let number =
                name.hasPrefix("#x")
                ? UInt32(name.dropFirst(2), radix: 16) : name.hasPrefix("#") ? UInt32(name.dropFirst()) : nil
            if let known = names[String(name)] {
                result += known
            } else if let scalar = number.flatMap(Unicode.Scalar.init) {
                result.unicodeScalars.append(scalar)
            }
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }
}
