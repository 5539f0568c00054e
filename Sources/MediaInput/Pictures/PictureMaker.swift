import CFFmpeg
import Timeline

/// Makes what the steps need of a decoded frame: the only place that sees decoded planes.
///
/// The small analysis picture comes straight from the planes of Y'CbCr and gray frames by box averages;
/// swscale helps out for RGB and paletted ones. Views that somebody wants are made from the same frame.
struct PictureMaker {
    private let wanted: Set<Picture.View>
    private var plan: (format: PictureFormat, reader: any FrameReader, converter: ColorConverter)?
    private var markReader: MarkReader?
    private var viewPlan: (format: PictureFormat, shown: (width: Int, height: Int), maker: ViewMaker)?

    /// `views`: what is wanted of each picture beside the analysis picture.
    init(views: Set<Picture.View> = []) { wanted = views }

    /// The analysis picture of `frame`; nil if the frame has no pixels that can be read.
    mutating func analysisPicture(
        of frame: UnsafeMutablePointer<AVFrame>, orientation: Orientation
    ) -> AnalysisPicture? {
        guard frame.pointee.width > 0, frame.pointee.height > 0 else { return nil }
        let format = PictureFormat(frame, orientation: orientation)
        if plan?.format != format {
            plan = nil
            let reader: (any FrameReader)? = PlanarReader(format) ?? ScaledReader(format)
            guard let reader else { return nil }
            plan = (format, reader, ColorConverter(reader.color))
        }
        guard let plan, let planes = plan.reader.planes(of: frame) else { return nil }
        let (width, height) = (AnalysisPicture.width, AnalysisPicture.height)
        let (chromaWidth, chromaHeight) = (AnalysisPicture.chromaWidth, AnalysisPicture.chromaHeight)
        return plan.converter.picture(
            luma: orientation.turned(planes.luma, width: width, height: height),
            cb: orientation.turned(planes.cb, width: chromaWidth, height: chromaHeight),
            cr: orientation.turned(planes.cr, width: chromaWidth, height: chromaHeight))
    }

    /// What a channel's mark is looked for in; nil if the frame has no pixels that can be read.
    mutating func markPicture(
        of frame: UnsafeMutablePointer<AVFrame>, orientation: Orientation
    ) -> MarkPicture? {
        guard frame.pointee.width > 0, frame.pointee.height > 0 else { return nil }
        let format = PictureFormat(frame, orientation: orientation)
        if markReader?.reads(format) != true { markReader = MarkReader(format) }
        return markReader?.picture(of: frame)
    }

    /// The views of `frame`, whose size as shown, upright with square pixels, is `shown`; none if the frame
    /// has no pixels that can be read.
    mutating func views(
        of frame: UnsafeMutablePointer<AVFrame>, shown: (width: Int, height: Int), orientation: Orientation
    ) -> [Picture.View: RGBPicture] {
        guard frame.pointee.width > 0, frame.pointee.height > 0 else { return [:] }
        let format = PictureFormat(frame, orientation: orientation)
        if viewPlan.map({ $0.format != format || $0.shown != shown }) ?? true {
            viewPlan = nil
            guard let maker = ViewMaker(format, shown: shown, views: wanted) else { return [:] }
            viewPlan = (format, shown, maker)
        }
        return viewPlan?.maker.views(of: frame) ?? [:]
    }
}

/// Averages of a frame over the analysis grid, laid out as the frame is (not turned yet). Luma in 0...1,
/// chroma in -0.5...0.5.
struct AveragedPlanes {
    var luma: [Float]
    var cb: [Float]
    var cr: [Float]
}

/// Reads frames of one format.
protocol FrameReader: AnyObject {
    /// What the averages it gives mean.
    var color: ColorDescription { get }

    /// nil if the frame's planes are not there.
    func planes(of frame: UnsafeMutablePointer<AVFrame>) -> AveragedPlanes?
}
