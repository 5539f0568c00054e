import CFFmpeg

/// All of a decoded frame that decides how its pixels are read. Pictures of one format share one
/// `PictureMaker` plan.
struct PictureFormat: Hashable {
    var width: Int
    var height: Int
    var pixelFormat: AVPixelFormat
    var color: ColorDescription
    var orientation: Orientation

    /// Where a component's values lie.
    struct Component: Hashable {
        var plane: Int
        /// Values per row and column.
        var width: Int
        var height: Int
        /// Samples from one value to the next, and to the first value of a row.
        var step: Int
        var offset: Int
    }

    /// How the pixels can be read without swscale: luma first, chroma after it (none in gray pictures).
    struct Planar: Hashable {
        var components: [Component]
        /// Bits of a value; it may stand `shift` bits up in its sample.
        var depth: Int
        var shift: Int
        var bytesPerSample: Int
    }

    init(_ frame: UnsafeMutablePointer<AVFrame>, orientation: Orientation) {
        width = Int(frame.pointee.width)
        height = Int(frame.pointee.height)
        pixelFormat = AVPixelFormat(rawValue: frame.pointee.format)
        self.orientation = orientation
        let count = av_pix_fmt_desc_get(pixelFormat)?.pointee.nb_components ?? 0
        color = ColorDescription(
            space: frame.pointee.colorspace, range: frame.pointee.color_range,
            transfer: frame.pointee.color_trc, format: pixelFormat, isGray: count < 3, width: width,
            height: height)
    }

    static func == (left: PictureFormat, right: PictureFormat) -> Bool {
        left.width == right.width && left.height == right.height
            && left.pixelFormat.rawValue == right.pixelFormat.rawValue && left.color == right.color
            && left.orientation == right.orientation
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(width)
        hasher.combine(height)
        hasher.combine(pixelFormat.rawValue)
    }

    /// nil for RGB, paletted, bit-packed, floating-point and foreign-endian formats: swscale reads those.
    var planar: Planar? {
        guard let descriptor = av_pix_fmt_desc_get(pixelFormat) else { return nil }
        let excluded =
            AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL
            | AV_PIX_FMT_FLAG_FLOAT | AV_PIX_FMT_FLAG_BAYER
        guard descriptor.pointee.flags & UInt64(excluded) == 0,
            !String(cString: descriptor.pointee.name).hasPrefix("xyz")
        else { return nil }
        let all = [descriptor.pointee.comp.0, descriptor.pointee.comp.1, descriptor.pointee.comp.2]
        let used = Array(all.prefix(descriptor.pointee.nb_components < 3 ? 1 : 3))
        let depth = Int(used[0].depth)
        let shift = Int(used[0].shift)
        let bytes = depth + shift > 8 ? 2 : 1
        guard depth >= 8, depth + shift <= 16,
            used.allSatisfy({ Int($0.depth) == depth && Int($0.shift) == shift }),
            used.allSatisfy({ Int($0.step) % bytes == 0 && Int($0.offset) % bytes == 0 }),
            bytes == 1 || descriptor.pointee.flags & UInt64(AV_PIX_FMT_FLAG_BE) == 0
        else { return nil }
        let components = used.enumerated().map { index, component in
            let (across, down) =
                index == 0
                ? (0, 0) : (Int(descriptor.pointee.log2_chroma_w), Int(descriptor.pointee.log2_chroma_h))
            return Component(
                plane: Int(component.plane), width: -(-width >> across), height: -(-height >> down),
                step: Int(component.step) / bytes, offset: Int(component.offset) / bytes)
        }
        return Planar(components: components, depth: depth, shift: shift, bytesPerSample: bytes)
    }
}
