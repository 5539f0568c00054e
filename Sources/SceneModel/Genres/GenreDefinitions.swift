package import NeuralNet

/// Genres by name, with a sentence each.
package struct GenreDefinitions: Equatable, Sendable {
    package let names: [String]
    package let sentences: [String]
    /// SHA-256 of the file that they came from, hexadecimal.
    package let digest: String

    /// Two or more, names without control characters and each once, as a file of sentences has them.
    package init(names: [String], sentences: [String], digest: String) {
        precondition(names.count == sentences.count && names.count > 1, "a sentence for each of two genres")
        self.names = names
        self.sentences = sentences
        self.digest = digest
    }

    /// What the text tower reads of them.
    package func texts(_ kind: GenreText) -> [String] {
        switch kind {
        case .sentences: return sentences
        case .names: return names
        case .shuffled:
            var random = RandomStream(seed: 1, purpose: .synthesis)
            let words = sentences.map { $0.split(separator: " ") }
            let all = words.flatMap(\.self)
            var drawn = random.permutation(all.count).map { all[$0] }[...]
            return words.map { own in
                defer { drawn = drawn.dropFirst(own.count) }
                return drawn.prefix(own.count).joined(separator: " ")
            }
        }
    }
}

/// What the text tower reads of a genre.
package enum GenreText: String, Sendable, CaseIterable {
    /// Its sentence.
    case sentences
    /// Its name: a row of the paper's table.
    case names
    /// As many words as its sentence has, by chance of all sentences: a control. To exchange whole sentences
    /// would be none: A G is a sum over genres, whatever their names.
    case shuffled
}

/// How genres go into the embeddings of shots.
package struct GenreSettings: Equatable, Sendable {
    package var affinity: GenreAffinity.Rule
    package var fusion: GenreFusion.Form
    package var text: GenreText

    package init(
        affinity: GenreAffinity.Rule = .cosine(temperature: 0.05), fusion: GenreFusion.Form = .residual,
        text: GenreText = .sentences
    ) {
        self.affinity = affinity
        self.fusion = fusion
        self.text = text
    }

    /// Whether every shot that shows something has the same mixture, so that no affinities need be known.
    package var isBlind: Bool { affinity == .uniform || fusion == .bias }
}
