extension Picture {
    /// What somebody wants to see of every picture, beside the analysis picture: 8-bit RGB, upright, with
    /// square pixels. Who asks for it (`MediaOptions.views`) finds it under the same name in `Picture.views`.
    /// It is made while the picture is decoded.
    package enum View: Hashable, Sendable {
        /// What an image encoder looks at: a square out of the middle.
        case crop(PictureGeometry)
        /// All of it, for people: `longestSide` pixels on its longer side, or as large as it is if that is
        /// less; the aspect ratio stays to within a pixel. At least 1.
        case thumbnail(longestSide: Int)
    }
}

extension Picture.View {
    /// Where it lies in a picture that is shown in a `size`: the size of the whole picture after resizing,
    /// and a rectangle of it.
    package func place(
        in size: (width: Int, height: Int)
    ) -> (resized: (width: Int, height: Int), left: Int, top: Int, size: (width: Int, height: Int)) {
        switch self {
        case .crop(let geometry):
            let resized = geometry.resizedSize(width: size.width, height: size.height)
            return (
                resized, geometry.cropOffset(resized.width), geometry.cropOffset(resized.height),
                (geometry.cropSide, geometry.cropSide)
            )
        case .thumbnail(let longestSide):
            precondition(longestSide > 0, "a view has pixels")
            let longer = max(size.width, size.height)
            func resized(_ side: Int) -> Int {
                longer <= longestSide ? side : max(1, (2 * side * longestSide + longer) / (2 * longer))
            }
            let whole = (width: resized(size.width), height: resized(size.height))
            return (whole, 0, 0, whole)
        }
    }

    /// It is for people: no step looks at it.
    package var isForPeople: Bool { if case .thumbnail = self { true } else { false } }

    /// Bytes that a picture of it has at most.
    package var mostBytes: Int {
        switch self {
        case .crop(let geometry): 3 * geometry.cropSide * geometry.cropSide
        case .thumbnail(let longestSide): 3 * longestSide * longestSide
        }
    }
}

extension Picture.View: Comparable {
    /// Crops first, then by size: an order for those who write views one after the other.
    package static func < (left: Self, right: Self) -> Bool {
        left.numbers.lexicographicallyPrecedes(right.numbers)
    }

    private var numbers: [Int] {
        switch self {
        case .crop(let geometry): [0, geometry.shortSide, geometry.cropSide]
        case .thumbnail(let longestSide): [1, longestSide]
        }
    }
}
