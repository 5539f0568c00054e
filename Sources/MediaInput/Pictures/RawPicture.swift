/// A picture that somebody else decoded: planes of bytes, upright, with square pixels.
package struct RawPicture: Sendable {
    /// How pixels stand in the planes; 8 bits each.
    package enum Format: Hashable, Sendable, CaseIterable {
        /// Y', then Cb and Cr at half the width and height, rounded up.
        case yuv420
        /// Y', then Cb and Cr by turns at half the width and height, rounded up.
        case nv12
        /// Y' alone.
        case gray
        /// One plane; the fourth byte of a pixel counts for nothing.
        case rgb24, rgba, bgra
    }

    package enum Matrix: Hashable, Sendable {
        /// BT.709 for pictures wider than 1279 or higher than 576 pixels, else BT.601, as players have it.
        case unspecified
        case bt601, bt709, bt2020
    }

    package enum Range: Hashable, Sendable {
        /// 16...235, or 0...255 where the picture is gray.
        case unspecified
        case limited, full
    }

    package enum Transfer: Hashable, Sendable {
        case standard
        /// PQ (SMPTE ST 2084) and HLG (ARIB STD-B67).
        case perceptualQuantizer, hybridLogGamma
    }

    package var format: Format
    package var width: Int
    package var height: Int
    /// As many as the format has.
    package var planes: [[UInt8]]
    /// Bytes from a row of a plane to the next.
    package var strides: [Int]
    package var matrix = Matrix.unspecified
    package var range = Range.unspecified
    package var transfer = Transfer.standard

    package init(format: Format, width: Int, height: Int, planes: [[UInt8]], strides: [Int]) {
        self.format = format
        self.width = width
        self.height = height
        self.planes = planes
        self.strides = strides
    }

    /// Bytes in a row of each plane, and rows. `width` and `height` are positive and within
    /// `MediaOptions.maxPixels`.
    package static func layout(
        _ format: Format, width: Int, height: Int
    ) -> [(rowBytes: Int, rows: Int)] {
        let (halfWidth, halfHeight) = ((width + 1) / 2, (height + 1) / 2)
        return switch format {
        case .yuv420: [(width, height), (halfWidth, halfHeight), (halfWidth, halfHeight)]
        case .nv12: [(width, height), (2 * halfWidth, halfHeight)]
        case .gray: [(width, height)]
        case .rgb24: [(3 * width, height)]
        case .rgba, .bgra: [(4 * width, height)]
        }
    }

    /// All rows lie in their planes.
    package var isComplete: Bool {
        let layout = Self.layout(format, width: width, height: height)
        return planes.count == layout.count && strides.count == layout.count
            && layout.indices.allSatisfy { index in
                let (bytes, stride) = (planes[index].count, strides[index])
                return layout[index].rowBytes <= stride && stride <= max(bytes, layout[index].rowBytes)
                    && (layout[index].rows - 1) * stride + layout[index].rowBytes <= bytes
            }
    }
}
