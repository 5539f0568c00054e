package import TextFiles
internal import Timeline

/// Lists of scenes, chapters and clips in those forms of `ImportFormat.all` that hold stretches of a film.
package enum SpanListFile {
    /// Reads a text; nil where its form holds no stretches, or is none that is known. `rate`: frames a
    /// second, for forms that need it and do not say it.
    package static func read(_ file: TextFile, rate: FrameRate? = nil) throws(TextFileError) -> SpanList? {
        guard let format = ImportFormat.of(file) else { return nil }
        switch format.reader {
        case .cuts: return nil
        case .spans(let read), .either(_, let read):
            var list = try checked(read(file, rate), of: file, remedy: format.remedy)
            list.counting = format.counting
            return list
        }
    }

    /// The list in order of time. Chapters within others go: the outer ones are scenes.
    static func checked(
        _ list: SpanList, of file: TextFile, remedy: String
    ) throws(TextFileError) -> SpanList {
        var list = list
        for span in list.spans {
            guard span.start.isUsable, span.end?.isUsable ?? true,
                span.end.map({ !($0 < span.start) }) ?? true
            else {
                throw file.malformed(
                    "a scene lies outside any film, or ends before it begins", remedy: remedy)
            }
        }
        list.spans.sort { $0.start < $1.start }
        var kept: [SpanList.Span] = []
        for span in list.spans {
            if let last = kept.last {
                // Of several that begin at once the longest counts.
                if !(last.start < span.start) {
                    if let end = span.end, let lastEnd = last.end, lastEnd < end {
                        kept[kept.count - 1] = span
                    }
                    continue
                }
                if let end = last.end, span.start < end { continue }
            }
            kept.append(span)
        }
        list.spans = kept
        return list
    }
}
