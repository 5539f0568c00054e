/// Chunks of RoQ, as id's games have them: type, size and argument, little endian. Nothing begins a link.
struct RoQGrammar: ElementGrammar {
    /// The chunk in front of all others, whose size says nothing.
    static let signature: [UInt8] = [0x84, 0x10, 0xff, 0xff, 0xff, 0xff]
    private var hasSignature = false

    mutating func judge(_ header: [UInt8]) -> ElementAnswer {
        guard header.count >= 8 else { return .more }
        if header.starts(with: Self.signature) {
            guard !hasSignature else { return .lost }
            hasSignature = true
            return .element(length: 8)
        }
        return header[1] == 0x10 ? .element(length: 8 + Int64(number(header[2..<6].reversed()))) : .lost
    }
}
