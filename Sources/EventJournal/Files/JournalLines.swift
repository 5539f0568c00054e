internal import Platform

/// The lines of one file of a journal, one after the other. Memory is that of the longest line that is read.
struct JournalLines {
    enum Line {
        /// Without its newline.
        case whole(ArraySlice<UInt8>)
        /// Longer than any event (`JournalLine.longest`); its bytes were passed over.
        case tooLong
        /// The file ends without a newline.
        case torn(bytes: Int64)
    }

    private let path: String
    private let files: any DurableFiles
    private let pieceBytes: Int
    private var offset: Int64 = 0
    private var bytes: [UInt8] = []
    /// What is left of `bytes` begins here; up to `searched` there is no newline in it.
    private var start = 0
    private var searched = 0
    /// Bytes passed over of a line that is too long; nil: none is.
    private var passed: Int64?
    private var isOver = false

    init(_ path: String, _ files: any DurableFiles, pieceBytes: Int = 1 << 20) {
        self.path = path
        self.files = files
        self.pieceBytes = pieceBytes
    }

    /// The next line; nil at the end. Throws where the file cannot be read.
    mutating func next() throws(DurableFileError) -> Line? {
        while true {
            if let newline = bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = bytes[start..<newline]
                (start, searched) = (newline + 1, newline + 1)
                if passed == nil, line.count <= JournalLine.longest { return .whole(line) }
                passed = nil
                return .tooLong
            }
            searched = bytes.count
            if isOver {
                let rest = Int64(bytes.count - start) + (passed ?? 0)
                (bytes, start, searched, passed) = ([], 0, 0, nil)
                return rest > 0 ? .torn(bytes: rest) : nil
            }
            if bytes.count - start > JournalLine.longest {
                passed = (passed ?? 0) + Int64(bytes.count - start)
                start = bytes.count
            }
            bytes.removeFirst(start)
            let piece = try files.read(path, from: offset, count: pieceBytes)
            (start, searched) = (0, bytes.count)
            isOver = piece.isEmpty
            offset += Int64(piece.count)
            bytes += piece
        }
    }
}
