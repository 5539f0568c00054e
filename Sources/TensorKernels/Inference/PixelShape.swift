/// How the rows of a matrix are pixels: B images of height x width pixels, row by row, one matrix row of C
/// channels each. Images may be the frames of clips, `frames` of each clip one behind the other.
package struct PixelShape: Hashable, Sendable {
    package var images: Int
    package var height: Int
    package var width: Int
    package var channels: Int
    /// Images of each clip; 1 where they are pictures by themselves.
    package var frames: Int

    package init(images: Int, height: Int, width: Int, channels: Int, frames: Int = 1) {
        precondition(images > 0 && height > 0 && width > 0 && channels > 0, "pictures with pixels")
        precondition(frames > 0 && images % frames == 0, "whole clips")
        self.images = images
        self.frames = frames
        self.height = height
        self.width = width
        self.channels = channels
    }

    /// Matrix rows of one image.
    package var pixels: Int { height * width }
    /// Clips of `frames` images.
    package var clips: Int { images / frames }
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
            width: (width + 2 * padding - side) / stride + 1, channels: channels, frames: frames)
    }

    /// The shape after a filter over `length` frames, an odd number, that moves by `stride` frames and reads
    /// `length / 2` frames beyond each end of a clip.
    package func sampled(length: Int, stride: Int) -> PixelShape {
        precondition(length % 2 == 1 && stride > 0, "a filter with a middle")
        var shape = self
        shape.frames = (frames - 1) / stride + 1
        shape.images = clips * shape.frames
        return shape
    }

    /// A matrix of zeros of this shape.
    package func makeMatrix() -> Matrix { Matrix(rows: rows, columns: channels) }
}
