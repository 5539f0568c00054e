package import Platform

/// Where a batch's results lie.
package enum ResultFolders {
    /// The places of films that are done, below a folder of results: names with slashes where folders lie in
    /// folders, in no order. What has no `done.json` is no result, and hidden folders are work in progress.
    ///
    /// Complexity: one listing for each folder.
    package static func places(in output: String) throws(DurableFileError) -> [String] {
        let files = PosixFiles()
        var found: [String] = []
        var places = [""]
        while let place = places.popLast() {
            let entries = try files.entries(in: place.isEmpty ? output : "\(output)/\(place)")
            if !place.isEmpty, entries.files.contains(DoneNote.name) {
                found.append(place)
                continue
            }
            for name in entries.folders where !name.hasPrefix(".") {
                places.append(place.isEmpty ? name : "\(place)/\(name)")
            }
        }
        return found
    }

    /// Whether a batch left a list of films that cannot be done: the folder is then one of results, even if
    /// no film is done.
    package static func listsFailures(in output: String) throws(DurableFileError) -> Bool {
        try PosixFiles().entries(in: output).files.contains { BatchFiles.isFailures($0) }
    }
}
