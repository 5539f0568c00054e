internal import CHeap

/// What becomes of memory that the process frees.
package enum HeapPolicy {
    /// Of freed memory so much stays with the process, at most.
    private static let kept: Int32 = 1 << 30
    /// Larger pieces than this always go back to the system: the most that the C library takes.
    private static let largest: Int32 = 32 << 20

    /// From here on up to 1 GB of freed memory stay with the process, for loops that take and free the same
    /// matrices in each step: what goes back to the system comes again page by page, each with a fault.
    /// Process-wide; lasts until the process ends.
    package static func keepFreed() {
        _ = mallopt(M_MMAP_THRESHOLD, largest)
        _ = mallopt(M_TRIM_THRESHOLD, kept)
    }
}
