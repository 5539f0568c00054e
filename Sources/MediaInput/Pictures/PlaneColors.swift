import CFFmpeg
import TensorKernels

/// Frames of one format in Y'CbCr 4:2:0 of 8 bits for `ByteCrop`, with the colors that swscale would give
/// them.
///
/// swscale turns such frames into RGB pixel by pixel, in sums of 16 bits that are known
/// (`HalvedChromaPlanes`). Whether this swscale does so on this processor is tried on a small picture of
/// noise first.
struct PlaneColors {
    private let shares: HalvedChromaPlanes.Shares

    /// nil if swscale has to do it. Costs a fraction of a millisecond.
    init?(_ format: PictureFormat) {
        guard format.pixelFormat == AV_PIX_FMT_YUV420P || format.pixelFormat == AV_PIX_FMT_YUVJ420P,
            format.width % 2 == 0, format.height % 2 == 0
        else { return nil }
        shares = Self.shares(format.color)
        guard agreesWithSwscale(format) else { return nil }
    }

    /// nil if the frame's planes are not there. Holds as long as the frame.
    func planes(of frame: UnsafeMutablePointer<AVFrame>) -> HalvedChromaPlanes? {
        let (data, strides) = (frame.pointee.data, frame.pointee.linesize)
        guard let luma = data.0, let cb = data.1, let cr = data.2 else { return nil }
        return HalvedChromaPlanes(
            luma: (UnsafePointer(luma), Int(strides.0)), cb: (UnsafePointer(cb), Int(strides.1)),
            cr: (UnsafePointer(cr), Int(strides.2)), shares: shares)
    }

    /// Products of 2^13 and the shares of ITU-T H.273 that swscale has for the matrix, rounded; levels
    /// stretched from 219 and 224 steps to 255.
    private static func shares(_ color: ColorDescription) -> HalvedChromaPlanes.Shares {
        let full = RGBConverter.coefficients(color)
        func share(_ coefficient: Int, stretched: Bool) -> Int16 {
            let inRange = stretched ? coefficient * 224 / 255 : coefficient
            return Int16(clamping: (inRange * (1 << 13) + (1 << 15)) >> 16)
        }
        let isFull = color.isFullRange
        let luma = isFull ? 1 << 16 : (1 << 16) * 255 / 219
        return HalvedChromaPlanes.Shares(
            black: isFull ? 0 : 16 * 8, luma: share(luma, stretched: false),
            redCr: share(Int(full[0]), stretched: isFull), greenCb: share(-Int(full[2]), stretched: isFull),
            greenCr: share(-Int(full[3]), stretched: isFull), blueCb: share(Int(full[1]), stretched: isFull))
    }

    /// Both ways over a picture of noise, whose width ends in the same bits as the format's: programs treat
    /// the ends of rows apart.
    private func agreesWithSwscale(_ format: PictureFormat) -> Bool {
        let side = 64 + format.width % 64
        var small = format
        (small.width, small.height, small.orientation) = (side, side, .upright)
        var crop = ByteCrop(
            width: side, height: side, resized: (side, side), left: 0, top: 0, size: (side, side))
        guard crop.takesPlanes, let converter = RGBConverter(small, slack: 0) else { return false }
        // Rows of three planes beside one another, and room for readers that go on in vectors.
        let stride = 256
        var state: UInt32 = 1
        let noise = (0..<3 * stride * (side + 1)).map { _ in
            // Numerical Recipes' generator; its high bits, spread so that both ends occur.
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(clamping: (Int(state >> 23) - 128))
        }
        return noise.withUnsafeBufferPointer { noise in
            guard let base = noise.baseAddress else { return false }
            let planes = (0..<3).map { base + $0 * stride * (side + 1) }
            var own: [UInt8] = []
            crop.crop(
                HalvedChromaPlanes(
                    luma: (planes[0], stride), cb: (planes[1], stride), cr: (planes[2], stride),
                    shares: shares), into: &own)
            let others = converter.converted(
                planes + [nil], strides: [Int32](repeating: Int32(stride), count: 3) + [0])
            guard let others else { return false }
            return (0..<side).allSatisfy { row in
                (0..<3 * side).allSatisfy { own[3 * side * row + $0] == others[converter.stride * row + $0] }
            }
        }
    }
}
