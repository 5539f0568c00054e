/// Packets of GXF (SMPTE 360M): each tells its length, and one of a kind of its own ends the stream. Nothing
/// begins a link.
struct GXFGrammar: ElementGrammar {
    /// What every packet begins with.
    static let signature: [UInt8] = [0, 0, 0, 0, 1]
    static var hasTrailer: Bool { true }

    /// A file begins with its map.
    static func isStart(_ head: [UInt8]) -> Bool { head.starts(with: signature + [0xbc]) }

    mutating func judge(_ header: [UInt8]) -> ElementAnswer {
        guard header.count >= 16 else { return .more }
        let length = Int64(number(header[6..<10]))
        guard header.starts(with: Self.signature), header[14] == 0xe1, header[15] == 0xe2, length >= 16
        else { return .lost }
        return header[5] == 0xfb ? .trailer : .element(length: length)
    }
}
