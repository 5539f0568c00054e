import CFFmpeg

/// Turns frames of one format into RGB bytes of the same size through swscale, as the `ffmpeg` command line
/// does by default when it writes pictures: a ResNet of BaSSL saw frames that were made so.
final class RGBConverter {
    private let context: OpaquePointer
    private let height: Int
    /// Bytes from one row to the next.
    let stride: Int
    private let pixels: UnsafeMutablePointer<UInt8>

    /// nil if swscale does not know the format.
    init?(_ format: PictureFormat, slack: Int) {
        height = format.height
        let (width, height) = (Int32(format.width), Int32(format.height))
        guard sws_isSupportedInput(format.pixelFormat) > 0,
            let context = sws_getContext(
                width, height, format.pixelFormat, width, height, AV_PIX_FMT_RGB24, SWS_BICUBIC, nil, nil, nil
            )
        else { return nil }
        sws_setColorspaceDetails(
            context, Self.coefficients(format.color), format.color.isFullRange ? 1 : 0,
            sws_getCoefficients(SWS_CS_ITU601), 1, 0, 1 << 16, 1 << 16)
        self.context = context
        // Some of swscale's loops write a few pixels beyond a row's end.
        stride = (3 * format.width + 127) & ~63
        let count = stride * format.height + max(slack, 64)
        pixels = UnsafeMutablePointer<UInt8>.allocate(capacity: count)
        pixels.initialize(repeating: 0, count: count)
    }

    deinit {
        sws_freeContext(context)
        pixels.deallocate()
    }

    /// Four shares of chroma in red, blue and (negated) green, in 2^-16: swscale's own for the matrix.
    static func coefficients(_ color: ColorDescription) -> UnsafePointer<Int32> {
        let space =
            switch color.matrix {
            case .bt709: SWS_CS_ITU709
            case .bt2020: SWS_CS_BT2020
            case .smpte240: SWS_CS_SMPTE240M
            case .fcc: SWS_CS_FCC
            case .bt601, .ycgco: SWS_CS_ITU601
            }
        return UnsafePointer(sws_getCoefficients(space))
    }

    /// Rows of RGB, valid until the next call; nil if the frame's planes are not there.
    func converted(_ frame: UnsafeMutablePointer<AVFrame>) -> UnsafePointer<UInt8>? {
        guard frame.pointee.data.0 != nil else { return nil }
        return converted(
            [
                frame.pointee.data.0.map { UnsafePointer($0) },
                frame.pointee.data.1.map { UnsafePointer($0) },
                frame.pointee.data.2.map { UnsafePointer($0) },
                frame.pointee.data.3.map { UnsafePointer($0) },
            ],
            strides: [
                frame.pointee.linesize.0, frame.pointee.linesize.1, frame.pointee.linesize.2,
                frame.pointee.linesize.3,
            ])
    }

    /// The same of four planes, as many as the format has.
    func converted(_ sources: [UnsafePointer<UInt8>?], strides: [Int32]) -> UnsafePointer<UInt8>? {
        let targets: [UnsafeMutablePointer<UInt8>?] = [pixels, nil, nil, nil]
        let done = sws_scale(
            context, sources, strides, 0, Int32(height), targets, [Int32(stride), 0, 0, 0])
        return done == Int32(height) ? UnsafePointer(pixels) : nil
    }
}
