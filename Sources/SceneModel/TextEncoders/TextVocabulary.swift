internal import Digests

/// The word pieces of CLIP: bytes, bytes that end a word, pieces that merge two others, and the two marks
/// around a text (byte-pair encoding, Sennrich et al. 2016, arXiv 1508.07909).
///
/// Numbers follow from the merges alone: 256 symbols of bytes (`ByteSymbols`), the same at the end of a word,
/// one for each merge, the start, the end.
package struct TextVocabulary: Hashable, Sendable {
    /// Two pieces that become one.
    package struct Merge: Hashable, Sendable {
        package var left: Int32
        package var right: Int32

        package init(left: Int32, right: Int32) { (self.left, self.right) = (left, right) }
    }

    /// In the order in which they are tried.
    package let merges: [Merge]
    private let ranks: [Merge: Int32]

    /// Pieces of one byte.
    static let symbolCount = 512
    /// Numbers beside the merges.
    package static let fixedCount = symbolCount + 2

    /// nil where a merge takes a piece that no merge before it makes, or is there twice. O(merges).
    package init?(merges: [Merge]) {
        var ranks: [Merge: Int32] = [:]
        ranks.reserveCapacity(merges.count)
        for (rank, merge) in merges.enumerated() {
            let known = 0..<Int32(Self.symbolCount + rank)
            guard known.contains(merge.left), known.contains(merge.right),
                ranks.updateValue(Int32(rank), forKey: merge) == nil
            else { return nil }
        }
        (self.merges, self.ranks) = (merges, ranks)
    }

    /// Of all pieces with both marks.
    package var count: Int { merges.count + Self.fixedCount }
    /// Stands before every text.
    package var start: Int { count - 2 }
    /// Stands behind every text; the greatest number of all.
    package var end: Int { count - 1 }

    /// SHA-256 of the merges, each as two numbers in decimal on a line, hexadecimal: equal for equal
    /// vocabularies, whatever file they came in.
    package var digest: String {
        let lines = merges.map { "\($0.left) \($0.right)\n" }.joined()
        return SHA256.digest(of: Array(lines.utf8).span)
    }

    /// The pieces of a word. Takes the merge of lowest rank wherever it applies, from left to right, until
    /// none does. O(bytes squared).
    func pieces(of word: [UInt8]) -> [Int] {
        var pieces = word.map { ByteSymbols.numbers[Int($0)] }
        guard let last = pieces.indices.last else { return [] }
        pieces[last] += 256
        while pieces.count > 1 {
            var best: (rank: Int32, merge: Merge)?
            for (left, right) in zip(pieces, pieces.dropFirst()) {
                let merge = Merge(left: left, right: right)
                if let rank = ranks[merge], rank < best?.rank ?? .max { best = (rank, merge) }
            }
            guard let (rank, merge) = best else { break }
            var (merged, place): ([Int32], Int) = ([], 0)
            while place < pieces.count {
                let isPair =
                    place + 1 < pieces.count && pieces[place] == merge.left
                    && pieces[place + 1] == merge.right
                merged.append(isPair ? Int32(Self.symbolCount) + rank : pieces[place])
                place += isPair ? 2 : 1
            }
            pieces = merged
        }
        return pieces.map(Int.init)
    }
}
