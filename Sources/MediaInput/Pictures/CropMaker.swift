import CFFmpeg
import TensorKernels
import Timeline

/// Cuts what an image encoder sees out of frames of one format, upright, with square pixels, to the bit as `ffmpeg` and the
/// Python Imaging Library do it together: the frame in RGB at full size, resized with bytes between the passes, cut.
///
/// One step from the decoder's planes to the crop would be cheaper and is as good, but networks tell the two apart
/// (docs/measurements/networks.md).
final class CropMaker {
    /// Where red, green and blue come from.
    private enum Source {
        /// From the planes, where they are needed.
        case planes(PlaneColors)
        /// From swscale, the whole frame.
        case pixels(RGBConverter)
    }

    private let width: Int
    private let height: Int
    private let orientation: Orientation
    private let source: Source
    private var crop: ByteCrop
    private let light: HighDynamicRange?
    /// The frame turned upright, where it is not.
    private var turned: [UInt8] = []

    /// nil if nobody can read the format. `shown`: size upright with square pixels.
    init?(_ format: PictureFormat, shown: (width: Int, height: Int), geometry: PictureGeometry) {
        orientation = format.orientation
        let isTransposed = orientation.isTransposed
        width = isTransposed ? format.height : format.width
        height = isTransposed ? format.width : format.height
        let size = geometry.resizedSize(width: shown.width, height: shown.height)
        crop = ByteCrop(
            width: width, height: height, resized: size, left: geometry.cropOffset(size.width),
            top: geometry.cropOffset(size.height), side: geometry.cropSide)
        if orientation == .upright, crop.takesPlanes, let colors = PlaneColors(format) {
            source = .planes(colors)
        } else if let converter = RGBConverter(format, slack: ByteCrop.slack) {
            source = .pixels(converter)
        } else {
            return nil
        }
        light = HighDynamicRange(format.color.transfer)
    }

    /// nil if the frame's planes are not there.
    func crop(of frame: UnsafeMutablePointer<AVFrame>) -> RGBPicture? {
        var bytes: [UInt8] = []
        switch source {
        case .planes(let colors):
            guard let planes = colors.planes(of: frame) else { return nil }
            crop.crop(planes, into: &bytes)
        case .pixels(let converter):
            guard let pixels = converter.converted(frame) else { return nil }
            if orientation == .upright {
                crop.crop(pixels, stride: converter.stride, into: &bytes)
            } else {
                turn(pixels, stride: converter.stride)
                turned.withUnsafeBufferPointer { turned in
                    if let base = turned.baseAddress { crop.crop(base, stride: 3 * width, into: &bytes) }
                }
            }
        }
        if let light { Self.standardize(&bytes, light) }
        return RGBPicture(width: crop.side, height: crop.side, bytes: bytes)
    }

    /// Puts the upright picture into `turned`.
    private func turn(_ pixels: UnsafePointer<UInt8>, stride: Int) {
        if turned.isEmpty { turned = [UInt8](repeating: 0, count: 3 * width * height + ByteCrop.slack) }
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

    /// PQ and HLG colours go the way of the analysis picture.
    private static func standardize(_ bytes: inout [UInt8], _ light: HighDynamicRange) {
        for pixel in stride(from: 0, to: bytes.count, by: 3) {
            let codes = SIMD3(Float(bytes[pixel]), Float(bytes[pixel + 1]), Float(bytes[pixel + 2]))
            let color = light.standard(codes / 255) * 255 + 0.5
            for channel in 0..<3 { bytes[pixel + channel] = UInt8(min(max(color[channel], 0), 255)) }
        }
    }
}
