internal import CSceneKernels

/// What a layer reads or writes: B images of height x width pixels of C channels each, channels innermost, in memory
/// that a plan owns. A reference: copies name the same floats.
package struct FeatureMap {
    package let images: Int
    package let height: Int
    package let width: Int
    package let channels: Int
    /// Pixels of zeros around every image.
    package let border: Int
    let storage: AlignedFloats
    /// Of the first pixel inside the border.
    let offset: Int
    let strides: scene_strides

    /// A map of zeros.
    init(images: Int, height: Int, width: Int, channels: Int, border: Int) {
        precondition(images > 0 && height > 0 && width > 0 && channels > 0, "a map with pixels")
        precondition(border >= 0, "no negative border")
        let row = (width + 2 * border) * channels
        let image = (height + 2 * border) * row
        self.images = images
        self.height = height
        self.width = width
        self.channels = channels
        self.border = border
        storage = AlignedFloats(count: images * image)
        offset = border * (row + channels)
        strides = scene_strides(image: Int64(image), row: Int64(row), pixel: Int64(channels))
    }

    private init(
        _ map: FeatureMap, images: Int, height: Int, width: Int, offset: Int, strides: scene_strides
    ) {
        self.images = images
        self.height = height
        self.width = width
        channels = map.channels
        border = 0
        storage = map.storage
        self.offset = offset
        self.strides = strides
    }

    var base: UnsafeMutablePointer<Float> { storage.base + offset }

    /// Part of one row of every image, seen as a grid of `height` x `width` pixels: a sequence's tokens from `first` on.
    package func tokens(from first: Int, height gridHeight: Int = 1, width gridWidth: Int) -> FeatureMap {
        precondition(height == 1 && border == 0, "a map of tokens has one row")
        precondition(first >= 0 && first + gridHeight * gridWidth <= width, "tokens of the map")
        return FeatureMap(
            self, images: images, height: gridHeight, width: gridWidth, offset: offset + first * channels,
            strides: scene_strides(
                image: strides.image, row: Int64(gridWidth * channels), pixel: Int64(channels)))
    }

    /// The one image of this map, standing for every image of a batch.
    package func repeated(_ count: Int) -> FeatureMap {
        precondition(images == 1, "one image to repeat")
        return FeatureMap(
            self, images: count, height: height, width: width, offset: offset,
            strides: scene_strides(image: 0, row: strides.row, pixel: strides.pixel))
    }

    /// Runs `body` on the floats of one row of pixels [width, channels].
    package func withRow<Result>(
        image: Int, row: Int, _ body: (inout MutableSpan<Float>) throws -> Result
    ) rethrows -> Result {
        precondition((0..<images).contains(image) && (0..<height).contains(row), "a row of the map")
        let start = base + image * Int(strides.image) + row * Int(strides.row)
        var span = UnsafeMutableBufferPointer(start: start, count: width * channels).mutableSpan
        return try body(&span)
    }

    /// A copy of one pixel.
    package func pixel(image: Int, row: Int = 0, column: Int = 0) -> [Float] {
        precondition((0..<width).contains(column), "a pixel of the map")
        return withRow(image: image, row: row) { values in
            (0..<channels).map { values[column * channels + $0] }
        }
    }

    /// Replaces one pixel.
    package func setPixel(image: Int, row: Int = 0, column: Int = 0, to newValues: [Float]) {
        precondition((0..<width).contains(column) && newValues.count == channels, "a pixel of the map")
        withRow(image: image, row: row) { values in
            for channel in 0..<channels { values[column * channels + channel] = newValues[channel] }
        }
    }
}
