package import TextFiles
package import Timeline

/// Lists of cuts in any of the forms of `ImportFormat.all`; of scenes and chapters, where they begin.
///
/// An empty list is allowed where the form can be told: a film of one shot. The start of the film is no cut;
/// an entry at 0 is left out.
package enum CutListFile {
    /// Reads the file at `path`.
    package static func read(path: String, rate: FrameRate? = nil) throws(TextFileError) -> CutList {
        try read(TextFile(path: path), rate: rate)
    }

    /// Reads a text that is there already, as it counts.
    ///
    /// - Parameters:
    ///   - file: the text.
    ///   - rate: frames a second, for forms that need it and do not say it.
    ///   - startOffset: microseconds from where the film starts, as players count, to its first picture:
    ///     times that count so are brought to the first picture.
    /// - Returns: the list.
    /// - Throws: why it cannot be read.
    package static func read(
        _ file: TextFile, rate: FrameRate? = nil, startOffset: Int64 = 0
    ) throws(TextFileError) -> CutList {
        let (list, format, _) = try entries(file, rate)
        return try checked(
            format.counting == .fromStart ? list.earlier(by: Double(startOffset) / 1_000_000) : list,
            of: file)
    }

    /// Reads a list whose places are to be found among the pictures of a film, in the order of reading.
    ///
    /// - Parameters:
    ///   - file: the text.
    ///   - film: asked for where the list needs it; gives nil where nothing is known of the film.
    /// - Returns: the list from the first picture. Frames at a rate are numbers of pictures where the film
    ///   shows its pictures at that rate, or may, and times where it does not, and where scened wrote them.
    /// - Throws: why it cannot be read.
    package static func read(
        _ file: TextFile, for film: () -> FilmBeginning?
    ) throws(TextFileError) -> CutList {
        let (list, format, spans) = try entries(file, nil)
        switch format.counting {
        case .fromFirstPicture: break
        case .fromStart:
            return try checked(list.earlier(by: Double(film()?.startOffset ?? 0) / 1_000_000), of: file)
        case .framesAtRate:
            guard let spans, let rate = spans.rate, var timed = spans.timedCuts else { break }
            let isOfOtherRate = film().map { !$0.shows(rate) } ?? false
            guard spans.isOwn || isOfOtherRate else { break }
            // The picture that was meant lies within half a frame of the list.
            if isOfOtherRate { timed.slack = 0.5 / rate.value }
            return try checked(timed, of: file)
        }
        return try checked(list, of: file)
    }

    /// The list without what is no cut.
    private static func checked(_ list: CutList, of file: TextFile) throws(TextFileError) -> CutList {
        var list = list
        list.entries.removeAll { $0.at == .frame(0) || $0.at == .seconds(0) }
        for (left, right) in zip(list.entries, list.entries.dropFirst()) where !(left.at < right.at) {
            throw file.malformed(
                "the cuts at \(left.at) and \(right.at) are not in order, or not in one unit",
                remedy: "list every cut once, in order of time, all in frames or all in seconds")
        }
        return list
    }

    /// The greatest frame number or count of seconds a list may hold.
    static let limit = 1e9

    /// The list as it stands, its format, and its spans where it holds such.
    private static func entries(
        _ file: TextFile, _ rate: FrameRate?
    ) throws(TextFileError) -> (list: CutList, format: ImportFormat, spans: SpanList?) {
        guard let format = ImportFormat.of(file) else {
            throw file.malformed(
                "holds no list of cuts", remedy: "give a list, such as the first frame of each shot on a line"
            )
        }
        switch format.reader {
        case .spans(let read):
            let spans = try SpanListFile.checked(read(file, rate), of: file, remedy: format.remedy)
            return (spans.cuts, format, spans)
        case .cuts(let read), .either(let read, _):
            let list = try read(file)
            for entry in list.entries {
                let places = [entry.at, entry.mixed?.first, entry.mixed?.last]
                guard places.allSatisfy({ $0?.isUsable ?? true }) else {
                    throw file.malformed("a cut lies outside any film", remedy: format.remedy)
                }
            }
            return (list, format, nil)
        }
    }
}

extension CutList {
    /// By how much a time in whole milliseconds, rounded up, may lie behind its picture, in seconds.
    private static let rounding = 0.001_5

    /// The list with its times `seconds` earlier. What then lies in front of the first picture lies on it.
    fileprivate func earlier(by seconds: Double) -> CutList {
        guard seconds > 0 else { return self }
        func earlier(_ position: FilmPosition) -> FilmPosition {
            guard case .seconds(let time) = position else { return position }
            return .seconds(time - seconds < Self.rounding ? 0 : time - seconds)
        }
        var list = self
        for index in list.entries.indices {
            list.entries[index].at = earlier(list.entries[index].at)
            list.entries[index].mixed = list.entries[index].mixed.map {
                Mixed(first: earlier($0.first), last: earlier($0.last))
            }
        }
        return list
    }
}

extension FilmPosition {
    /// Within any film.
    var isUsable: Bool {
        switch self {
        case .frame(let frame): frame >= 0 && Double(frame) <= CutListFile.limit
        case .seconds(let seconds): 0...CutListFile.limit ~= seconds
        }
    }

    /// Both in one unit, and in order.
    static func < (left: FilmPosition, right: FilmPosition) -> Bool {
        switch (left, right) {
        case (.frame(let left), .frame(let right)): left < right
        case (.seconds(let left), .seconds(let right)): left < right
        default: false
        }
    }
}
