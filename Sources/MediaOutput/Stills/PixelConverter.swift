import CFFmpeg
import Glibc
import Timeline

/// Resizes RGB pictures of one size, and turns them into another layout of pixels: full range, BT.601.
///
/// Copies each picture into a frame of its own, for swscale reads and writes beyond rows. Deterministic. Used
/// on one thread at a time.
final class PixelConverter {
    private let context: OpaquePointer
    private let source: UnsafeMutablePointer<AVFrame>
    private let target: UnsafeMutablePointer<AVFrame>

    /// nil if memory is out.
    init?(from size: (width: Int, height: Int), to wanted: (width: Int, height: Int), _ format: AVPixelFormat)
    {
        let isSmaller = wanted.width < size.width || wanted.height < size.height
        let flags = (isSmaller ? SWS_AREA : SWS_BICUBIC) | SWS_ACCURATE_RND | SWS_BITEXACT
        guard
            let context = sws_getContext(
                Int32(size.width), Int32(size.height), AV_PIX_FMT_RGB24, Int32(wanted.width),
                Int32(wanted.height), format, flags, nil, nil, nil)
        else { return nil }
        let table = sws_getCoefficients(SWS_CS_ITU601)
        sws_setColorspaceDetails(context, table, 1, table, 1, 0, 1 << 16, 1 << 16)
        guard let source = Self.frame(size, AV_PIX_FMT_RGB24), let target = Self.frame(wanted, format) else {
            sws_freeContext(context)
            return nil
        }
        (self.context, self.source, self.target) = (context, source, target)
    }

    deinit {
        sws_freeContext(context)
        for frame in [source, target] {
            var frame: UnsafeMutablePointer<AVFrame>? = frame
            av_frame_free(&frame)
        }
    }

    private static func frame(
        _ size: (width: Int, height: Int), _ format: AVPixelFormat
    ) -> UnsafeMutablePointer<AVFrame>? {
        var frame = av_frame_alloc()
        frame?.pointee.width = Int32(size.width)
        frame?.pointee.height = Int32(size.height)
        frame?.pointee.format = format.rawValue
        frame?.pointee.color_range = AVCOL_RANGE_JPEG
        if let made = frame, av_frame_get_buffer(made, 0) >= 0 { return made }
        av_frame_free(&frame)
        return nil
    }

    func fits(_ picture: RGBPicture) -> Bool {
        picture.width == Int(source.pointee.width) && picture.height == Int(source.pointee.height)
    }

    /// The picture in the other layout, valid until the next call; nil if memory is out.
    func converted(_ picture: RGBPicture) -> UnsafeMutablePointer<AVFrame>? {
        guard let pixels = source.pointee.data.0, av_frame_make_writable(target) >= 0 else { return nil }
        let (row, stride) = (3 * picture.width, Int(source.pointee.linesize.0))
        picture.bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            for y in 0..<picture.height {
                let line = pixels + y * stride
                memcpy(line, base + y * row, row)
                // Of an odd width, chroma is averaged with what stands behind the last pixel.
                for x in row..<min(stride, row + 48) { line[x] = line[x - 3] }
            }
        }
        let done = withUnsafePointers(of: source) { sources, strides in
            withUnsafeTargets(of: target) { targets, targetStrides in
                sws_scale(context, sources, strides, 0, source.pointee.height, targets, targetStrides)
            }
        }
        return done == target.pointee.height ? target : nil
    }

    /// The picture in RGB at the wanted size; nil if memory is out.
    func resized(_ picture: RGBPicture) -> RGBPicture? {
        guard let frame = converted(picture), let pixels = frame.pointee.data.0 else { return nil }
        let (width, height) = (Int(frame.pointee.width), Int(frame.pointee.height))
        let stride = Int(frame.pointee.linesize.0)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(3 * width * height)
        for y in 0..<height {
            bytes.append(contentsOf: UnsafeBufferPointer(start: pixels + y * stride, count: 3 * width))
        }
        return RGBPicture(width: width, height: height, bytes: bytes)
    }

    private func withUnsafePointers<Result>(
        of frame: UnsafeMutablePointer<AVFrame>,
        _ body: (UnsafePointer<UnsafePointer<UInt8>?>, UnsafePointer<Int32>) -> Result
    ) -> Result {
        let planes = [
            frame.pointee.data.0, frame.pointee.data.1, frame.pointee.data.2, frame.pointee.data.3,
        ].map { $0.map { UnsafePointer($0) } }
        return body(planes, Self.strides(of: frame))
    }

    private func withUnsafeTargets<Result>(
        of frame: UnsafeMutablePointer<AVFrame>,
        _ body: (UnsafePointer<UnsafeMutablePointer<UInt8>?>, UnsafePointer<Int32>) -> Result
    ) -> Result {
        let planes = [
            frame.pointee.data.0, frame.pointee.data.1, frame.pointee.data.2, frame.pointee.data.3,
        ]
        return body(planes, Self.strides(of: frame))
    }

    private static func strides(of frame: UnsafeMutablePointer<AVFrame>) -> [Int32] {
        [
            frame.pointee.linesize.0, frame.pointee.linesize.1, frame.pointee.linesize.2,
            frame.pointee.linesize.3,
        ]
    }
}
