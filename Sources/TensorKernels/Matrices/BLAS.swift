internal import COpenBLAS
internal import Synchronization

/// The linear-algebra library in use. The only place that talks to it about its configuration.
///
/// Results depend in their last bits on the core's kernels and on the number of threads (contract 14), so
/// both belong beside every figure and in `stream_start`.
package enum BLAS {
    /// Name of the processor core whose kernels were picked, e.g. `Haswell` or `Cooperlake`.
    ///
    /// The library picks it when it is loaded; the environment variable `OPENBLAS_CORETYPE` overrides its
    /// choice.
    package static var coreName: String { String(cString: openblas_get_corename()) }

    /// Version of the library, e.g. `0.3.21`.
    package static var version: String {
        // The configuration reads "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ...".
        let words = String(cString: openblas_get_config()).split(separator: " ")
        return words.count > 1 && words[0] == "OpenBLAS" ? String(words[1]) : "unknown"
    }

    /// Whether its kernels use narrower registers than the processor has. It takes its oldest ones for a
    /// processor that is younger than itself, and those that `OPENBLAS_CORETYPE` names.
    static let isBehindProcessor = lanes(ofCore: coreName) < KernelVariant.best.rawValue

    /// Floats in a register of the kernels of a core, as far as `KernelVariant` tells them apart.
    package static func lanes(ofCore name: String) -> Int {
        switch name.lowercased() {
        case "skylakex", "cooperlake", "sapphirerapids": 16
        case "haswell", "zen", "excavator": 8
        default: 4
        }
    }

    /// Threads that one matrix product may use: 1 unless set. On matrices of one window's size a second
    /// thread gains little, and beside a busy decoder it loses.
    ///
    /// A program whose process is its own sets it once at start, before other threads multiply; it then holds
    /// for the whole process. Without that the process is somebody else's: the library's thread count is
    /// `threadCount` while products run and is put back when the last of them ends.
    package static var threadCount: Int {
        get { threads.withLock { $0.wanted } }
        set {
            precondition(newValue >= 1, "a product needs a thread")
            threads.withLock { threads in
                threads.wanted = newValue
                threads.found = nil
                openblas_set_num_threads(Int32(newValue))
            }
            isOwner.store(true, ordering: .releasing)
        }
    }

    private struct Threads {
        var wanted = 1
        /// Products that run now.
        var products = 0
        /// What the process had before them, where that is not what is wanted.
        var found: Int32?
    }

    private static let threads = Mutex(Threads())
    /// The process is the program's own.
    private static let isOwner = Atomic(false)

    /// Called before a product; what it returns goes to `end`.
    @inline(__always)
    static func begin() -> Bool {
        if isOwner.load(ordering: .acquiring) { return false }
        borrow()
        return true
    }

    /// Called behind a product.
    @inline(__always)
    static func end(_ hasBorrowed: Bool) {
        if hasBorrowed { giveBack() }
    }

    private static func borrow() {
        threads.withLock { threads in
            threads.products += 1
            let found = openblas_get_num_threads()
            guard threads.products == 1, found != Int32(threads.wanted) else { return }
            threads.found = found
            openblas_set_num_threads(Int32(threads.wanted))
        }
    }

    private static func giveBack() {
        threads.withLock { threads in
            threads.products -= 1
            guard threads.products == 0, let found = threads.found else { return }
            threads.found = nil
            // Unless somebody else set it meanwhile.
            if openblas_get_num_threads() == Int32(threads.wanted) { openblas_set_num_threads(found) }
        }
    }
}
