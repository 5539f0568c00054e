internal import CReportPage
internal import Crypto

/// The page's own files, as they lie in `Sources/CReportPage/page`.
enum PageParts {
    static let skeleton = bytes(scene_report_skeleton, scene_report_skeleton_size)
    static let style = bytes(scene_report_style, scene_report_style_size)
    static let code = bytes(scene_report_code, scene_report_code_size)

    /// What the page's security policy lets run and apply: `sha256-` and the digest in Base64 (CSP Level 3,
    /// 6.7.3).
    static let styleHash = hash(style)
    static let codeHash = hash(code)

    private static func hash(_ bytes: [UInt8]) -> [UInt8] {
        var text = Array("sha256-".utf8)
        Base64.append(Array(SHA256.hash(data: bytes)), to: &text)
        return text
    }

    private static func bytes(_ start: UnsafePointer<UInt8>, _ count: Int) -> [UInt8] {
        Array(UnsafeBufferPointer(start: start, count: count))
    }
}
