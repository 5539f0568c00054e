internal import COpenBLAS

/// The linear-algebra library in use. The only place that talks to it about its configuration.
package enum BLAS {
    /// Name of the processor core whose kernels were picked, e.g. `Haswell` or `Cooperlake`.
    package static var coreName: String { String(cString: openblas_get_corename()) }
}
