/// Texts in, the numbers of CLIP's word pieces out.
package struct TextTokenizer: Sendable {
    package let vocabulary: TextVocabulary
    /// C: numbers that the text tower takes at most, with the marks of start and end.
    package let length: Int

    package init(_ vocabulary: TextVocabulary, length: Int) {
        precondition(length > 2, "room between the marks")
        (self.vocabulary, self.length) = (vocabulary, length)
    }

    /// Pieces that a text may have.
    package var room: Int { length - 2 }

    /// The pieces of a text, word by word, without marks. Marks that a text spells out are text. O(bytes),
    /// and the square of the longest word.
    package func words(of text: String) -> [[Int]] {
        TextWords.words(of: text).map(vocabulary.pieces)
    }

    /// What the tower takes: the start, the pieces, the end; beyond C pieces the last becomes the end.
    package func sequence(_ pieces: [Int]) -> [Int] {
        [vocabulary.start] + pieces.prefix(room) + [vocabulary.end]
    }

    /// The same of a text.
    package func sequence(of text: String) -> [Int] { sequence(words(of: text).flatMap(\.self)) }
}
