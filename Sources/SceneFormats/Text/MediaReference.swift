internal import Platform

/// The film as edit lists name it: by a path or an address.
struct MediaReference {
    private let text: String

    /// `text`: an absolute path, a relative one, either with `file:` or `file://` in front, or an address
    /// with its scheme.
    init(_ text: String) {
        let scheme = ["file://", "file:"].first(where: text.hasPrefix) ?? ""
        self.text = String(text.dropFirst(scheme.count))
    }

    /// The last part of the path; of an address, without its query.
    var name: String {
        let path = isAddress ? text.prefix { $0 != "?" && $0 != "#" } : text[...]
        return path.split(separator: "/").last.map(String.init) ?? text
    }

    /// A URL; a relative path stays relative to the list.
    var url: String {
        if isAddress { return text }
        return text.hasPrefix("/") ? "file://" + encodedPath : encodedPath
    }

    /// With the host that programs for FCP7 XML expect.
    var localURL: String { text.hasPrefix("/") ? "file://localhost" + encodedPath : url }

    /// As inputs are told apart: a colon alone is part of a film's name.
    private var isAddress: Bool {
        if text.hasPrefix("unix:") { return true }
        guard let end = text.firstRange(of: "://")?.lowerBound else { return false }
        let scheme = text.utf8[..<end]
        return !scheme.isEmpty && scheme.allSatisfy { Self.isPlain($0) && $0 != UInt8(ascii: "/") }
    }

    private var encodedPath: String { percentEncoded(text) }

    fileprivate static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        default: "-._~/".utf8.contains(byte)
        }
    }
}

/// `text` as the path of a URL: letters, digits, `-._~/` stay, every other byte becomes `%XX`.
func percentEncoded(_ text: String) -> String {
    var encoded = ""
    for byte in FileName.bytes(text) {
        if MediaReference.isPlain(byte) {
            encoded.unicodeScalars.append(Unicode.Scalar(byte))
        } else {
            let digits = String(byte, radix: 16, uppercase: true)
            encoded += "%" + (digits.count < 2 ? "0" : "") + digits
        }
    }
    return encoded
}
