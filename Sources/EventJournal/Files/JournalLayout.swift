package import Platform

/// Where a feed's journal stands: `STATE/journal/FEED/RUN/FIRST.jsonl`, FIRST being the `seq` of the
/// segment's first event in 20 digits.
package struct JournalLayout: Hashable, Sendable {
    /// The feed's folder.
    package let directory: String

    package init(state: String, feed: String) { directory = "\(state)/journal/\(feed)" }

    package init(directory: String) { self.directory = directory }

    package func directory(ofRun run: String) -> String { "\(directory)/\(run)" }

    /// The state directory that a feed's folder belongs to; nil where it stands elsewhere: in no place that a
    /// service writes to.
    package var state: String? {
        let folders = directory.split(separator: "/", omittingEmptySubsequences: true)
        guard directory.hasPrefix("/"), folders.count >= 2, folders[folders.count - 2] == "journal" else {
            return nil
        }
        return "/" + folders.dropLast(2).joined(separator: "/")
    }

    /// What the run's events come to, up to some `seq`: `RunRecord`.
    package func recordPath(ofRun run: String) -> String { "\(directory)/\(run)/record.json" }

    /// What a live feed goes on from after a crash: `CheckpointFile`.
    package func checkpointPath(ofRun run: String) -> String { "\(directory)/\(run)/checkpoint" }

    /// What may stand beside a run's segments and goes with the last of them: the record and the checkpoint,
    /// what a crash left of one that was being written, and one that was set aside.
    func companions(ofRun run: String) -> [String] {
        [recordPath(ofRun: run), checkpointPath(ofRun: run)].flatMap { path in
            [path, path + PosixFiles.freshSuffix, path + KeptFile.damagedSuffix]
        }
    }

    package func path(_ segment: JournalSegment) -> String {
        let digits = String(segment.first)
        let zeros = String(repeating: "0", count: max(0, 20 - digits.count))
        return "\(directory)/\(segment.run)/\(zeros)\(digits).jsonl"
    }

    /// Runs on disk, oldest first.
    package func runs(_ files: some DurableFiles) throws(DurableFileError) -> [String] {
        try files.names(in: directory).filter { JournalCursor.isRun($0) }.sorted()
    }

    /// Segments of a run, oldest first. Files with other names are left alone.
    package func segments(ofRun run: String, _ files: some DurableFiles) throws(DurableFileError)
        -> [JournalSegment]
    {
        try files.names(in: directory(ofRun: run)).compactMap { name in
            guard name.utf8.count == 26, name.hasSuffix(".jsonl"), let first = Int64(name.dropLast(6)),
                1...JournalCursor.largestSequence ~= first
            else { return nil }
            return JournalSegment(run: run, first: first)
        }.sorted()
    }

    /// Names of the feeds that have a journal under `state`, sorted.
    package static func feeds(state: String, _ files: some DurableFiles) throws(DurableFileError) -> [String]
    {
        try files.names(in: "\(state)/journal").filter(FeedName.isValid).sorted()
    }
}

/// One file of a journal.
package struct JournalSegment: Hashable, Sendable, Comparable {
    package var run: String
    /// `seq` of its first event.
    package var first: Int64

    package init(run: String, first: Int64) {
        self.run = run
        self.first = first
    }

    package static func < (left: JournalSegment, right: JournalSegment) -> Bool {
        (left.run, left.first) < (right.run, right.first)
    }
}
