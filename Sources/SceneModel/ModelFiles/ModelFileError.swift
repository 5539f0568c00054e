internal import JSONText
internal import TensorFiles

/// Why a model file cannot be used: one line that names the file and a remedy.
package struct ModelFileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What kind of fault it is; more may come.
    package enum Code: Equatable, Sendable {
        /// The file could not be opened or read.
        case unreadable
        /// The file could not be written.
        case unwritable
        /// Another format than safetensors.
        case foreignFormat
        /// The header breaks the format's rules.
        case malformedHeader
        /// A tensor that the model needs is not there.
        case missingTensor
        /// A tensor has another shape, element type or content than the model needs.
        case unsuitableTensor
        /// A `scened.*` entry of the metadata is wrong.
        case unsuitableMetadata
        /// The encoder's vectors in the chosen precision are too far from those of float32.
        case unsuitablePrecision
        /// The model was made for another encoder.
        case encoderMismatch
    }

    package let code: Code
    /// File as the user named it.
    package let path: String
    /// What is wrong.
    package let detail: String
    /// What to do about it.
    package let remedy: String

    package init(_ code: Code, path: String, detail: String, remedy: String) {
        self.code = code
        self.path = path
        self.detail = detail
        self.remedy = remedy
    }

    /// What `TensorFiles` said about a file; its text ends with a remedy behind the last semicolon.
    init(_ error: TensorFileError, path: String) {
        let pieces = error.description.split(separator: "; ")
        self.init(
            error.reason == .unreadable ? .unreadable : .foreignFormat, path: path,
            detail: pieces.dropLast().joined(separator: "; "), remedy: pieces.last.map(String.init) ?? "")
    }

    package var description: String { "\(Self.oneLine(path)): \(detail): \(remedy)" }

    /// Names out of a file, quoted and cut: they may hold line breaks and be of any length.
    static func quoted(_ name: String) -> String {
        let limit = 100
        return JSONLine.quoted(name.count > limit ? name.prefix(limit) + "..." : name)
    }

    private static func oneLine(_ path: String) -> String {
        path.unicodeScalars.contains { $0.properties.generalCategory == .control }
            ? JSONLine.quoted(path) : path
    }
}
