/// Pages of Ogg (RFC 3533, section 6). A page that begins a logical bitstream, after one that does not,
/// begins a link.
struct OggGrammar: ElementGrammar {
    /// A page that begins no bitstream has been seen.
    private var isInside = false

    mutating func judge(_ header: [UInt8]) -> ElementAnswer {
        guard header.count >= 27 else {
            return header.elementsEqual("OggS".utf8.prefix(header.count)) || header.count > 4 ? .more : .lost
        }
        let begins = header[5] & 2 != 0
        if begins, isInside { return .link }
        let segments = Int(header[26])
        guard header.count == 27 + segments else { return .more }
        isInside = isInside || !begins
        let payload = header[27...].reduce(0) { $0 + Int64($1) }
        return .element(length: Int64(header.count) + payload)
    }
}
