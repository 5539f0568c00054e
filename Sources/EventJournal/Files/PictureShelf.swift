internal import DequeModule
package import Platform

/// Small pictures of a feed's run, kept beside its journal: `STATE/journal/FEED/pictures/RUN/PTS.jpg`.
///
/// Holds the newest ones, and of one run: those of another go when it begins. Pictures are for people who
/// look on; nothing is synced, and nothing depends on them. One owner.
package struct PictureShelf {
    private let layout: JournalLayout
    private let files: any DurableFiles
    /// Whose pictures `places` names; nil: what is there is to be looked at again.
    private var run: String?
    /// PTS of what is there, each once, oldest first.
    private var places: Deque<Int64> = []

    package init(_ layout: JournalLayout, _ files: any DurableFiles) {
        self.layout = layout
        self.files = files
    }

    /// Keeps a picture of instant `pts` of `run`, and lets go of the oldest beyond `most`. One that is there
    /// already, because the input is read again, takes its own place.
    ///
    /// - Throws: where the disk refuses; the picture is lost then.
    package mutating func put(
        _ jpeg: [UInt8], at pts: Int64, run: String, most: Int
    ) throws(DurableFileError) {
        do throws(DurableFileError) {
            if run != self.run {
                try open(run)
                try files.createDirectory(layout.pictures(ofRun: run))
            }
            let place = self.place(of: pts)
            let isThere = place < places.count && places[place] == pts
            // Older than all of a full shelf: it was let go before.
            if !isThere, place == 0, places.count >= max(1, most) { return }
            try files.overwrite(layout.picturePath(ofRun: run, pts), with: jpeg)
            if !isThere { places.insert(pts, at: place) }
            while places.count > max(1, most) { try removeOldest(of: run) }
        } catch {
            // Somebody may have removed the folder.
            self.run = nil
            throw error
        }
    }

    /// Lets the older half go, for what needs the room more.
    ///
    /// - Returns: how many went.
    package mutating func makeRoom(run: String) throws(DurableFileError) -> Int {
        // Its folder is only looked at: nobody may have asked for pictures.
        try open(run)
        self.run = nil
        let count = (places.count + 1) / 2
        for _ in 0..<count { try removeOldest(of: run) }
        return count
    }

    /// Where `pts` stands in `places`, or belongs. O(log n).
    private func place(of pts: Int64) -> Int {
        var (low, high) = (0, places.count)
        while low < high {
            let middle = (low + high) / 2
            if places[middle] < pts { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func removeOldest(of run: String) throws(DurableFileError) {
        guard let oldest = places.first else { return }
        try files.remove(layout.picturePath(ofRun: run, oldest))
        places.removeFirst()
    }

    /// Takes up what an earlier process left of the run, and removes what nobody asks for any more: pictures
    /// of other runs, and what a crash left of one that was being written.
    private mutating func open(_ run: String) throws(DurableFileError) {
        for other in try files.names(in: layout.pictures) where JournalCursor.isRun(other) {
            let folder = layout.pictures(ofRun: other)
            for name in try files.names(in: folder) {
                let isLeft = other != run && JournalLayout.pts(ofPicture: name) != nil
                if isLeft || JournalLayout.isFreshPicture(name) { try files.remove("\(folder)/\(name)") }
            }
            if other != run { try files.removeDirectory(folder) }
        }
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

    /// Whether a file holds what was written of a picture when a process ended.
    fileprivate static func isFreshPicture(_ name: String) -> Bool {
        name.hasSuffix(PosixFiles.freshSuffix)
            && pts(ofPicture: String(name.dropLast(PosixFiles.freshSuffix.count))) != nil
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
