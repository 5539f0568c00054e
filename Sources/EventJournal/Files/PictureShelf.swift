internal import DequeModule
package import Platform

/// Small pictures of a feed's run, kept beside its journal: `STATE/journal/FEED/pictures/RUN/PTS.jpg`.
///
/// Holds the newest ones, and of one run: those of another go when it begins. Pictures are for people who
/// look on; nothing is synced, and nothing depends on them. One owner.
package struct PictureShelf {
    private let layout: JournalLayout
    private let files: any DurableFiles
    private var run: String?
    /// PTS of what is there, oldest first.
    private var places: Deque<Int64> = []

    package init(_ layout: JournalLayout, _ files: any DurableFiles) {
        self.layout = layout
        self.files = files
    }

    /// Keeps a picture of instant `pts` of `run`, and lets go of the oldest beyond `most`.
    package mutating func put(
        _ jpeg: [UInt8], at pts: Int64, run: String, most: Int
    ) throws(DurableFileError) {
        if run != self.run { try open(run) }
        try files.overwrite(layout.picturePath(ofRun: run, pts), with: jpeg)
        if places.last != pts { places.append(pts) }
        while places.count > max(1, most) {
            try files.remove(layout.picturePath(ofRun: run, places.removeFirst()))
        }
    }

    /// Takes up what an earlier process left of the run.
    private mutating func open(_ run: String) throws(DurableFileError) {
        for other in try files.names(in: layout.pictures) where other != run && JournalCursor.isRun(other) {
            let folder = layout.pictures(ofRun: other)
            for name in try files.names(in: folder) where JournalLayout.pts(ofPicture: name) != nil {
                try files.remove("\(folder)/\(name)")
            }
            try files.removeDirectory(folder)
        }
        try files.createDirectory(layout.pictures(ofRun: run))
        places = Deque(
            try files.names(in: layout.pictures(ofRun: run)).compactMap(JournalLayout.pts(ofPicture:))
                .sorted())
        self.run = run
    }
}

extension JournalLayout {
    /// Bytes of a picture that is given out, at most.
    private static let largestPicture = 1 << 20

    var pictures: String { "\(directory)/pictures" }

    func pictures(ofRun run: String) -> String { "\(pictures)/\(run)" }

    func picturePath(ofRun run: String, _ pts: Int64) -> String { "\(pictures(ofRun: run))/\(pts).jpg" }

    /// The instant that a picture's file is named after; nil where it is no such name.
    package static func pts(ofPicture name: String) -> Int64? {
        guard name.hasSuffix(".jpg"), let pts = Int64(name.dropLast(4)), name == "\(pts).jpg" else {
            return nil
        }
        return pts
    }

    /// A JPEG of instant `pts` of `run`; nil where there is none. Blocks for the disk.
    package func picture(
        ofRun run: String, at pts: Int64, _ files: any DurableFiles
    ) throws(DurableFileError) -> [UInt8]? {
        let path = picturePath(ofRun: run, pts)
        guard JournalCursor.isRun(run), try files.facts(of: path) != nil else { return nil }
        return try files.read(path, from: 0, count: Self.largestPicture)
    }
}
