/// What is wrong with a configuration file: one line that names the place and the remedy.
package struct ConfigurationError: Error, Hashable, Sendable {
    /// The file, as the user named it.
    package var file: String
    /// Line in the file, from 1; nil where the whole file is meant.
    package var line: Int?
    /// Path of the key, e.g. `feeds[1].deadline`; nil where the text is no YAML.
    package var key: String?
    /// What is wrong, and what to write instead. Holds no value that may be secret.
    package var reason: String

    package init(file: String, line: Int? = nil, key: String? = nil, reason: String) {
        self.file = file
        self.line = line
        self.key = key
        self.reason = reason
    }
}

extension ConfigurationError: CustomStringConvertible {
    /// `file:line: key: reason`.
    package var description: String {
        var text = file
        if let line { text += ":\(line)" }
        if let key { text += ": \(key)" }
        return text + ": " + reason
    }
}
