import CFFmpeg
import CFFmpegShim
import Timeline

/// Makes pictures in which a channel's mark is looked for: the luma of frames of one format, as coded, in
/// full range.
final class MarkReader {
    private let format: PictureFormat
    private var source: Source
    /// From units of a sample to 0...255: (value - zero) x scale.
    private let levels: PictureFormat.Planar.Levels

    private enum Source {
        case plane(PictureFormat.Component, bytesPerSample: Int, PlaneSampler)
        /// swscale, for what has no plane of luma.
        case scaled(OpaquePointer)
    }

    /// nil if swscale does not know the format either.
    init?(_ format: PictureFormat) {
        self.format = format
        let (width, height) = Self.size(of: format)
        if let planar = format.planar {
            let component = planar.components[0]
            source = .plane(
                component, bytesPerSample: planar.bytesPerSample,
                PlaneSampler(
                    width: component.width, height: component.height, step: component.step, columns: width,
                    rows: height))
            let luma = planar.lumaLevels(isFullRange: format.color.isFullRange)
            levels = (luma.zero, 255 * luma.scale)
        } else {
            guard sws_isSupportedInput(format.pixelFormat) > 0,
                let context = sws_getContext(
                    Int32(format.width), Int32(format.height), format.pixelFormat, Int32(width),
                    Int32(height), AV_PIX_FMT_GRAY8, SWS_AREA | SWS_ACCURATE_RND | SWS_BITEXACT, nil, nil, nil
                )
            else { return nil }
            source = .scaled(context)
            levels = (0, 1)
        }
    }

    deinit { if case .scaled(let context) = source { sws_freeContext(context) } }

    /// Whether frames of `format` are read by it.
    func reads(_ format: PictureFormat) -> Bool { self.format == format }

    /// nil if the frame's planes are not there.
    func picture(of frame: UnsafeMutablePointer<AVFrame>) -> MarkPicture? {
        guard let values = values(of: frame) else { return nil }
        let upright = format.orientation.turned(
            values, width: MarkPicture.width, height: MarkPicture.height)
        let (zero, scale) = levels
        return MarkPicture(
            luma: upright.map { UInt8(min(max(($0 - zero) * scale + 0.5, 0), 255)) })
    }

    /// As the frame is laid out.
    private static func size(of format: PictureFormat) -> (width: Int, height: Int) {
        format.orientation.isTransposed
            ? (MarkPicture.height, MarkPicture.width) : (MarkPicture.width, MarkPicture.height)
    }

    private func values(of frame: UnsafeMutablePointer<AVFrame>) -> [Float]? {
        switch source {
        case .plane(let component, let bytesPerSample, var sampler):
            guard let (base, stride) = FramePlane.plane(component.plane, of: frame) else { return nil }
            let start = base + component.offset * bytesPerSample
            return bytesPerSample == 1
                ? sampler.averages(ofBytes: start, stride: stride)
                : start.withMemoryRebound(to: UInt16.self, capacity: 1) {
                    sampler.averages(ofWords: $0, stride: stride)
                }
        case .scaled(let context):
            let (width, height) = Self.size(of: format)
            // Some of swscale's loops write a few bytes beyond a row's end.
            var bytes = [UInt8](repeating: 0, count: width * height + 64)
            let rows = bytes.withUnsafeMutableBufferPointer { bytes in
                let sources = (0..<4).map { FramePlane.plane($0, of: frame) }
                return sws_scale(
                    context, sources.map { $0?.base }, sources.map { Int32($0?.stride ?? 0) }, 0,
                    Int32(format.height), [bytes.baseAddress, nil, nil, nil], [Int32(width), 0, 0, 0])
            }
            return rows == Int32(height) ? bytes.prefix(width * height).map(Float.init) : nil
        }
    }
}
