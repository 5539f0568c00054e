internal import Digests
package import SceneModel
package import TextFiles

extension GenreDefinitions {
    /// A file of genres, one a line: name, tab, sentence. Its rules are those of `SentenceList`.
    package init(_ file: TextFile) throws(TextFileError) {
        let list = try SentenceList(file)
        self.init(
            names: list.names, sentences: list.sentences,
            digest: SHA256.digest(of: Array(file.text.utf8).span))
    }
}
