/// Elements of Matroska and WebM (RFC 8794, section 5; RFC 9559). A second EBML header begins a link.
struct MatroskaGrammar: ElementGrammar {
    private static let document: UInt64 = 0x1a45_dfa3
    /// Segment and Cluster, the elements whose size may be unknown.
    private static let open: Set<UInt64> = [0x1853_8067, 0x1f43_b675]
    private var hasDocument = false

    mutating func judge(_ header: [UInt8]) -> ElementAnswer {
        let nameLength = header[0].leadingZeroBitCount + 1
        guard nameLength <= 4 else { return .lost }
        guard header.count >= nameLength else { return .more }
        let name = number(header[..<nameLength])
        if name == Self.document, hasDocument { return .link }
        guard header.count > nameLength else { return .more }
        let sizeLength = header[nameLength].leadingZeroBitCount + 1
        guard sizeLength <= 8 else { return .lost }
        guard header.count >= nameLength + sizeLength else { return .more }
        hasDocument = hasDocument || name == Self.document
        let unknown = UInt64(1) << (7 * UInt64(sizeLength)) - 1
        let size = number(header[nameLength...]) & unknown
        if size == unknown { return Self.open.contains(name) ? .element(length: 0) : .lost }
        return .element(length: Int64(header.count) + Int64(size))
    }
}
