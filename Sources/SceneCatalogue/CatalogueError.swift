/// A catalogue that cannot be made, read or asked: one line that ends with a remedy.
package struct CatalogueError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// It cannot be opened.
        case unreadable
        /// It is no catalogue, or one of a later version, or damaged; or results are.
        case unusable
        /// It cannot be written.
        case unwritable
        /// Another program writes to it.
        case taken
        /// The question is wrong.
        case question
    }

    package let code: Code
    package let description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
