import CFFmpeg
import Glibc
package import Timeline

/// Makes what the steps need of pictures that somebody else decoded: the same, to the bit, as of the same
/// pictures out of a decoder of FFmpeg's.
///
/// Copies each picture into a frame of its own, for swscale reads and writes beyond rows that stand closer.
/// Used on one thread at a time.
package final class RawPictureReader {
    private var maker: PictureMaker
    private let views: Set<Picture.View>
    private let frame: UnsafeMutablePointer<AVFrame>
    private var shape: (format: RawPicture.Format, width: Int, height: Int)?

    /// `views`: what is wanted of each picture beside the analysis picture. nil if memory is out.
    package init?(views: Set<Picture.View> = []) {
        guard let frame = av_frame_alloc() else { return nil }
        self.frame = frame
        self.views = views
        maker = PictureMaker(views: views)
    }

    deinit {
        var frame: UnsafeMutablePointer<AVFrame>? = frame
        av_frame_free(&frame)
    }

    /// What the steps need of a complete picture of at least one pixel; nil if memory is out. O(bytes).
    package func read(
        _ picture: RawPicture
    ) -> (analysis: AnalysisPicture, views: [Picture.View: RGBPicture])? {
        precondition(picture.width > 0 && picture.height > 0, "a picture has pixels")
        precondition(picture.isComplete, "all rows of a picture are there")
        guard fill(with: picture),
            let analysis = maker.analysisPicture(of: frame, orientation: .upright)
        else { return nil }
        guard !views.isEmpty else { return (analysis, [:]) }
        let made = maker.views(
            of: frame, shown: (picture.width, picture.height), orientation: .upright)
        return made.count == views.count ? (analysis, made) : nil
    }

    private func fill(with picture: RawPicture) -> Bool {
        if shape.map({ $0 != (picture.format, picture.width, picture.height) }) ?? true {
            shape = nil
            av_frame_unref(frame)
            frame.pointee.format = picture.format.pixelFormat.rawValue
            frame.pointee.width = Int32(picture.width)
            frame.pointee.height = Int32(picture.height)
            guard av_frame_get_buffer(frame, 0) >= 0 else { return false }
            shape = (picture.format, picture.width, picture.height)
        }
        frame.pointee.colorspace =
            switch picture.matrix {
            case .unspecified: AVCOL_SPC_UNSPECIFIED
            case .bt601: AVCOL_SPC_SMPTE170M
            case .bt709: AVCOL_SPC_BT709
            case .bt2020: AVCOL_SPC_BT2020_NCL
            }
        frame.pointee.color_range =
            switch picture.range {
            case .unspecified: AVCOL_RANGE_UNSPECIFIED
            case .limited: AVCOL_RANGE_MPEG
            case .full: AVCOL_RANGE_JPEG
            }
        frame.pointee.color_trc =
            switch picture.transfer {
            case .standard: AVCOL_TRC_UNSPECIFIED
            case .perceptualQuantizer: AVCOL_TRC_SMPTE2084
            case .hybridLogGamma: AVCOL_TRC_ARIB_STD_B67
            }
        let targets = [
            (frame.pointee.data.0, frame.pointee.linesize.0),
            (frame.pointee.data.1, frame.pointee.linesize.1),
            (frame.pointee.data.2, frame.pointee.linesize.2),
        ]
        let layout = RawPicture.layout(picture.format, width: picture.width, height: picture.height)
        for (index, plane) in layout.enumerated() {
            guard let target = targets[index].0 else { return false }
            picture.planes[index].withUnsafeBytes { source in
                guard let source = source.baseAddress else { return }
                for row in 0..<plane.rows {
                    memcpy(
                        target + row * Int(targets[index].1), source + row * picture.strides[index],
                        plane.rowBytes)
                }
            }
        }
        return true
    }
}

extension RawPicture.Format {
    fileprivate var pixelFormat: AVPixelFormat {
        switch self {
        case .yuv420: AV_PIX_FMT_YUV420P
        case .nv12: AV_PIX_FMT_NV12
        case .gray: AV_PIX_FMT_GRAY8
        case .rgb24: AV_PIX_FMT_RGB24
        case .rgba: AV_PIX_FMT_RGBA
        case .bgra: AV_PIX_FMT_BGRA
        }
    }
}
