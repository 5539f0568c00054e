internal import CFFmpegShim

/// Ends blocking reads from outside: from another thread or from a signal handler. Once raised it stays
/// raised.
///
/// Reads of descriptors notice it within 50 ms, FFmpeg's own network reads within about 100 ms.
package final class StopFlag: Sendable {
    /// Read by C code, hence a pointer; freed with the flag.
    nonisolated(unsafe) let pointer: UnsafeMutablePointer<Int32>

    /// Raising that one raises this one.
    let parent: StopFlag?

    package convenience init() { self.init(under: nil) }

    /// A flag that is raised by itself or with `parent`.
    init(under parent: StopFlag?) {
        self.parent = parent
        pointer = .allocate(capacity: 1)
        pointer.initialize(to: 0)
    }

    deinit { pointer.deallocate() }

    /// Async-signal-safe.
    package func raise() { scn_flag_set(pointer) }

    package var isRaised: Bool { scn_flag_get(pointer) != 0 || parent?.isRaised ?? false }
}
