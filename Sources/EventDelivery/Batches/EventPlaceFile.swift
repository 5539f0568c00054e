package import EventJournal
package import Platform

/// A file that remembers up to where events were handed on: one line, `feed=run:seq,...`. One process at a
/// time uses it; the lock stands beside it, in `FILE.lock`.
package struct EventPlaceFile: Sendable {
    private let path: String
    private let files: any DurableFiles

    /// Longest file in bytes: ten thousand feeds have room.
    private static let longest = 4 << 20

    /// Why a file cannot be used: one line with a remedy.
    package enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
        /// It holds something else.
        case foreign(String)
        /// Another process hands on events from here.
        case taken(String)

        package var description: String {
            switch self {
            case .foreign(let path):
                "'\(path)' holds no cursor of scened; name another file, or remove this one to begin again"
            case .taken(let path):
                "another process delivers events from the cursor in '\(path)'; stop it, or name another file"
            }
        }
    }

    /// - Parameters:
    ///   - path: of the file, absolute.
    ///   - files: the file system.
    package init(path: String, files: any DurableFiles = PosixFiles()) {
        self.path = path
        self.files = files
    }

    /// Takes the file for this process, until it ends.
    ///
    /// - Throws: `Failure.taken`; `DurableFileError` where nothing can be written beside it.
    package func lock() throws {
        do throws(DurableFileError) {
            // Held for as long as the process lasts: never given back.
            _ = try files.lock(path + ".lock")
        } catch {
            if error.isTaken { throw Failure.taken(path) }
            throw error
        }
    }

    /// The places of the feeds; nil where there is no file yet, or an empty one.
    ///
    /// - Throws: `Failure.foreign`; `DurableFileError` where it cannot be read.
    package func read() throws -> [String: JournalCursor]? {
        guard try files.facts(of: path) != nil else { return nil }
        let bytes = try files.read(path, from: 0, count: Self.longest)
        guard !bytes.allSatisfy({ $0 == UInt8(ascii: "\n") }) else { return nil }
        guard bytes.last == UInt8(ascii: "\n"),
            let text = String(validating: bytes.dropLast(), as: UTF8.self),
            case .after(let places)? = EventStart(text), places[""] == nil
        else { throw Failure.foreign(path) }
        return places
    }

    /// Durable once it returns: the file is the old one or the new one, never anything between.
    package func write(_ places: [String: JournalCursor]) throws(DurableFileError) {
        try files.replace(path, with: Array("\(DeliveredLine.text(places))\n".utf8))
    }
}
