package import TextFiles

/// Sentences that tag scenes: a file of lines `name<TAB>sentence`. Empty lines do not count.
package struct SentenceList: Sendable {
    package let names: [String]
    package let sentences: [String]

    /// Lines, at most, and bytes of a name and of a sentence.
    package static let most = 1000
    private static let (longestName, longestSentence) = (200, 10_000)

    /// Throws, with the number of the line, where a name or a sentence is missing, a name stands twice, or
    /// either holds what no sentence does.
    package init(_ file: TextFile) throws(TextFileError) {
        var (names, sentences): ([String], [String]) = ([], [])
        var lines: [String: Int] = [:]
        let text = file.text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (place, line) in text.enumerated() {
            func refuse(_ problem: String, _ remedy: String) -> TextFileError {
                file.malformed(problem, line: place + 1, remedy: remedy)
            }
            guard !line.allSatisfy({ Self.isBlank($0) }) else { continue }
            let parts = line.split(separator: 9, maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw refuse("has no tab between a name and a sentence", "write name, tab, sentence")
            }
            let (name, sentence) = (Self.trimmed(parts[0]), Self.trimmed(parts[1]))
            guard !name.isEmpty else { throw refuse("has no name", "write name, tab, sentence") }
            guard !sentence.isEmpty else {
                throw refuse("has no sentence", "say after the tab what scenes of that name show")
            }
            guard name.utf8.count <= Self.longestName, sentence.utf8.count <= Self.longestSentence else {
                throw refuse(
                    "has a name of more than \(Self.longestName) bytes, or a sentence of more than \(Self.longestSentence)",
                    "shorten it")
            }
            guard !(name + sentence).unicodeScalars.contains(where: Self.isControl) else {
                throw refuse(
                    "holds a control character", "leave it out; one tab stands between name and sentence")
            }
            guard
                let mark = ["<|startoftext|>", "<|endoftext|>"].first(where: sentence.lowercased().contains)
            else {
                if let first = lines.updateValue(place + 1, forKey: name) {
                    throw refuse("has the name of line \(first)", "give each sentence a name of its own")
                }
                names.append(name)
                sentences.append(sentence)
                continue
            }
            throw refuse("holds \(mark), a mark of CLIP", "write plain sentences")
        }
        guard names.count >= 2 else {
            throw file.malformed(
                names.isEmpty ? "holds no sentence" : "holds one sentence, and shares compare sentences",
                remedy: "give two or more lines of name, tab, sentence, one of them for what else scenes show"
            )
        }
        guard names.count <= Self.most else {
            throw file.malformed(
                "holds \(names.count) sentences, more than \(Self.most)", remedy: "give fewer")
        }
        (self.names, self.sentences) = (names, sentences)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    private static func trimmed(_ bytes: Substring.UTF8View.SubSequence) -> String {
        guard let first = bytes.firstIndex(where: { !isBlank($0) }),
            let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(Substring(bytes[first...last]))
    }
}
