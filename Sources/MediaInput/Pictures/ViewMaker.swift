import CFFmpeg
import TensorKernels
import Timeline

/// Makes views of frames of one format, upright, with square pixels.
///
/// Crops are to the bit what `ffmpeg` and the Python Imaging Library make together: the frame in RGB at full
/// size, resized with bytes between the passes, cut. All crops of a frame share what turns it into RGB. One
/// step from the decoder's planes to the view would be cheaper and is as good, but networks tell the two
/// apart (docs/measurements/networks.md). Thumbnails take that step (`ThumbnailMaker`).
final class ViewMaker {
    private struct Cut {
        let view: Picture.View
        /// Takes the frame's planes; else its RGB.
        let takesPlanes: Bool
        var crop: ByteCrop
    }

    private let width: Int
    private let height: Int
    private let orientation: Orientation
    /// Size upright with square pixels.
    private let shown: (width: Int, height: Int)
    private var cuts: [Cut] = []
    private let thumbnails: [(view: Picture.View, maker: ThumbnailMaker)]
    /// Red, green and blue from the planes, where they are needed; nil where no view is made so.
    private let colors: PlaneColors?
    /// The whole frame's RGB from swscale; nil where no view is made so.
    private let converter: RGBConverter?
    private let light: HighDynamicRange?
    /// The frame turned upright, where it is not.
    private var turned: [UInt8] = []

    /// nil if nobody can read the format. `shown`: size upright with square pixels.
    init?(_ format: PictureFormat, shown: (width: Int, height: Int), views: Set<Picture.View>) {
        orientation = format.orientation
        self.shown = shown
        let isTransposed = orientation.isTransposed
        width = isTransposed ? format.height : format.width
        height = isTransposed ? format.width : format.height
        let crops = views.filter { !$0.isForPeople }.map { [width, height] view in
            let place = view.place(in: shown)
            return (
                view,
                ByteCrop(
                    width: width, height: height, resized: place.resized, left: place.left, top: place.top,
                    size: place.size)
            )
        }
        let isUpright = orientation == .upright
        let colors = isUpright && crops.contains { $0.1.takesPlanes } ? PlaneColors(format) : nil
        self.colors = colors
        cuts = crops.map { Cut(view: $0, takesPlanes: colors != nil && $1.takesPlanes, crop: $1) }
        light = HighDynamicRange(format.color.transfer)
        var thumbnails: [(view: Picture.View, maker: ThumbnailMaker)] = []
        for view in views where view.isForPeople {
            let size = view.place(in: shown).size
            let lying = isTransposed ? (width: size.height, height: size.width) : size
            guard let maker = ThumbnailMaker(format, width: lying.width, height: lying.height) else {
                return nil
            }
            thumbnails.append((view, maker))
        }
        self.thumbnails = thumbnails
        if cuts.contains(where: { !$0.takesPlanes }) {
            guard let converter = RGBConverter(format, slack: ByteCrop.slack) else { return nil }
            self.converter = converter
        } else {
            converter = nil
        }
    }

    /// nil if the frame's planes are not there.
    func views(of frame: UnsafeMutablePointer<AVFrame>) -> [Picture.View: RGBPicture]? {
        let planes = colors?.planes(of: frame)
        guard planes != nil || colors == nil else { return nil }
        let pixels = converter?.converted(frame)
        guard pixels != nil || converter == nil else { return nil }
        if let pixels, let converter, orientation != .upright {
            if turned.isEmpty { turned = [UInt8](repeating: 0, count: 3 * width * height + ByteCrop.slack) }
            turn(pixels, stride: converter.stride, width: width, height: height, into: &turned)
        }
        var views: [Picture.View: RGBPicture] = [:]
        for index in cuts.indices {
            var bytes: [UInt8] = []
            if cuts[index].takesPlanes, let planes {
                cuts[index].crop.crop(planes, into: &bytes)
            } else if orientation != .upright {
                turned.withUnsafeBufferPointer { turned in
                    guard let base = turned.baseAddress else { return }
                    cuts[index].crop.crop(base, stride: 3 * width, into: &bytes)
                }
            } else if let pixels, let converter {
                cuts[index].crop.crop(pixels, stride: converter.stride, into: &bytes)
            }
            if let light { Self.standardize(&bytes, light) }
            let size = cuts[index].crop.size
            views[cuts[index].view] = RGBPicture(width: size.width, height: size.height, bytes: bytes)
        }
        for (view, maker) in thumbnails {
            guard let bytes = maker.thumbnail(of: frame) else { return nil }
            views[view] = thumbnail(bytes, size: view.place(in: shown).size)
        }
        return views
    }

    /// A thumbnail upright, in standard dynamic range. `size`: as shown.
    private func thumbnail(_ lying: [UInt8], size: (width: Int, height: Int)) -> RGBPicture {
        var bytes = lying
        if orientation != .upright {
            let stride = 3 * (orientation.isTransposed ? size.height : size.width)
            lying.withUnsafeBufferPointer { lying in
                guard let base = lying.baseAddress else { return }
                turn(base, stride: stride, width: size.width, height: size.height, into: &bytes)
            }
        }
        if let light { Self.standardize(&bytes, light) }
        return RGBPicture(width: size.width, height: size.height, bytes: bytes)
    }

    /// Puts a picture upright: `width` x `height` as shown.
    private func turn(
        _ pixels: UnsafePointer<UInt8>, stride: Int, width: Int, height: Int, into turned: inout [UInt8]
    ) {
        var target = 0
        for y in 0..<height {
            for x in 0..<width {
                let shownX = orientation.flipsX ? width - 1 - x : x
                let shownY = orientation.flipsY ? height - 1 - y : y
                let source =
                    orientation.isTransposed ? shownX * stride + 3 * shownY : shownY * stride + 3 * shownX
                for channel in 0..<3 { turned[target + channel] = pixels[source + channel] }
                target += 3
            }
        }
    }

    /// PQ and HLG colors go the way of the analysis picture.
    private static func standardize(_ bytes: inout [UInt8], _ light: HighDynamicRange) {
        for pixel in stride(from: 0, to: bytes.count, by: 3) {
            let codes = SIMD3(Float(bytes[pixel]), Float(bytes[pixel + 1]), Float(bytes[pixel + 2]))
            let color = light.standard(codes / 255) * 255 + 0.5
            for channel in 0..<3 { bytes[pixel + channel] = UInt8(min(max(color[channel], 0), 255)) }
        }
    }
}
