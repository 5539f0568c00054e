/// How the rows of a matrix are pixels: B images of height x width pixels, row by row, one matrix row of C
/// channels each.
package struct PixelShape: Hashable, Sendable {
    package var images: Int
    package var height: Int
    package var width: Int
    package var channels: Int

    package init(images: Int, height: Int, width: Int, channels: Int) {
        precondition(images > 0 && height > 0 && width > 0 && channels > 0, "pictures with pixels")
        self.images = images
        self.height = height
        self.width = width
        self.channels = channels
    }

    /// Matrix rows of one image.
    package var pixels: Int { height * width }
    /// Matrix rows of all images.
    package var rows: Int { images * pixels }

    /// The shape after a square filter of `side` pixels that moves by `stride` and reads `padding` pixels
    /// beyond each edge.
    package func filtered(side: Int, stride: Int, padding: Int, channels: Int) -> PixelShape {
        precondition(
            side > 0 && stride > 0 && padding >= 0 && padding < side, "a filter that meets the picture")
        precondition(min(height, width) + 2 * padding >= side, "a picture as large as the filter")
        return PixelShape(
            images: images, height: (height + 2 * padding - side) / stride + 1,
            width: (width + 2 * padding - side) / stride + 1, channels: channels)
    }

    /// A matrix of zeros of this shape.
    package func makeMatrix() -> Matrix { Matrix(rows: rows, columns: channels) }
}
