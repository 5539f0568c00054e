internal import CSQLite
internal import Glibc
internal import Platform

/// A connection to a file of SQLite. Used by one thread at a time.
final class SQLiteFile {
    private var handle: OpaquePointer?
    private let path: String
    private let isReading: Bool

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: absolute, so that no name means something else to SQLite.
    ///   - isReading: it must be there, and only questions are asked.
    /// - Throws: `unreadable`, `unwritable`.
    init(_ path: String, isReading: Bool) throws(CatalogueError) {
        precondition(path.hasPrefix("/"))
        self.path = path
        self.isReading = isReading
        let flags = isReading ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        let code = FileName.withBytes(path) { sqlite3_open_v2($0, &handle, flags, nil) }
        guard code == SQLITE_OK else { throw failure(code) }
        sqlite3_extended_result_codes(handle, 1)
        // Another command holds it for the moment of a recording.
        sqlite3_busy_timeout(handle, 5000)
    }

    deinit { sqlite3_close_v2(handle) }

    /// Runs a statement that answers nothing.
    func run(_ text: String) throws(CatalogueError) {
        let statement = try statement(text)
        while try statement.next() {}
    }

    /// The first value that a statement gives, if it is a number; else 0.
    func number(_ text: String) throws(CatalogueError) -> Int64 {
        let statement = try statement(text)
        guard try statement.next(), case .integer(let value) = statement[0] else { return 0 }
        return value
    }

    /// Prepares one statement. Throws `question` where it is none, or more than one.
    func statement(_ text: String) throws(CatalogueError) -> SQLiteStatement {
        var statement: OpaquePointer?
        var rest = 0
        let bytes = text.utf8CString
        let code = bytes.withUnsafeBufferPointer { bytes in
            var tail: UnsafePointer<CChar>?
            let code = sqlite3_prepare_v2(handle, bytes.baseAddress, Int32(bytes.count), &statement, &tail)
            if let tail { rest = strspn(tail, " \t\r\n;") + (tail - (bytes.baseAddress ?? tail)) }
            return code
        }
        guard code == SQLITE_OK else {
            if code & 0xff == SQLITE_ERROR { throw CatalogueError(.question, message) }
            throw failure(code)
        }
        guard let statement, rest >= bytes.count - 1 else {
            sqlite3_finalize(statement)
            throw CatalogueError(.question, "it is not one expression")
        }
        return SQLiteStatement(statement, of: self)
    }

    /// What SQLite says of the last call.
    var message: String { String(cString: sqlite3_errmsg(handle)) }

    /// The error that goes with a result code.
    func failure(_ code: Int32) -> CatalogueError {
        let name = "'\(path)'"
        let number = sqlite3_system_errno(handle)
        let cause = number == 0 ? message : String(cString: strerror(number))
        switch code & 0xff {
        case SQLITE_BUSY, SQLITE_LOCKED:
            return CatalogueError(
                .taken, "\(name) is in use: another program reads or writes it; try again when it is done")
        case SQLITE_NOTADB:
            return CatalogueError(
                .unusable,
                "\(name) is not a catalogue; give a file that scened catalogue made, or the name of a new one"
            )
        case SQLITE_CORRUPT:
            return CatalogueError(
                .unusable, "\(name) is damaged; remove it, and make it again from the results")
        case SQLITE_FULL:
            return CatalogueError(.unwritable, "cannot write '\(path)': the disk is full; free space there")
        case SQLITE_READONLY, SQLITE_PERM:
            return CatalogueError(
                .unwritable,
                "cannot write '\(path)': it may not be written; let the user that scened runs as write there")
        case SQLITE_NOMEM: return CatalogueError(.unwritable, "cannot use \(name): no memory; free memory")
        default:
            let remedy = FileRemedy.text(for: number, isWriting: !isReading)
            return CatalogueError(
                isReading ? .unreadable : .unwritable,
                "cannot \(isReading ? "read" : "write") \(name): \(cause); \(remedy)")
        }
    }
}

/// A prepared statement.
final class SQLiteStatement {
    private let handle: OpaquePointer
    private let file: SQLiteFile

    fileprivate init(_ handle: OpaquePointer, of file: SQLiteFile) {
        self.handle = handle
        self.file = file
    }

    deinit { sqlite3_finalize(handle) }

    var columns: [String] {
        (0..<sqlite3_column_count(handle)).map { String(cString: sqlite3_column_name(handle, $0)) }
    }

    /// Goes on to the next row; false where there is none, and the statement may run again. Throws as a
    /// statement fails: `question` where an expression cannot be worked out.
    func next() throws(CatalogueError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE:
            sqlite3_reset(handle)
            return false
        case let code:
            let error =
                code & 0xff == SQLITE_ERROR ? CatalogueError(.question, file.message) : file.failure(code)
            sqlite3_reset(handle)
            throw error
        }
    }

    /// A value of the row, by its place from 0.
    subscript(place: Int) -> CatalogueValue {
        let place = Int32(place)
        switch sqlite3_column_type(handle, place) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, place))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(handle, place))
        case SQLITE_TEXT:
            let count = Int(sqlite3_column_bytes(handle, place))
            let bytes = UnsafeBufferPointer(start: sqlite3_column_text(handle, place), count: count)
            return .text(String(decoding: bytes, as: UTF8.self))
        case SQLITE_BLOB:
            let count = Int(sqlite3_column_bytes(handle, place))
            return .blob(
                Array(UnsafeRawBufferPointer(start: sqlite3_column_blob(handle, place), count: count)))
        default: return .null
        }
    }

    /// Runs it once with these values for its question marks.
    func run(_ values: [CatalogueValue]) throws(CatalogueError) {
        try bind(values)
        while try next() {}
    }

    /// Gives its question marks values.
    func bind(_ values: [CatalogueValue]) throws(CatalogueError) {
        guard Int(sqlite3_bind_parameter_count(handle)) == values.count else {
            throw CatalogueError(.question, "it holds a parameter such as ?; write the value itself")
        }
        for (place, value) in values.enumerated() {
            let place = Int32(place) + 1
            let code =
                switch value {
                case .null: sqlite3_bind_null(handle, place)
                case .integer(let value): sqlite3_bind_int64(handle, place, value)
                case .real(let value): sqlite3_bind_double(handle, place, value)
                case .text(let text):
                    sqlite3_bind_text(handle, place, text, Int32(text.utf8.count), Self.copied)
                case .blob(let bytes):
                    sqlite3_bind_blob(handle, place, bytes, Int32(bytes.count), Self.copied)
                }
            guard code == SQLITE_OK else { throw file.failure(code) }
        }
    }

    /// SQLITE_TRANSIENT: SQLite copies what it is given.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}
