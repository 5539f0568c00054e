internal import Glibc

/// The system has nothing left of what a feed needs. That passes; whoever gets it tries again.
package enum ResourceShortage: Error, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    case noDescriptor
    case noThread
    case noMemory

    /// nil for errors of another kind. `code`: errno.
    package init?(code: Int32) {
        switch code {
        case EMFILE, ENFILE: self = .noDescriptor
        case EAGAIN: self = .noThread
        case ENOMEM: self = .noMemory
        default: return nil
        }
    }

    /// One line with a remedy.
    package var description: String {
        switch self {
        case .noDescriptor:
            "no file descriptor is left; raise LimitNOFILE= of the unit (ulimit -n), or run fewer feeds"
        case .noThread:
            // The system gives one code for both.
            "no thread is left, or no memory for one; raise TasksMax= (ulimit -u) or MemoryMax= (ulimit -v) "
                + "of the unit, or run fewer feeds"
        case .noMemory:
            "no memory is left; raise MemoryMax= of the unit (ulimit -v), or run fewer feeds"
        }
    }
}
