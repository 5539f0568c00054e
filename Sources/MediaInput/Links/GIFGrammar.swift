/// Blocks of GIF (Graphics Interchange Format, version 89a). A trailer ends them, and nothing begins a link.
struct GIFGrammar: ElementGrammar {
    static let signature = Array("GIF8".utf8)
    static var hasTrailer: Bool { true }

    private enum Place {
        case header, blocks
        /// Within a block, whose data are in pieces of up to 255 bytes; an empty one ends them.
        case data
    }
    private var place = Place.header

    mutating func judge(_ header: [UInt8]) -> ElementAnswer {
        switch (place, header[0]) {
        case (.header, _):
            guard header.count >= 13 else { return .more }
            place = .blocks
            return .element(length: 13 + Self.tableLength(header[10]))
        case (.data, let length):
            if length == 0 { place = .blocks }
            return .element(length: 1 + Int64(length))
        case (.blocks, UInt8(ascii: "!")):
            guard header.count >= 2 else { return .more }
            place = .data
            return .element(length: 2)
        case (.blocks, UInt8(ascii: ",")):
            guard header.count >= 10 else { return .more }
            place = .data
            // Behind the table stands the size of the codes.
            return .element(length: 11 + Self.tableLength(header[9]))
        case (.blocks, UInt8(ascii: ";")): return .trailer
        case (.blocks, _): return .lost
        }
    }

    /// Bytes of a table of colors, by the flags of the block in front of it.
    private static func tableLength(_ flags: UInt8) -> Int64 {
        flags & 0x80 == 0 ? 0 : 3 << (Int64(flags & 7) + 1)
    }
}
