package import TextFiles
internal import Timeline

/// A form in which lists of cuts are read, told from its content.
package struct ImportFormat: Sendable {
    /// The table of formats; the first that recognizes a file reads it. Each is declared beside its reader.
    package static let all: [ImportFormat] = [
        .shotRanges, .sceneDetect, .jsonArray, .jsonDocument, .events, .jsonLines, .lines,
    ]

    package let name: String
    /// What a person should write, where a file is refused.
    package let remedy: String
    /// Whether the content, or the name, is that of the format. Says nothing about faults in it.
    package let recognizes: @Sendable (TextFile) -> Bool
    /// The list as it stands, in any order and with its entry at 0; with `remedy` in its errors.
    let read: @Sendable (TextFile) throws(TextFileError) -> CutList
}

extension TextFile {
    /// The first line that is no comment; empty where there is none.
    var beginning: String { lines.first { !$0.text.hasPrefix("#") }?.text ?? "" }
}
