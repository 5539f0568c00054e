package import TextFiles
package import Timeline

/// Lists of cuts in any of the forms of `ImportFormat.all`.
///
/// An empty list is allowed where the form can be told: a film of one shot. The start of the film is no cut;
/// an entry at 0 is left out.
package enum CutListFile {
    /// Reads the file at `path`.
    package static func read(path: String) throws(TextFileError) -> CutList {
        try read(TextFile(path: path))
    }

    /// Reads a text that is there already.
    package static func read(_ file: TextFile) throws(TextFileError) -> CutList {
        var list = try entries(file)
        list.entries.removeAll { $0.at == .frame(0) || $0.at == .seconds(0) }
        for (left, right) in zip(list.entries, list.entries.dropFirst()) {
            let isOrdered =
                switch (left.at, right.at) {
                case (.frame(let left), .frame(let right)): left < right
                case (.seconds(let left), .seconds(let right)): left < right
                default: false
                }
            guard isOrdered else {
                throw file.malformed(
                    "the cuts at \(left.at) and \(right.at) are not in order, or not in one unit",
                    remedy: "list every cut once, in order of time, all in frames or all in seconds")
            }
        }
        return list
    }

    /// The greatest frame number or count of seconds a list may hold.
    static let limit = 1e9

    private static func entries(_ file: TextFile) throws(TextFileError) -> CutList {
        guard let format = ImportFormat.all.first(where: { $0.recognizes(file) }) else {
            return CutList(entries: [])
        }
        let list = try format.read(file)
        for entry in list.entries {
            let isUsable = [entry.at, entry.mixed?.first, entry.mixed?.last].allSatisfy { place in
                switch place {
                case .frame(let frame): frame >= 0 && Double(frame) <= limit
                case .seconds(let seconds): 0...limit ~= seconds
                case nil: true
                }
            }
            guard isUsable else {
                throw file.malformed("a cut lies outside any film", remedy: format.remedy)
            }
        }
        return list
    }
}
