import CFFmpeg

/// Corrects the tags of a film that are not true of a piece of it.
struct PieceTags {
    /// Of the first picture; nil: not known.
    let timecode: String?
    /// The piece begins where the film does.
    let isFirst: Bool

    /// Takes away what counts the whole film, and puts the piece's timecode in place of the film's.
    func correct(_ tags: inout OpaquePointer?) {
        var keys: [String] = []
        var entry: UnsafeMutablePointer<AVDictionaryEntry>?
        while let next = av_dict_get(tags, "", entry, AV_DICT_IGNORE_SUFFIX) {
            keys.append(String(cString: next.pointee.key))
            entry = next
        }
        for key in keys where Self.counts(key) { av_dict_set(&tags, key, nil, 0) }
        guard !isFirst, av_dict_get(tags, Self.start, nil, 0) != nil else { return }
        if let timecode {
            av_dict_set(&tags, Self.start, timecode, 0)
        } else {
            av_dict_set(&tags, Self.start, nil, 0)
        }
    }

    private static let start = "timecode"

    /// The statistics that mkvmerge writes, a language behind some of them: `BPS`, `NUMBER_OF_FRAMES-eng`.
    static func counts(_ key: String) -> Bool {
        let name = key.uppercased().prefix { $0 != "-" }
        return name == "BPS" || name == "DURATION" || name.hasPrefix("NUMBER_OF_")
            || name.hasPrefix("_STATISTICS_")
    }
}
