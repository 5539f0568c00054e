import CFFmpeg
import Timeline

/// Reads frames in the formats `PlanarReader` does not know (RGB, palettes, bit-packed) through swscale.
final class ScaledReader: FrameReader {
    let color: ColorDescription
    private let context: OpaquePointer
    private let height: Int32
    private let width: Int
    private let rows: Int
    /// Black and the distance to white; the extent of chroma.
    private let luma: (zero: Float, extent: Float)
    private let chroma: Float

    /// nil if swscale does not know the format either.
    init?(_ format: PictureFormat) {
        let isTransposed = format.orientation.isTransposed
        width = isTransposed ? AnalysisPicture.height : AnalysisPicture.width
        rows = isTransposed ? AnalysisPicture.width : AnalysisPicture.height
        height = Int32(format.height)
        guard sws_isSupportedInput(format.pixelFormat) > 0,
            let context = sws_getContext(
                Int32(format.width), Int32(format.height), format.pixelFormat, Int32(width), Int32(rows),
                AV_PIX_FMT_YUV444P, SWS_AREA | SWS_ACCURATE_RND | SWS_BITEXACT, nil, nil, nil)
        else { return nil }
        self.context = context
        // RGB comes out as full-range BT.601; Y'CbCr keeps the meaning the stream gives it.
        let flags = av_pix_fmt_desc_get(format.pixelFormat)?.pointee.flags ?? 0
        let isRGB = flags & UInt64(AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL) != 0
        var color = format.color
        if isRGB { (color.matrix, color.isFullRange) = (.bt601, true) }
        let matrix = sws_getCoefficients(SWS_CS_ITU601)
        let range: Int32 = color.isFullRange ? 1 : 0
        sws_setColorspaceDetails(context, matrix, range, matrix, range, 0, 1 << 16, 1 << 16)
        self.color = color
        luma = color.isFullRange ? (0, 255) : (16, 219)
        chroma = color.isFullRange ? 255 : 224
    }

    deinit { sws_freeContext(context) }

    func planes(of frame: UnsafeMutablePointer<AVFrame>) -> AveragedPlanes? {
        let count = width * rows
        // Some of swscale's loops write a few bytes beyond a row's end.
        var bytes = [UInt8](repeating: 0, count: 3 * count + 64)
        let scaled = bytes.withUnsafeMutableBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return Int32(-1) }
            let planes: [UnsafeMutablePointer<UInt8>?] = [base, base + count, base + 2 * count, nil]
            let strides = [Int32(width), Int32(width), Int32(width), 0]
            let sources = (0..<4).map { FramePlane.plane($0, of: frame) }
            return sws_scale(
                context, sources.map { $0?.base }, sources.map { Int32($0?.stride ?? 0) }, 0, height, planes,
                strides)
        }
        guard scaled == Int32(rows) else { return nil }
        let levels = luma
        let luma = bytes[..<count].map { (Float($0) - levels.zero) / levels.extent }
        return AveragedPlanes(luma: luma, cb: halved(bytes, from: count), cr: halved(bytes, from: 2 * count))
    }

    /// Averages of 2 x 2 chroma values, about zero.
    private func halved(_ bytes: [UInt8], from start: Int) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(width * rows / 4)
        for y in stride(from: 0, to: rows, by: 2) {
            for x in stride(from: 0, to: width, by: 2) {
                let index = start + y * width + x
                let sum =
                    Int(bytes[index]) + Int(bytes[index + 1]) + Int(bytes[index + width])
                    + Int(bytes[index + width + 1])
                result.append((Float(sum) / 4 - 128) / chroma)
            }
        }
        return result
    }
}
