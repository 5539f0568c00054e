internal import Platform

/// Why an index cannot be read or written: one line that ends with a remedy.
package struct IndexError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// The system would not open or read a file of it.
        case unreadable
        /// It is none, of another kind, damaged, or does not hold what was asked for.
        case unusable
        /// The disk refused, or another program writes to it. What it held before, it holds still.
        case unwritable
        /// It holds another recording of that name.
        case taken
    }

    package let code: Code
    package let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    /// A call to the file system that failed while reading.
    init(reading error: DurableFileError) { self.init(.unreadable, error.description) }

    /// The same while writing; the index of `directory` is as it was.
    init(writing error: DurableFileError, to directory: String) {
        guard error.isTaken else {
            self.init(.unwritable, error.description)
            return
        }
        self.init(
            .unwritable,
            "cannot write to the index '\(directory)': another scened does; wait until it is done")
    }

    /// Files that contradict one another, or end early. `what`: a clause.
    static func damaged(_ directory: String, _ what: String) -> IndexError {
        IndexError(
            .unusable,
            "the index '\(directory)' is damaged: \(what); bring it back from a copy, or remove it and make it again with scened index add"
        )
    }

    /// Rows that are not those of the recording that the log says.
    static func torn(_ recording: String, _ directory: String) -> IndexError {
        IndexError(
            .unusable,
            "the index '\(directory)' is damaged: the scenes of '\(recording)' are not as they were written; remove that recording and add it again"
        )
    }

    /// Vectors of a scene encoder that this program lacks. `known`: the names of those it has.
    package static func unknownEncoder(_ name: String, _ directory: String, known: String) -> IndexError {
        IndexError(
            .unusable,
            "the index '\(directory)' was made with scene encoder '\(name)', this scened knows \(known); use the scened that made it, or make it again"
        )
    }

    /// The scene encoder of an index cannot be used, or its file not be read. `description`: the whole line.
    package static func badEncoder(_ description: String, isUnreadable: Bool = false) -> IndexError {
        IndexError(isUnreadable ? .unreadable : .unusable, description)
    }

    /// No recording of this name.
    package static func unknown(_ name: String, _ directory: String) -> IndexError {
        IndexError(
            .unusable,
            "the index '\(directory)' holds no recording '\(name)'; scened index info --recordings lists those it holds"
        )
    }
}
