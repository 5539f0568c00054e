/// Boxes of MP4 and QuickTime (ISO/IEC 14496-12, 4.2). A second file type or, between fragments, a second
/// index begins a link, once both an index and media have been seen.
struct BoxGrammar: ElementGrammar {
    private var hasIndex = false
    private var hasMedia = false
    private var hasFragments = false

    /// The head of an input is that of such a file.
    static func isStart(_ head: [UInt8]) -> Bool {
        let names = ["ftyp", "styp", "moov", "wide", "free", "skip", "mdat", "pnot"]
        return head.count >= 8 && names.contains(String(decoding: head[4..<8], as: UTF8.self))
    }

    mutating func judge(_ header: [UInt8]) -> ElementAnswer {
        guard header.count >= 8 else { return .more }
        let isName = header[4..<8].allSatisfy { (0x20..<0x7f).contains($0) || $0 == 0xa9 }
        guard isName else { return .lost }
        let size = number(header[..<4])
        guard size != 1 || header.count >= 16 else { return .more }
        let name = String(decoding: header[4..<8], as: UTF8.self)
        switch name {
        case "ftyp" where hasIndex && hasMedia: return .link
        case "moov" where hasIndex && hasFragments: return .link
        case "moov": hasIndex = true
        case "moof": hasFragments = true
        case "mdat": hasMedia = true
        default: break
        }
        let length = size == 1 ? number(header[8..<16]) : size
        // 0: to the end of the file.
        if length == 0 { return .element(length: .max) }
        return length < 8 ? .lost : .element(length: Int64(clamping: length))
    }
}
