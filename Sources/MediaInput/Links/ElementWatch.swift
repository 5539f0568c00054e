/// Walks over the elements of a container, one header after the other, without looking into what they hold.
struct ElementWatch<Grammar: ElementGrammar>: LinkWatch {
    private var grammar: Grammar
    /// The header that is being read.
    private var header: [UInt8] = []
    /// Bytes of the element that are still to pass.
    private(set) var rest: Int64 = 0
    /// What stands here is none of the format's elements: nothing more will be found.
    private var isLost = false
    /// The container has ended; what stands here is nobody's.
    private var isOver = false

    init(_ grammar: Grammar) { self.grammar = grammar }

    var isInside: Bool? {
        if Grammar.hasTrailer { return !isOver }
        return isLost ? nil : rest > 0 || !header.isEmpty
    }

    mutating func skip(_ count: Int64) -> Bool {
        if isOver { return true }
        guard !isLost, header.isEmpty, rest >= count else { return false }
        rest -= count
        return true
    }

    mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>) -> LinkStart? {
        var index = 0
        while index < bytes.count, !isLost, !isOver {
            if rest > 0 {
                let passed = Int(min(rest, Int64(bytes.count - index)))
                rest -= Int64(passed)
                index += passed
                continue
            }
            header.append(bytes[index])
            index += 1
            switch grammar.judge(header) {
            case .more: break
            case .element(let length):
                rest = max(0, length - Int64(header.count))
                header = []
            case .link:
                // Its first bytes may have been scanned before.
                let early = max(0, header.count - index)
                return LinkStart(offset: max(0, index - header.count), prefix: Array(header.prefix(early)))
            case .trailer: isOver = true
            case .lost: isLost = true
            }
        }
        return nil
    }
}

/// What the beginning of an element says.
enum ElementAnswer: Equatable {
    /// More bytes are needed.
    case more
    /// The element has so many bytes, its header included; 0: what it holds is walked over, too.
    case element(length: Int64)
    /// The element begins another link.
    case link
    /// It ends the container.
    case trailer
    /// It is none of the format's.
    case lost
}

/// How the elements of one container begin.
protocol ElementGrammar {
    /// The container is whole only with an element that ends it.
    static var hasTrailer: Bool { get }

    /// Takes the bytes of an element from its first one on, one more with each call until the answer is not
    /// `.more`.
    mutating func judge(_ header: [UInt8]) -> ElementAnswer
}

extension ElementGrammar {
    static var hasTrailer: Bool { false }

    /// `bytes` as a number, the first byte highest.
    func number(_ bytes: some Sequence<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}
