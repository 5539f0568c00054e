/// A list, an option or a note that cannot be used: one line that ends with a remedy.
package struct BatchError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
