internal import COpenBLAS

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

    /// Threads that one matrix product may use, for the whole process.
    ///
    /// 1 unless set: on matrices of one window's size a second thread gains little, and beside a busy decoder
    /// it loses. Set it at start, before other threads multiply.
    package static var threadCount: Int {
        get {
            prepare()
            return Int(openblas_get_num_threads())
        }
        set {
            precondition(newValue >= 1, "a product needs a thread")
            prepare()
            openblas_set_num_threads(Int32(newValue))
        }
    }

    /// Applies the default number of threads once; every product calls it first.
    @inline(__always)
    static func prepare() { _ = defaultThreads }

    private static let defaultThreads: Void = openblas_set_num_threads(1)
}
