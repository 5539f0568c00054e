internal import CSceneKernels

/// What a layer reads or writes: B images of height x width pixels of C channels each, channels innermost, in
/// memory that a plan owns. Maps that are made of another one name the same floats.
package final class FeatureMap {
    package let images: Int
    package let height: Int
    package let width: Int
    package let channels: Int
    /// Pixels of zeros around every image.
    package let border: Int
    /// Images of zeros before the first image and behind the last.
    package let frameBorder: Int
    let storage: AlignedFloats
    /// Of the first pixel inside the border.
    let offset: Int
    let strides: scene_strides

    /// A map of zeros.
    init(images: Int, height: Int, width: Int, channels: Int, border: Int, frameBorder: Int = 0) {
        precondition(images > 0 && height > 0 && width > 0 && channels > 0, "a map with pixels")
        precondition(border >= 0 && frameBorder >= 0, "no negative border")
        // Pixels a multiple of 4096 bytes apart would all meet in the same few lines of the cache. Filters
        // larger than a pixel need pixels without a gap, and a border tells that such a filter will read this
        // map.
        let pixel = border == 0 && channels % 1024 == 0 ? channels + 16 : channels
        let row = (width + 2 * border) * pixel
        let image = (height + 2 * border) * row
        self.images = images
        self.height = height
        self.width = width
        self.channels = channels
        self.border = border
        self.frameBorder = frameBorder
        storage = AlignedFloats(count: (images + 2 * frameBorder) * image)
        offset = frameBorder * image + border * (row + pixel)
        strides = scene_strides(image: Int64(image), row: Int64(row), pixel: Int64(pixel))
    }

    private init(
        _ map: FeatureMap, images: Int, height: Int, width: Int, border: Int = 0, offset: Int,
        strides: scene_strides
    ) {
        self.images = images
        self.height = height
        self.width = width
        channels = map.channels
        self.border = border
        frameBorder = 0
        storage = map.storage
        self.offset = offset
        self.strides = strides
    }

    var base: UnsafeMutablePointer<Float> { storage.base + offset }

    /// Part of one row of every image, seen as a grid of `height` x `width` pixels: a sequence's tokens from
    /// `first` on.
    package func tokens(from first: Int, height gridHeight: Int = 1, width gridWidth: Int) -> FeatureMap {
        precondition(height == 1 && border == 0, "a map of tokens has one row")
        precondition(first >= 0 && first + gridHeight * gridWidth <= width, "tokens of the map")
        return FeatureMap(
            self, images: images, height: gridHeight, width: gridWidth,
            offset: offset + first * Int(strides.pixel),
            strides: scene_strides(
                image: strides.image, row: Int64(gridWidth) * strides.pixel, pixel: strides.pixel))
    }

    /// Whether writing to one may change the other.
    package func sharesMemory(with other: FeatureMap) -> Bool { storage === other.storage }

    /// One image of the batch, with its border.
    package func image(_ index: Int) -> FeatureMap {
        precondition((0..<images).contains(index), "an image of the batch")
        return FeatureMap(
            self, images: 1, height: height, width: width, border: border,
            offset: offset + index * Int(strides.image), strides: strides)
    }

    /// All images of a map without a border as one, one below the other.
    package var stacked: FeatureMap {
        precondition(border == 0, "rows without a gap between images")
        return FeatureMap(
            self, images: 1, height: images * height, width: width, offset: offset, strides: strides)
    }

    /// The one image of this map, standing for every image of a batch.
    package func repeated(_ count: Int) -> FeatureMap {
        precondition(images == 1, "one image to repeat")
        return FeatureMap(
            self, images: count, height: height, width: width, offset: offset,
            strides: scene_strides(image: 0, row: strides.row, pixel: strides.pixel))
    }

    /// Runs `body` on the floats of one row of pixels [width, channels], of a map of fewer than 1024
    /// channels.
    package func withRow<Result>(
        image: Int, row: Int, _ body: (inout MutableSpan<Float>) throws -> Result
    ) rethrows -> Result {
        precondition((0..<images).contains(image) && (0..<height).contains(row), "a row of the map")
        precondition(strides.pixel == Int64(channels), "pixels without a gap")
        let start = base + image * Int(strides.image) + row * Int(strides.row)
        var span = UnsafeMutableBufferPointer(start: start, count: width * channels).mutableSpan
        return try body(&span)
    }

    /// A copy of one pixel.
    package func pixel(image: Int, row: Int = 0, column: Int = 0) -> [Float] {
        let start = address(image, row, column)
        return [Float](UnsafeBufferPointer(start: start, count: channels))
    }

    /// Replaces one pixel.
    package func setPixel(image: Int, row: Int = 0, column: Int = 0, to newValues: [Float]) {
        precondition(newValues.count == channels, "\(newValues.count) values for \(channels) channels")
        let start = address(image, row, column)
        for channel in 0..<channels { start[channel] = newValues[channel] }
    }

    private func address(_ image: Int, _ row: Int, _ column: Int) -> UnsafeMutablePointer<Float> {
        precondition(
            (0..<images).contains(image) && (0..<height).contains(row) && (0..<width).contains(column),
            "a pixel of the map")
        return base + image * Int(strides.image) + row * Int(strides.row) + column * Int(strides.pixel)
    }
}
