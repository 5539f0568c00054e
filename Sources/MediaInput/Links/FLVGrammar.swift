/// Tags of FLV (Adobe Flash Video File Format Specification, annex E). A second file header begins a link.
struct FLVGrammar: ElementGrammar {
    private var hasHeader = false

    mutating func judge(_ header: [UInt8]) -> ElementAnswer {
        if header[0] == UInt8(ascii: "F") {
            guard header.count >= 3 else { return .more }
            guard header.elementsEqual("FLV".utf8) || header.count > 3 else { return .lost }
            if hasHeader { return .link }
            guard header.count >= 9 else { return .more }
            hasHeader = true
            // The size of the tag before, 0, follows.
            return .element(length: Int64(number(header[5..<9])) + 4)
        }
        guard [8, 9, 18].contains(header[0] & 0x1f) else { return .lost }
        guard header.count >= 4 else { return .more }
        // 11 bytes of header, the data, the size of both.
        return .element(length: Int64(number(header[1..<4])) + 15)
    }
}
