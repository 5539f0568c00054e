import CFFmpeg

/// Makes small RGB pictures of frames of one format, for people: cheap, and not to the bit what any other
/// program makes.
///
/// Of a large frame only every n-th row is read, at least two for each row of the result; swscale averages
/// those that are read. So the cost hardly grows with the height of the frame.
final class ThumbnailMaker {
    private let context: OpaquePointer
    /// Rows of the frame that are read, and how far they lie apart.
    private let rows: Int
    private let step: Int
    /// Of the result, as the frame lies.
    private let width: Int
    private let height: Int

    /// `width` and `height`: of the result, as the frame lies. nil if swscale does not know the format.
    init?(_ format: PictureFormat, width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        step = max(1, format.height / (2 * height))
        rows = format.height / step
        guard sws_isSupportedInput(format.pixelFormat) > 0,
            let context = sws_getContext(
                Int32(format.width), Int32(rows), format.pixelFormat, Int32(width), Int32(height),
                AV_PIX_FMT_RGB24, SWS_AREA | SWS_BITEXACT | SWS_ACCURATE_RND, nil, nil, nil)
        else { return nil }
        sws_setColorspaceDetails(
            context, RGBConverter.coefficients(format.color), format.color.isFullRange ? 1 : 0,
            sws_getCoefficients(SWS_CS_ITU601), 1, 0, 1 << 16, 1 << 16)
        self.context = context
    }

    deinit { sws_freeContext(context) }

    /// `height` x `width` x 3 bytes; nil if the frame's planes are not there.
    func thumbnail(of frame: UnsafeMutablePointer<AVFrame>) -> [UInt8]? {
        let (data, strides) = (frame.pointee.data, frame.pointee.linesize)
        guard data.0 != nil else { return nil }
        let count = 3 * width * height
        // Some of swscale's loops write a few pixels beyond a row's end.
        let bytes = [UInt8](unsafeUninitializedCapacity: count + 64) { bytes, initialized in
            bytes.initialize(repeating: 0)
            initialized = count
            let sources = [data.0, data.1, data.2, data.3].map { $0.map { UnsafePointer<UInt8>($0) } }
            let apart = [strides.0, strides.1, strides.2, strides.3].map { $0 * Int32(step) }
            let done = sws_scale(
                context, sources, apart, 0, Int32(rows), [bytes.baseAddress, nil, nil, nil],
                [Int32(3 * width), 0, 0, 0])
            if done != Int32(height) { initialized = 0 }
        }
        return bytes.isEmpty ? nil : bytes
    }
}
