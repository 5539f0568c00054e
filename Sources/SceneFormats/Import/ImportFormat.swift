package import TextFiles
internal import Timeline

/// A form in which lists of cuts, scenes and chapters are read, told from its content.
package struct ImportFormat: Sendable {
    /// The table of formats; the first that recognizes a file reads it. Each is declared beside its reader.
    package static let all: [ImportFormat] = [
        .webvtt, .ffmetadata, .matroska, .ogm, .editList, .otio, .chapters, .keyframes, .qpfile, .shotRanges,
        .sceneDetect, .kodi, .losslessCut, .youtube, .jsonArray, .jsonDocument, .events, .jsonLines, .lines,
    ]

    /// How a list says where something lies.
    package enum Counting: Sendable {
        /// Times as players show them, from the start of the file: sound may begin before the first picture.
        case fromStart
        /// Numbers of pictures, or times, from the first picture.
        case fromFirstPicture
        /// Frames at the list's own rate, from the first picture: they stand for times.
        case framesAtRate
    }

    /// How a format is read: the list as it stands, with `remedy` in its errors.
    enum Reader: Sendable {
        /// Changes of shot, in any order and with an entry at 0.
        case cuts(@Sendable (TextFile) throws(TextFileError) -> CutList)
        /// Stretches, in any order. Given is the frame rate that a person knows.
        case spans(@Sendable (TextFile, FrameRate?) throws(TextFileError) -> SpanList)
        /// A list that is read with more care as changes of shot.
        case either(
            cuts: @Sendable (TextFile) throws(TextFileError) -> CutList,
            spans: @Sendable (TextFile, FrameRate?) throws(TextFileError) -> SpanList)
    }

    package let name: String
    /// What a person should write, where a file is refused.
    package let remedy: String
    /// Whether the content, or the name, is that of the format. Says nothing about faults in it.
    package let recognizes: @Sendable (TextFile) -> Bool
    /// How its lists count.
    package let counting: Counting
    let reader: Reader

    init(
        name: String, remedy: String, recognizes: @escaping @Sendable (TextFile) -> Bool,
        read: @escaping @Sendable (TextFile) throws(TextFileError) -> CutList
    ) {
        self.init(name: name, remedy: remedy, recognizes: recognizes, reader: .cuts(read))
    }

    init(
        name: String, remedy: String, counting: Counting = .fromFirstPicture,
        recognizes: @escaping @Sendable (TextFile) -> Bool, reader: Reader
    ) {
        self.name = name
        self.remedy = remedy
        self.counting = counting
        self.recognizes = recognizes
        self.reader = reader
    }

    /// The first format that recognizes `file`.
    package static func of(_ file: TextFile) -> ImportFormat? { all.first { $0.recognizes(file) } }
}

extension TextFile {
    /// The first line that is no comment; empty where there is none.
    var beginning: String { lines.first { !$0.text.hasPrefix("#") }?.text ?? "" }
}
