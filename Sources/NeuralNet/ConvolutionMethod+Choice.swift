package import TensorKernels

extension ConvolutionMethod {
    /// The fastest way for a convolution of the given shape that keeps its errors far below 1e-4 of its
    /// largest output.
    ///
    /// A table of measurements on an AVX-512 processor, one thread, ResNet-50's layers of 3 x 3, milliseconds
    /// per image (direct, F(2x2), F(4x4)): 64 channels 1.04, 0.62, 0.41; 128 channels 1.02, 0.52, 0.33; 256
    /// channels 1.03, 0.47, 0.41; 512 channels 0.90, 0.69, 1.09. Errors of F(4x4) grow with the channels, and
    /// its transformed weights with them, so above 128 channels it is not taken. Products of bfloat16 are as
    /// fast as F(2x2) in float32.
    package static func fastest(
        side: Int, stride: Int, inputs: Int, outputs: Int, precision: Precision = .float32
    ) -> ConvolutionMethod {
        guard side == 3, stride == 1, inputs % 16 == 0, outputs % 16 == 0, inputs >= 32 else {
            return .direct
        }
        if inputs <= 128 { return .winograd4 }
        return precision == .float32 ? .winograd2 : .direct
    }
}
