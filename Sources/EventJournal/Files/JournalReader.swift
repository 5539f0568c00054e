package import Platform

/// Reads a feed's journal from a cursor on, across segments and runs, in pieces of bounded size.
///
/// A synchronous core: it can run beside the writer, in the same process or another one. Memory is that of
/// one piece, or of the longest line. A segment or run that can never be read is passed over, and counts as
/// no longer kept; one that cannot be read for the moment (too many open files, say) is an error, after which
/// the same call may succeed. `seq` has no hole in a run: where it leaps, what is missing counts as no longer
/// kept, too.
package struct JournalReader {
    /// Some events in order; more may follow.
    package struct Piece {
        package var lines: [JournalLine] = []
        /// The run of all `lines`.
        package var run = ""
        /// Set where events between the cursor and `lines` are gone: the cursor before the oldest that is
        /// left.
        package var expired: JournalCursor?
        /// Those of them that somebody has removed or spoiled: what stood in front of them was there. Where
        /// the end of a run is gone, nobody knows how many.
        package var missingEvents: Int64 = 0
        /// Lines that are no events, or bear a number that cannot stand there; they were passed over.
        package var damagedLines = 0
        /// The segment of the first of them, and its first byte there.
        package var damagedPlace: (segment: JournalSegment, offset: Int64)?
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
    /// A line beyond `limit`, where something up to it should stand: read again once more may be read, for it
    /// is good if what should stand there is missing.
    private var doubtful: (offset: Int64, limit: JournalCursor)?

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
        if let place = doubtful, place.limit != limit {
            (offset, isInLongLine, doubtful) = (place.offset, false, nil)
        }
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
        (segment, offset, isInLongLine, doubtful) = (later, 0, false, nil)
    }

    /// Goes on with `later`; what was to come before it is said to be gone.
    private mutating func pass(to later: JournalSegment, _ piece: inout Piece) {
        skip(to: JournalCursor(run: later.run, sequence: later.first - 1), &piece)
        leave(for: later)
    }

    /// What was to come up to `place` is said to be gone.
    private mutating func skip(to place: JournalCursor, _ piece: inout Piece) {
        piece.missingEvents += max(0, place.sequence + 1 - expected(in: place.run))
        (piece.expired, piece.run, cursor) = (place, place.run, place)
    }

    /// Gives up what stood between the last event that was read and `place`, and is not there: for whoever
    /// knows how far the journal went, once `next` has nothing more.
    ///
    /// - Returns: a piece without lines that says what is gone.
    package mutating func giveUp(to place: JournalCursor) -> Piece {
        var piece = Piece()
        skip(to: place, &piece)
        piece.isEnd = true
        return piece
    }

    /// The number of the next event of `run`, where nothing is missing.
    private func expected(in run: String) -> Int64 {
        guard let cursor else { return segment?.first ?? 1 }
        return cursor.run == run ? cursor.sequence + 1 : 1
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
        // A folder that cannot be read is passed over once there is a later run; the last one is tried again.
        for run in runs where oldest == nil {
            oldest = try (run == runs.last ? layout.segments(ofRun: run, files) : segments(ofRun: run)).first
        }
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

    /// What an event is to this reader, by its number.
    private enum Order {
        case next
        /// Taken already.
        case before
        /// The ones in front of it are missing.
        case later
        /// Not to be read yet.
        case beyond
        /// No event of this number can stand here.
        case wrong
    }

    private func order(
        of sequence: Int64, in current: JournalSegment, before end: Int64, through limit: JournalCursor?
    ) -> Order {
        let expected = expected(in: current.run)
        if sequence < expected { return .before }
        if sequence >= end { return .wrong }
        if let limit, limit < JournalCursor(run: current.run, sequence: sequence) {
            // What may be read stands in front of what may not.
            return limit.run == current.run && expected <= limit.sequence ? .wrong : .beyond
        }
        return sequence == expected ? .next : .later
    }

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
                switch order(of: line.sequence, in: current, before: end, through: limit) {
                case .before: break
                case .beyond: return .limited
                case .wrong:
                    if let limit, line.sequence < end, doubtful == nil { doubtful = (offset, limit) }
                    noteDamage(in: current, &piece)
                case .later:
                    // What is missing is said in front of what comes behind it.
                    guard piece.lines.isEmpty else { return .more }
                    skip(to: JournalCursor(run: current.run, sequence: line.sequence - 1), &piece)
                    fallthrough
                case .next:
                    doubtful = nil
                    piece.lines.append(line)
                    cursor = JournalCursor(run: current.run, sequence: line.sequence)
                }
            } else {
                noteDamage(in: current, &piece)
            }
            offset += Int64(newline + 1 - start)
            start = newline + 1
        }
        if start == 0, bytes.count > JournalLine.longest {
            noteDamage(in: current, &piece)
            offset += Int64(bytes.count)
            isInLongLine = true
            return .more
        }
        // What is left is a line that is being written, or the torn end of a closed segment.
        let isExhausted =
            isClosed ? offset + Int64(bytes.count - start) >= size : offset >= size || start == 0
        return isExhausted ? .exhausted : .more
    }

    /// Counts the line that begins at `offset`.
    private func noteDamage(in current: JournalSegment, _ piece: inout Piece) {
        piece.damagedLines += 1
        if piece.damagedPlace == nil { piece.damagedPlace = (current, offset) }
    }
}
