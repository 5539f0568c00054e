/// Why a file of embeddings cannot be used: one line that ends with a remedy.
package struct EmbeddingFileError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// The file could not be opened.
        case unreadable
        /// The file could not be written.
        case unwritable
        /// The file is of another kind, damaged, or contradicts itself.
        case unusable
    }

    package let code: Code
    package let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
