/// Why the service does not start, or a new configuration is refused.
package struct ServiceFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Whose fault it is.
    package enum Kind: Hashable, Sendable {
        /// The configuration, or what it names.
        case configuration
        /// The state directory.
        case cannotWrite
        /// An address is in use, or cannot be listened on.
        case unavailable
        /// The system gives no descriptor, no thread or no memory.
        case shortage
    }

    package var kind: Kind
    /// One line with a remedy.
    package var description: String

    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
