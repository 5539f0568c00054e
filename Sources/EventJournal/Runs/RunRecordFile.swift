package import Platform

/// What a run's events come to, from its journal: the record kept beside the segments, and the events behind
/// it.
package struct RunRecordFile {
    /// What of a run is no longer there although its files look sound.
    package enum Gone: Hashable, Sendable {
        /// Events behind the saved record, in front of the oldest that is kept.
        case beginning
        /// Events that were on disk when the record was written.
        case end
    }

    private static let largest: Int64 = 1 << 20

    private let layout: JournalLayout
    private let files: any DurableFiles

    package init(_ layout: JournalLayout, _ files: any DurableFiles) {
        self.layout = layout
        self.files = files
    }

    /// Reads the record and what came after it; a damaged record is set aside, and all events are read. A run
    /// without events gives an empty record.
    ///
    /// Never fails: where some of the events cannot be read, the record is of the others, and `isPartial`, so
    /// that another run begins.
    ///
    /// - Parameters:
    ///   - run: the run.
    ///   - last: `seq` of its last event.
    /// - Returns: the record, why it could not be read as a whole, what of the run is no longer there, and
    ///   why the saved record was of no use, one line.
    package func read(run: String, last: Int64) -> (
        record: RunRecord, trouble: DurableFileError?, gone: Gone?, unusable: String?
    ) {
        let saved = KeptFile(layout.recordPath(ofRun: run), largest: Self.largest, files)
            .read { RunRecord(file: $0) }
        var record = saved.value ?? RunRecord()
        if record.sequence > last {
            // Somebody has removed events that were on disk when it was written.
            record.isPartial = true
            return (record, nil, .end, saved.trouble)
        }
        var (trouble, gone): (DurableFileError?, Gone?) = (nil, nil)
        var reader = JournalReader(
            layout, after: JournalCursor(run: run, sequence: record.sequence), files: files)
        do {
            while true {
                let piece = try reader.next()
                trouble = trouble ?? piece.unreadable
                if piece.expired?.run == run, piece.missingEvents == 0 { gone = .beginning }
                if piece.run == run { for line in piece.lines { record.take(line) } }
                if piece.isEnd || piece.run > run { break }
            }
        } catch {
            trouble = trouble ?? error
        }
        if record.sequence < last { record.isPartial = true }
        return (record, trouble, gone, saved.trouble)
    }

    /// Replaces the record. Everything in it is on disk.
    package func write(_ record: RunRecord, run: String) throws(DurableFileError) {
        try files.replace(layout.recordPath(ofRun: run), with: record.file)
    }
}
