package import Platform

/// Reads a feed's journal from a cursor on, across segments and runs, in pieces of bounded size.
///
/// A synchronous core: it can run beside the writer, in the same process or another one. Memory is that of
/// one piece, or of the longest line. A segment or run that can never be read is passed over, and counts as
/// no longer kept; one that cannot be read for the moment (too many open files, say) is an error, after which
/// the same call may succeed.
package struct JournalReader {
    /// Some events in order; more may follow.
    package struct Piece {
        package var lines: [JournalLine] = []
        /// The run of all `lines`.
        package var run = ""
        /// Set where events between the cursor and `lines` are gone: the cursor before the oldest that is
        /// left.
        package var expired: JournalCursor?
        /// Lines that are no events; they were passed over.
        package var damagedLines = 0
        /// Why a segment was passed over.
        package var unreadable: DurableFileError?
        /// Nothing more to read at present.
        package var isEnd = false
    }

    package let layout: JournalLayout
    /// After the last event that was read; nil: before the oldest.
    package private(set) var cursor: JournalCursor?

    private let files: any DurableFiles
    private let pieceBytes: Int
    private var segment: JournalSegment?
    private var offset: Int64 = 0
    /// What follows up to the next newline is the rest of a line that was too long.
    private var isInLongLine = false

    /// - Parameters:
    ///   - layout: where the journal stands.
    ///   - after: where to go on; nil: from the oldest event.
    ///   - files: the file system.
    ///   - pieceBytes: bytes read at once.
    package init(
        _ layout: JournalLayout, after: JournalCursor?, files: any DurableFiles, pieceBytes: Int = 256 << 10
    ) {
        self.layout = layout
        cursor = after
        self.files = files
        self.pieceBytes = pieceBytes
    }

    /// The next events, up to and including `limit` where one is given.
    package mutating func next(through limit: JournalCursor? = nil) throws(DurableFileError) -> Piece {
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
            let state: SegmentState
            do {
                state = try read(current, before: end, through: limit, isClosed: later != nil, into: &piece)
            } catch {
                guard !error.isPassing, let later, piece.lines.isEmpty else { throw error }
                piece.unreadable = error
                pass(to: later, &piece)
                return piece
            }
            if state == .gone {
                // Removed for its age: what is left is looked for anew.
                leave(for: nil)
                return piece
            }
            if !piece.lines.isEmpty || piece.expired != nil { return piece }
            guard state == .exhausted, let later else {
                piece.isEnd = state != .more
                return piece
            }
            // Where a segment between the two, or the end of this one, is gone.
            if let cursor, cursor.run == later.run, cursor.sequence < later.first - 1 {
                pass(to: later, &piece)
                return piece
            }
            leave(for: later)
        }
        return piece
    }

    private mutating func leave(for later: JournalSegment?) {
        (segment, offset, isInLongLine) = (later, 0, false)
    }

    /// Goes on with `later`; what was to come before it is said to be gone.
    private mutating func pass(to later: JournalSegment, _ piece: inout Piece) {
        piece.expired = JournalCursor(run: later.run, sequence: later.first - 1)
        piece.run = later.run
        cursor = piece.expired
        leave(for: later)
    }

    /// Segments of a run; none where its folder can never be read.
    private func segments(ofRun run: String) throws(DurableFileError) -> [JournalSegment] {
        do {
            return try layout.segments(ofRun: run, files)
        } catch {
            if error.isPassing { throw error }
            return []
        }
    }

    /// Finds the segment that holds the event after the cursor.
    private mutating func locate(_ piece: inout Piece) throws(DurableFileError) {
        let runs = try layout.runs(files)
        var oldest: JournalSegment?
        for run in runs where oldest == nil { oldest = try segments(ofRun: run).first }
        guard let oldest else { return }
        guard let cursor else {
            segment = oldest
            return
        }
        let segments = runs.contains(cursor.run) ? try self.segments(ofRun: cursor.run) : []
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

    private func segmentAfter(_ current: JournalSegment) throws(DurableFileError) -> JournalSegment? {
        if let next = try segments(ofRun: current.run).first(where: { $0.first > current.first }) {
            return next
        }
        for run in try layout.runs(files) where run > current.run {
            if let next = try segments(ofRun: run).first { return next }
        }
        return nil
    }

    private enum SegmentState { case more, exhausted, limited, gone }

    /// Reads on in `current`.
    private mutating func read(
        _ current: JournalSegment, before end: Int64, through limit: JournalCursor?, isClosed: Bool,
        into piece: inout Piece
    ) throws(DurableFileError) -> SegmentState {
        let path = layout.path(current)
        guard let size = try files.facts(of: path)?.size else { return .gone }
        guard offset < size else { return .exhausted }
        var count = pieceBytes
        var bytes = try files.read(path, from: offset, count: count)
        // A newline may follow the longest line.
        while !isInLongLine, !bytes.contains(UInt8(ascii: "\n")), bytes.count == count,
            count <= JournalLine.longest
        {
            count = min(4 * count, JournalLine.longest + 1)
            bytes = try files.read(path, from: offset, count: count)
        }
        var start = 0
        if isInLongLine {
            guard let newline = bytes.firstIndex(of: UInt8(ascii: "\n")) else {
                offset += Int64(bytes.count)
                return bytes.isEmpty ? .exhausted : .more
            }
            isInLongLine = false
            offset += Int64(newline + 1)
            start = newline + 1
        }
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
        if start == 0, bytes.count > JournalLine.longest {
            piece.damagedLines += 1
            offset += Int64(bytes.count)
            isInLongLine = true
            return .more
        }
        // What is left is a line that is being written, or the torn end of a closed segment.
        let isExhausted =
            isClosed ? offset + Int64(bytes.count - start) >= size : offset >= size || start == 0
        return isExhausted ? .exhausted : .more
    }
}
