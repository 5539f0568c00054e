internal import CReportPage
internal import Digests

/// The pages' own files, as they lie in `Sources/CReportPage`, and how a page is made of them.
enum PageParts {
    static let skeleton = bytes(scene_report_skeleton, scene_report_skeleton_size)
    static let style = bytes(scene_report_style, scene_report_style_size)
    static let code = bytes(scene_report_code, scene_report_code_size)

    /// What the page's security policy lets run and apply: `sha256-` and the digest in Base64 (CSP Level 3,
    /// 6.7.3).
    static let styleHash = hash(style)
    static let codeHash = hash(code)

    static func hash(_ bytes: [UInt8]) -> [UInt8] {
        var text = Array("sha256-".utf8)
        Base64.append(SHA256.bytes(of: bytes.span), to: &text)
        return text
    }

    private static func bytes(_ start: UnsafePointer<UInt8>, _ count: Int) -> [UInt8] {
        Array(UnsafeBufferPointer(start: start, count: count))
    }

    /// The page on which shot changes are marked.
    static let marking = (
        skeleton: bytes(scene_marking_skeleton, scene_marking_skeleton_size),
        style: bytes(scene_marking_style, scene_marking_style_size),
        code: bytes(scene_marking_code, scene_marking_code_size)
    )

    /// The page of an archive.
    static let archive = (
        skeleton: bytes(scene_archive_skeleton, scene_archive_skeleton_size),
        style: bytes(scene_archive_style, scene_archive_style_size),
        code: bytes(scene_archive_code, scene_archive_code_size)
    )

    /// The page on which scenes are searched.
    static let catalogue = (
        skeleton: bytes(scene_catalogue_skeleton, scene_catalogue_skeleton_size),
        style: bytes(scene_catalogue_style, scene_catalogue_style_size),
        code: bytes(scene_catalogue_code, scene_catalogue_code_size)
    )

    /// `skeleton` with each `{{NAME}}` replaced by what `part` appends for the name.
    static func filled(_ skeleton: [UInt8], with part: (String, inout [UInt8]) -> Void) -> [UInt8] {
        var page: [UInt8] = []
        var rest = skeleton[...]
        while let open = rest.firstRange(of: Array("{{".utf8)),
            let close = rest[open.upperBound...].firstRange(of: Array("}}".utf8))
        {
            page += rest[..<open.lowerBound]
            part(String(decoding: rest[open.upperBound..<close.lowerBound], as: UTF8.self), &page)
            rest = rest[close.upperBound...]
        }
        return page + rest
    }

    /// JSON inside a script element: no `<`, so that nothing in it ends the element or begins a comment.
    static func append(inert json: ArraySlice<UInt8>, to page: inout [UInt8]) {
        for byte in json {
            if byte == UInt8(ascii: "<") { page += "\\u003c".utf8 } else { page.append(byte) }
        }
    }

    /// A name from outside as a person may read it: marks that change the direction or hide text are shown as
    /// such. The pages' `shown` in `page/dom.js` does the same.
    static func shown(_ text: String) -> String {
        var shown = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0...0x1f, 0x7f...0x9f, 0x200b...0x200f, 0x2028...0x202e, 0x2060...0x2069, 0xfeff:
                shown.unicodeScalars.append("\u{fffd}")
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    /// Text as the content of an element, or in quotes as the value of an attribute.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
