package import Platform
internal import Glibc
internal import Synchronization

/// The right to write to a state directory: held by one process at a time, by a lock on `STATE/lock`.
///
/// The kernel lets go of it when the process ends, however that happens. Readers do not need it. Everything
/// that writes to the journal calls `take` before it writes: the file may have been removed together with the
/// folder, and then belongs to whoever makes it anew. Safe from any thread.
package final class StateLock: Sendable {
    /// The state directory.
    package let state: String

    private let path: String
    private let files: any DurableFiles
    private let held = Mutex<DurableFileHandle?>(nil)

    /// Takes nothing yet.
    ///
    /// - Parameters:
    ///   - state: the state directory, absolute.
    ///   - files: the file system.
    package init(state: String, files: any DurableFiles) {
        self.state = state
        path = "\(state)/lock"
        self.files = files
    }

    deinit {
        held.withLock { handle in
            if let handle { files.unlock(handle) }
        }
    }

    /// Lets go of it, for another service in this process; the kernel does so at its end.
    package func release() {
        held.withLock { handle in
            if let open = handle { files.unlock(open) }
            handle = nil
        }
    }

    /// Returns once the lock is held; at once where it is held already, which costs two calls to the system.
    /// Makes the state directory where it is missing.
    ///
    /// - Throws: `DurableFileError.isTaken` where another process has it; else why it cannot be had.
    package func take() throws(DurableFileError) {
        try held.withLock { handle throws(DurableFileError) in
            if let open = handle {
                if files.isOpen(open, at: path) { return }
                files.unlock(open)
                handle = nil
            }
            // Another process may remove the file between `open` and the lock.
            for _ in 0..<8 {
                try files.createDirectory(state)
                let fresh = try files.lock(path)
                if files.isOpen(fresh, at: path) {
                    handle = fresh
                    return
                }
                files.unlock(fresh)
            }
            throw DurableFileError(
                operation: "lock", path: path, code: EAGAIN, reason: "it is removed again and again")
        }
    }
}
