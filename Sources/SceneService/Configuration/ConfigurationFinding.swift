/// Something that a configuration asks for and this machine does not give, as things stand: one line with a
/// remedy.
package struct ConfigurationFinding: Hashable, Sendable, CustomStringConvertible {
    /// Path of the key, e.g. `sinks[0].path`.
    package var key: String
    /// What is wrong, and what to do about it.
    package var reason: String
    /// `run` does not start. Otherwise it starts, and what `key` stands for does not work until it is mended.
    package var isRefused = false
    /// It is the state directory that cannot be written.
    package var isOfState = false

    package var description: String { "\(key): \(reason)" }
}
