internal import MediaInput
internal import TensorKernels

/// The libraries that numbers depend on: results are equal, byte for byte, for equal versions of these
/// (contract 14).
package enum Libraries {
    /// Name and version, in a fixed order. The arithmetic library's version names the processor core it is
    /// tuned to, `kernels` the instructions that image encoders use.
    package static var inUse: [(name: String, version: String)] {
        [
            ("ffmpeg", MediaLibrary.version), ("openblas", "\(BLAS.version) \(BLAS.coreName)"),
            ("kernels", "\(KernelVariant.best)"),
        ]
    }
}
