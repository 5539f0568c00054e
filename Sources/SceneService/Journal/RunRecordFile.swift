/// What a run's events come to, from its journal: the record kept beside the segments, and the events behind it.
struct RunRecordFile {
    private let layout: JournalLayout
    private let files: any JournalFiles

    init(_ layout: JournalLayout, _ files: any JournalFiles) {
        self.layout = layout
        self.files = files
    }

    /// Reads the record and what came after it; a damaged record is passed over, and all events are read. A run without
    /// events gives an empty record.
    func read(run: String) throws(JournalFileError) -> RunRecord {
        var record = try saved(run: run) ?? RunRecord()
        var reader = JournalReader(
            layout, after: JournalCursor(run: run, sequence: record.sequence), files: files)
        while true {
            let piece = try reader.next()
            if piece.run == run { for line in piece.lines { record.take(line) } }
            if piece.isEnd || piece.run > run { return record }
        }
    }

    /// Replaces the record. Everything in it is on disk.
    func write(_ record: RunRecord, run: String) throws(JournalFileError) {
        try files.replace(layout.recordPath(ofRun: run), with: record.file)
    }

    private func saved(run: String) throws(JournalFileError) -> RunRecord? {
        let path = layout.recordPath(ofRun: run)
        guard let size = try files.facts(of: path)?.size, size < 1 << 16 else { return nil }
        return RunRecord(file: try files.read(path, from: 0, count: Int(size)))
    }
}
