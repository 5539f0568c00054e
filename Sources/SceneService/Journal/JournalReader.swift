/// Reads a feed's journal from a cursor on, across segments and runs, in pieces of bounded size.
///
/// A synchronous core: it can run beside the writer, in the same process or another one. Memory is that of one piece, or
/// of the longest line.
package struct JournalReader {
    /// Some events in order; more may follow.
    package struct Piece {
        package var lines: [JournalLine] = []
        /// The run of all `lines`.
        package var run = ""
        /// Set where events between the cursor and `lines` are gone: the cursor before the oldest that is left.
        package var expired: JournalCursor?
        /// Lines that are no events; they were passed over.
        package var damagedLines = 0
        /// Nothing more to read at present.
        package var isEnd = false
    }

    package let layout: JournalLayout
    /// After the last event that was read; nil: before the oldest.
    package private(set) var cursor: JournalCursor?

    private let files: any JournalFiles
    private let pieceBytes: Int
    private var segment: JournalSegment?
    private var offset: Int64 = 0

    /// Longest line that is read, in bytes; a longer one counts as damaged.
    private static let longestLine = 64 << 20

    /// - Parameters:
    ///   - layout: where the journal stands.
    ///   - after: where to go on; nil: from the oldest event.
    ///   - files: the file system.
    ///   - pieceBytes: bytes read at once.
    package init(
        _ layout: JournalLayout, after: JournalCursor?, files: any JournalFiles, pieceBytes: Int = 256 << 10
    ) {
        self.layout = layout
        cursor = after
        self.files = files
        self.pieceBytes = pieceBytes
    }

    /// The next events, up to and including `limit` where one is given.
    package mutating func next(through limit: JournalCursor? = nil) throws(JournalFileError) -> Piece {
        var piece = Piece()
        if segment == nil {
            try locate(&piece)
            if segment == nil {
                piece.isEnd = true
                return piece
            }
        }
        while let current = segment {
            // Listed before reading: once a later segment exists, this one does not grow.
            let later = try segmentAfter(current)
            piece.run = current.run
            let end = later.flatMap { $0.run == current.run ? $0.first : nil } ?? Int64.max
            let state = try read(current, before: end, through: limit, isClosed: later != nil, into: &piece)
            if state == .gone {
                // Removed for its age: what is left is looked for anew.
                (segment, offset) = (nil, 0)
                return piece
            }
            if !piece.lines.isEmpty || piece.expired != nil { return piece }
            guard state == .exhausted, let later else {
                piece.isEnd = state != .more
                return piece
            }
            (segment, offset) = (later, 0)
        }
        return piece
    }

    /// Finds the segment that holds the event after the cursor.
    private mutating func locate(_ piece: inout Piece) throws(JournalFileError) {
        let runs = try layout.runs(files)
        var oldest: JournalSegment?
        for run in runs where oldest == nil { oldest = try layout.segments(ofRun: run, files).first }
        guard let oldest else { return }
        guard let cursor else {
            segment = oldest
            return
        }
        let segments = runs.contains(cursor.run) ? try layout.segments(ofRun: cursor.run, files) : []
        if let holder = segments.last(where: { $0.first <= cursor.sequence + 1 }) {
            segment = holder
        } else if cursor.sequence == 0, segments.isEmpty, runs.last.map({ $0 < cursor.run }) ?? true {
            // A run that has written nothing yet.
            return
        } else {
            // Gone: from the oldest event that is newer, else from the oldest at all.
            let newer = try segmentAfter(JournalSegment(run: cursor.run, first: .max))
            let next = segments.first ?? newer ?? oldest
            segment = next
            piece.expired = JournalCursor(run: next.run, sequence: next.first - 1)
            self.cursor = piece.expired
        }
    }

    private func segmentAfter(_ current: JournalSegment) throws(JournalFileError) -> JournalSegment? {
        if let next = try layout.segments(ofRun: current.run, files).first(where: { $0.first > current.first }
        ) {
            return next
        }
        for run in try layout.runs(files) where run > current.run {
            if let next = try layout.segments(ofRun: run, files).first { return next }
        }
        return nil
    }

    private enum SegmentState { case more, exhausted, limited, gone }

    /// Reads on in `current`.
    private mutating func read(
        _ current: JournalSegment, before end: Int64, through limit: JournalCursor?, isClosed: Bool,
        into piece: inout Piece
    ) throws(JournalFileError) -> SegmentState {
        let path = layout.path(current)
        guard let size = try files.facts(of: path)?.size else { return .gone }
        guard offset < size else { return .exhausted }
        var count = pieceBytes
        var bytes = try files.read(path, from: offset, count: count)
        while !bytes.contains(UInt8(ascii: "\n")), bytes.count == count, count < Self.longestLine {
            count *= 4
            bytes = try files.read(path, from: offset, count: count)
        }
        var start = 0
        while let newline = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            if let line = JournalLine(bytes[start..<newline]) {
                let place = JournalCursor(run: current.run, sequence: line.sequence)
                if let limit, limit < place { return .limited }
                let isRead = cursor.map { $0.run == current.run && line.sequence <= $0.sequence } ?? false
                if !isRead, line.sequence < end {
                    piece.lines.append(line)
                    cursor = place
                }
            } else {
                piece.damagedLines += 1
            }
            offset += Int64(newline + 1 - start)
            start = newline + 1
        }
        if start == 0, bytes.count >= Self.longestLine {
            piece.damagedLines += 1
            offset += Int64(bytes.count)
            return .more
        }
        // What is left is a line that is being written, or the torn end of a closed segment.
        let isExhausted =
            isClosed ? offset + Int64(bytes.count - start) >= size : offset >= size || start == 0
        return isExhausted ? .exhausted : .more
    }
}
