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

    /// Reads a text that is there already. `rate`: frames a second, for forms that need it and do not say it.
    package static func read(_ file: TextFile, rate: FrameRate? = nil) throws(TextFileError) -> CutList {
        var list = try entries(file, rate)
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

    private static func entries(_ file: TextFile, _ rate: FrameRate?) throws(TextFileError) -> CutList {
        guard let format = ImportFormat.of(file) else { return CutList(entries: []) }
        switch format.reader {
        case .spans(let read):
            return try SpanListFile.checked(read(file, rate), of: file, remedy: format.remedy).cuts
        case .cuts(let read), .either(let read, _):
            let list = try read(file)
            for entry in list.entries {
                let places = [entry.at, entry.mixed?.first, entry.mixed?.last]
                guard places.allSatisfy({ $0?.isUsable ?? true }) else {
                    throw file.malformed("a cut lies outside any film", remedy: format.remedy)
                }
            }
            return list
        }
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
