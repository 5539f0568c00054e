import CFFmpeg
import CFFmpegShim
import Timeline

/// Makes of a stream's frames what the steps need of them. Owned by one decoder.
struct FrameViewer {
    /// A frame as it is shown.
    struct View {
        /// nil if the frame has no pixels that can be read.
        var analysis: AnalysisPicture?
        /// All that are wanted, or none if the frame has no pixels that can be read.
        var views: [Picture.View: RGBPicture]
        /// Everything that is wanted is there.
        var isReadable: Bool
        /// Upright, with square pixels.
        var width: Int
        var height: Int
    }

    private let containerOrientation: Orientation
    private let containerAspect: AVRational
    private let wanted: Set<Picture.View>
    private var maker: PictureMaker

    /// `views`: what is wanted of each picture beside the analysis picture.
    init(_ stream: UnsafeMutablePointer<AVStream>, views: Set<Picture.View>) {
        wanted = views
        maker = PictureMaker(views: views)
        containerOrientation =
            scn_stream_display_matrix(stream).map { Orientation(displayMatrix: $0) } ?? .upright
        containerAspect = av_guess_sample_aspect_ratio(nil, stream, nil)
    }

    /// `made`: the frame's analysis picture, if it has been made before.
    mutating func view(
        _ frame: UnsafeMutablePointer<AVFrame>, analysis made: AnalysisPicture? = nil
    ) -> View {
        let orientation = orientation(of: frame)
        let shown = shownSize(of: frame, orientation: orientation)
        let analysis = made ?? maker.analysisPicture(of: frame, orientation: orientation)
        let views = wanted.isEmpty ? [:] : maker.views(of: frame, shown: shown, orientation: orientation)
        return View(
            analysis: analysis, views: views,
            isReadable: analysis != nil && views.count == wanted.count, width: shown.width,
            height: shown.height)
    }

    /// The analysis picture alone; nil if the frame has no pixels that can be read.
    mutating func analysis(of frame: UnsafeMutablePointer<AVFrame>) -> AnalysisPicture? {
        maker.analysisPicture(of: frame, orientation: orientation(of: frame))
    }

    /// What a channel's mark is looked for in; nil if the frame has no pixels that can be read.
    mutating func mark(of frame: UnsafeMutablePointer<AVFrame>) -> MarkPicture? {
        maker.markPicture(of: frame, orientation: orientation(of: frame))
    }

    /// The picture's own display matrix comes before the container's.
    private func orientation(of frame: UnsafeMutablePointer<AVFrame>) -> Orientation {
        guard let side = av_frame_get_side_data(frame, AV_FRAME_DATA_DISPLAYMATRIX), side.pointee.size >= 36,
            let data = side.pointee.data
        else { return containerOrientation }
        return data.withMemoryRebound(to: Int32.self, capacity: 9) { Orientation(displayMatrix: $0) }
    }

    /// The container's shape of pixels comes before the picture's own.
    private func shownSize(
        of frame: UnsafeMutablePointer<AVFrame>, orientation: Orientation
    ) -> (width: Int, height: Int) {
        let (width, height) = (Int(frame.pointee.width), Int(frame.pointee.height))
        let aspect = containerAspect.num > 0 ? containerAspect : frame.pointee.sample_aspect_ratio
        var shown = width
        if aspect.num > 0 && aspect.den > 0 {
            let exact = Double(width) * Double(aspect.num) / Double(aspect.den)
            shown = max(1, Int(min(exact, 1e6).rounded()))
        }
        return orientation.isTransposed ? (height, shown) : (shown, height)
    }
}
