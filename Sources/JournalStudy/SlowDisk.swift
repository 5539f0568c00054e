import Glibc
import Platform

/// The real file system on a disk that takes its time for each sync. Syncs of several threads take theirs at
/// once, as disks with a queue do.
struct SlowDisk: ForwardingFiles {
    let base = PosixFiles()
    /// Microseconds that a sync takes at least.
    let syncTime: UInt32

    func sync(_ handle: DurableFileHandle) throws(DurableFileError) {
        usleep(syncTime)
        try base.sync(handle)
    }
}
