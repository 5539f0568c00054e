internal import MediaInput

/// A decoded picture: what ``PictureSegmenter`` takes. Upright, 8 bits a value.
///
/// Pixels are taken as square. Image encoders see a picture as it is, so scale an anamorphic one first; for
/// finding shots the shape of pixels does not matter.
public struct VideoPicture: Sendable {
    /// How pixels stand in ``planes``.
    public var format: Format
    /// Pixels in a row.
    public var width: Int
    /// Rows.
    public var height: Int
    /// As many as the ``format`` has.
    public var planes: [Plane]
    /// Presentation time in ticks of the segmenter's time base; later than that of the picture before. It may
    /// count from anywhere, as a clock on the wall counts from 1970.
    public var time: Int64
    /// Ticks that the picture is shown. It counts for the last picture only, whose end nothing else tells;
    /// `nil` takes as long as the picture before.
    public var duration: Int64?
    /// What the values mean.
    public var color = Color()

    /// Makes a picture of planes. ``PictureSegmenter/push(_:)`` checks them.
    public init(
        format: Format, width: Int, height: Int, planes: [Plane], time: Int64, duration: Int64? = nil
    ) {
        self.format = format
        self.width = width
        self.height = height
        self.planes = planes
        self.time = time
        self.duration = duration
    }

    /// Makes a picture of `bytes` without padding, one plane behind the other, as `ffmpeg -f rawvideo` writes
    /// them. Copies them, O(bytes).
    ///
    /// - Parameters:
    ///   - format: how pixels stand in the bytes.
    ///   - width: pixels in a row.
    ///   - height: rows.
    ///   - bytes: exactly ``byteCount(format:width:height:)``.
    ///   - time: in ticks of the segmenter's time base.
    ///   - duration: in ticks, if it is known.
    /// - Throws: ``SceneKitError/invalidPicture(_:)`` if there are more or fewer bytes, or no pixels.
    public init(
        format: Format, width: Int, height: Int, bytes: [UInt8], time: Int64, duration: Int64? = nil
    ) throws(SceneKitError) {
        let count = try Self.byteCount(format: format, width: width, height: height)
        guard bytes.count == count else {
            throw .invalidPicture(
                "a \(format.rawValue) picture of \(width) x \(height) pixels has \(count) bytes, not "
                    + "\(bytes.count): give the bytes of one picture")
        }
        var planes: [Plane] = []
        var start = 0
        for (rowBytes, rows) in RawPicture.layout(format.raw, width: width, height: height) {
            planes.append(Plane(bytes: Array(bytes[start..<start + rowBytes * rows]), stride: rowBytes))
            start += rowBytes * rows
        }
        self.init(
            format: format, width: width, height: height, planes: planes, time: time, duration: duration)
    }

    /// Bytes of a picture without padding.
    ///
    /// - Throws: ``SceneKitError/invalidPicture(_:)`` if the size is not positive, or above 37 748 736
    ///   pixels.
    public static func byteCount(
        format: Format, width: Int, height: Int
    ) throws(SceneKitError) -> Int {
        let most = MediaOptions().maxPixels
        guard width > 0, height > 0, width <= most, height <= most, Int64(width) * Int64(height) <= most
        else {
            throw .invalidPicture(
                "a picture of \(width) x \(height) pixels: both take 1 or more, and \(most) pixels in all; "
                    + "scale the picture")
        }
        return RawPicture.layout(format.raw, width: width, height: height).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// How pixels stand in planes.
    public enum Format: String, Hashable, Sendable, CaseIterable {
        /// Three planes: luma, then Cb and Cr with half the columns and rows, rounded up (FFmpeg's
        /// `yuv420p`).
        case yuv420
        /// Two planes: luma, then Cb and Cr by turns with half the columns and rows, rounded up.
        case nv12
        /// One plane: luma.
        case gray
        /// One plane: red, green, blue.
        case rgb24
        /// One plane: red, green, blue, and a byte that is ignored.
        case rgba
        /// One plane: blue, green, red, and a byte that is ignored.
        case bgra
    }

    /// Rows of bytes.
    public struct Plane: Hashable, Sendable {
        /// The first row begins with the first byte.
        public var bytes: [UInt8]
        /// Bytes from the beginning of a row to the beginning of the next; at least as many as a row has.
        public var stride: Int

        /// Makes a plane. Copies nothing.
        public init(bytes: [UInt8], stride: Int) {
            self.bytes = bytes
            self.stride = stride
        }
    }

    /// What the values of a picture mean. The defaults are what players take where nobody says.
    public struct Color: Hashable, Sendable {
        /// How red, green and blue follow from luma and chroma; of no effect on RGB.
        public var matrix = Matrix.unspecified
        /// Where black and white lie; of no effect on RGB.
        public var range = Range.unspecified
        /// How values follow from light.
        public var transfer = Transfer.standard

        /// Makes the defaults.
        public init() {}

        /// How red, green and blue follow from luma and chroma.
        public enum Matrix: Hashable, Sendable {
            /// BT.709 for pictures wider than 1279 or higher than 576 pixels, else BT.601.
            case unspecified
            /// Standard definition.
            case bt601
            /// High definition.
            case bt709
            /// Ultra-high definition.
            case bt2020
        }

        /// Where black and white lie.
        public enum Range: Hashable, Sendable {
            /// Limited; full for gray pictures.
            case unspecified
            /// 16 and 235.
            case limited
            /// 0 and 255.
            case full
        }

        /// How values follow from light.
        public enum Transfer: Hashable, Sendable {
            /// Standard dynamic range.
            case standard
            /// PQ (SMPTE ST 2084).
            case perceptualQuantizer
            /// HLG (ARIB STD-B67).
            case hybridLogGamma
        }
    }
}

extension VideoPicture {
    /// The picture as the house reads it.
    func raw() throws(SceneKitError) -> RawPicture {
        _ = try Self.byteCount(format: format, width: width, height: height)
        var raw = RawPicture(
            format: format.raw, width: width, height: height, planes: planes.map(\.bytes),
            strides: planes.map(\.stride))
        guard raw.isComplete else {
            throw .invalidPicture(
                "the planes of a \(format.rawValue) picture of \(width) x \(height) pixels do not hold all "
                    + "its rows: check planes, bytes and strides")
        }
        raw.matrix =
            switch color.matrix {
            case .unspecified: .unspecified
            case .bt601: .bt601
            case .bt709: .bt709
            case .bt2020: .bt2020
            }
        raw.range =
            switch color.range {
            case .unspecified: .unspecified
            case .limited: .limited
            case .full: .full
            }
        raw.transfer =
            switch color.transfer {
            case .standard: .standard
            case .perceptualQuantizer: .perceptualQuantizer
            case .hybridLogGamma: .hybridLogGamma
            }
        return raw
    }
}

extension VideoPicture.Format {
    var raw: RawPicture.Format {
        switch self {
        case .yuv420: .yuv420
        case .nv12: .nv12
        case .gray: .gray
        case .rgb24: .rgb24
        case .rgba: .rgba
        case .bgra: .bgra
        }
    }
}
