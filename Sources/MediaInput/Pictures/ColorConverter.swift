import Timeline

/// Turns averaged planes into the analysis convention: full-range BT.601, standard dynamic range.
///
/// For standard sources this is one linear map, so averaging first changes nothing but clipping. PQ and HLG
/// go through tables at the small size: to linear light, one tone curve for each channel, BT.709 primaries,
/// and back to gamma.
struct ColorConverter {
    /// Red, green and blue from luma and chroma of the source.
    private let shares: (red: (Float, Float), green: (Float, Float), blue: (Float, Float))
    private let light: HighDynamicRange?
    private let isIdentity: Bool

    private static let red: Float = 0.299
    private static let blue: Float = 0.114
    private static let green: Float = 1 - red - blue

    init(_ description: ColorDescription) {
        shares = description.matrix.shares
        light = HighDynamicRange(description.transfer)
        isIdentity = description.matrix == .bt601 && light == nil
    }

    /// `luma` holds an analysis picture's luma in 0...1 (`height` x `width`), `cb` and `cr` its chroma in
    /// -0.5...0.5, in the source's matrix and transfer. O(1): about 10 us, with PQ or HLG about 60 us.
    func picture(luma: [Float], cb: [Float], cr: [Float]) -> AnalysisPicture {
        var planes = [UInt8](repeating: 0, count: AnalysisPicture.byteCount)
        planes.withUnsafeMutableBufferPointer { planes in
            if let light {
                convert(luma, cb, cr, through: light, into: planes)
            } else {
                convert(luma, cb, cr, into: planes)
            }
        }
        return AnalysisPicture(planes: planes)
    }

    @inline(__always)
    private static func byte(_ value: Float) -> UInt8 { UInt8(min(max(value + 0.5, 0), 255)) }

    private func convert(
        _ luma: [Float], _ cb: [Float], _ cr: [Float], into planes: UnsafeMutableBufferPointer<UInt8>
    ) {
        let (width, chromaWidth) = (AnalysisPicture.width, AnalysisPicture.chromaWidth)
        let lumaCount = AnalysisPicture.lumaCount
        let chromaCount = AnalysisPicture.chromaCount
        // Y601 = Y + the chroma's share in it, as gray stays gray.
        let lumaShare =
            isIdentity
            ? (Float(0), Float(0))
            : (
                Self.red * shares.red.0 + Self.green * shares.green.0 + Self.blue * shares.blue.0,
                Self.red * shares.red.1 + Self.green * shares.green.1 + Self.blue * shares.blue.1
            )
        let (blueScale, redScale) = (0.5 / (1 - Self.blue), 0.5 / (1 - Self.red))
        for y in 0..<AnalysisPicture.chromaHeight {
            for x in 0..<chromaWidth {
                let index = y * chromaWidth + x
                let (b, r) = (cb[index], cr[index])
                let rise = lumaShare.0 * b + lumaShare.1 * r
                let newB = isIdentity ? b : (shares.blue.0 * b + shares.blue.1 * r - rise) * blueScale
                let newR = isIdentity ? r : (shares.red.0 * b + shares.red.1 * r - rise) * redScale
                planes[lumaCount + index] = Self.byte(newB * 255 + 128)
                planes[lumaCount + chromaCount + index] = Self.byte(newR * 255 + 128)
                let top = 2 * y * width + 2 * x
                planes[top] = Self.byte((luma[top] + rise) * 255)
                planes[top + 1] = Self.byte((luma[top + 1] + rise) * 255)
                planes[top + width] = Self.byte((luma[top + width] + rise) * 255)
                planes[top + width + 1] = Self.byte((luma[top + width + 1] + rise) * 255)
            }
        }
    }

    private func convert(
        _ luma: [Float], _ cb: [Float], _ cr: [Float], through light: HighDynamicRange,
        into planes: UnsafeMutableBufferPointer<UInt8>
    ) {
        let (width, chromaWidth) = (AnalysisPicture.width, AnalysisPicture.chromaWidth)
        let lumaCount = AnalysisPicture.lumaCount
        for y in 0..<AnalysisPicture.chromaHeight {
            for x in 0..<chromaWidth {
                let index = y * chromaWidth + x
                let (b, r) = (cb[index], cr[index])
                let rise = SIMD3<Float>(
                    shares.red.0 * b + shares.red.1 * r, shares.green.0 * b + shares.green.1 * r,
                    shares.blue.0 * b + shares.blue.1 * r)
                var total = SIMD3<Float>()
                for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                    let place = (2 * y + dy) * width + 2 * x + dx
                    let color = light.standard(rise + luma[place])
                    total += color
                    planes[place] = Self.byte(
                        (Self.red * color.x + Self.green * color.y + Self.blue * color.z) * 255)
                }
                let gray = Self.red * total.x + Self.green * total.y + Self.blue * total.z
                planes[lumaCount + index] = Self.byte(
                    (total.z - gray) / 4 * 0.5 / (1 - Self.blue) * 255 + 128)
                planes[lumaCount + AnalysisPicture.chromaCount + index] = Self.byte(
                    (total.x - gray) / 4 * 0.5 / (1 - Self.red) * 255 + 128)
            }
        }
    }
}
