internal import Platform

/// How a page finds the film: relative to itself where both lie under one folder, so that they can move
/// together; else by a file address.
package enum FilmReference {
    /// Both paths are absolute, or relative to `folder`, the working folder.
    package static func address(of film: String, from page: String, in folder: String) -> String {
        let (film, page) = (parts(film, folder), parts(page, folder).dropLast())
        guard film.starts(with: page) else { return "file:///" + film.map(encoded).joined(separator: "/") }
        return film.dropFirst(page.count).map(encoded).joined(separator: "/")
    }

    /// A path below the page's folder, as an address from there.
    package static func address(of path: String) -> String {
        path.split(separator: "/").map { encoded(String($0)) }.joined(separator: "/")
    }

    /// Names of folders and file from the root on.
    private static func parts(_ path: String, _ folder: String) -> [String] {
        var parts: [String] = []
        let whole = path.utf8.first == UInt8(ascii: "/") ? path : folder + "/" + path
        for part in whole.split(separator: "/").map(String.init) {
            switch part {
            case ".": continue
            case "..": _ = parts.popLast()
            default: parts.append(part)
            }
        }
        return parts
    }

    /// A name as a segment of an address (RFC 3986, section 3.3): bytes that are no letters, digits or `-._~`
    /// are percent-encoded.
    private static func encoded(_ name: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = []
        for byte in FileName.bytes(name) {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                text.append(byte)
            default: text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
