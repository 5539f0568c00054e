import CFFmpeg

/// What the numbers of a decoded picture mean: matrix, range and transfer, as the stream says or as players
/// assume.
struct ColorDescription: Hashable {
    /// How R'G'B' follows from Y'CbCr, each in 0...1 with chroma in -0.5...0.5 (ITU-T H.273, table 4).
    enum Matrix: Hashable {
        /// BT.601, also BT.470 B/G and SMPTE 170M.
        case bt601
        case bt709
        /// BT.2020, constant or not.
        case bt2020
        case smpte240
        case fcc
        case ycgco
    }

    enum Transfer: Hashable {
        case standard
        /// SMPTE ST 2084.
        case perceptualQuantizer
        /// ARIB STD-B67.
        case hybridLogGamma
    }

    var matrix: Matrix
    /// 0...255 rather than 16...235.
    var isFullRange: Bool
    var transfer: Transfer

    /// `isGray`: the picture has no color.
    init(
        space: AVColorSpace, range: AVColorRange, transfer: AVColorTransferCharacteristic,
        format: AVPixelFormat,
        isGray: Bool, width: Int, height: Int
    ) {
        matrix =
            switch space {
            case AVCOL_SPC_BT709: .bt709
            case AVCOL_SPC_BT470BG, AVCOL_SPC_SMPTE170M: .bt601
            case AVCOL_SPC_SMPTE240M: .smpte240
            case AVCOL_SPC_FCC: .fcc
            case AVCOL_SPC_YCGCO: .ycgco
            case AVCOL_SPC_BT2020_NCL, AVCOL_SPC_BT2020_CL, AVCOL_SPC_ICTCP: .bt2020
            // Unspecified: high definition is BT.709, as players have it.
            default: width >= 1280 || height > 576 ? .bt709 : .bt601
            }
        let formatIsFull =
            switch format {
            case AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUVJ440P,
                AV_PIX_FMT_YUVJ411P:
                true
            default: isGray && range == AVCOL_RANGE_UNSPECIFIED
            }
        isFullRange = range == AVCOL_RANGE_JPEG || formatIsFull
        self.transfer =
            switch transfer {
            case AVCOL_TRC_SMPTE2084: .perceptualQuantizer
            case AVCOL_TRC_ARIB_STD_B67: .hybridLogGamma
            default: .standard
            }
    }
}

extension ColorDescription.Matrix {
    /// Weights of red and blue in luma; nil for YCgCo, which is no such matrix.
    private var lumaWeights: (red: Float, blue: Float)? {
        switch self {
        case .bt601: (0.299, 0.114)
        case .bt709: (0.2126, 0.0722)
        case .bt2020: (0.2627, 0.0593)
        case .smpte240: (0.212, 0.087)
        case .fcc: (0.30, 0.11)
        case .ycgco: nil
        }
    }

    /// Shares of the two chroma values in red, green and blue; luma has share 1 in each.
    var shares: (red: (Float, Float), green: (Float, Float), blue: (Float, Float)) {
        guard let (red, blue) = lumaWeights else { return ((-1, 1), (1, 0), (-1, -1)) }
        let green = 1 - red - blue
        return (
            (0, 2 * (1 - red)),
            (-2 * (1 - blue) * blue / green, -2 * (1 - red) * red / green),
            (2 * (1 - blue), 0)
        )
    }
}
