/// The part of a picture that an image encoder looks at: the short side is resized, and a square cut out of
/// the middle.
///
/// An encoder declares it, `MediaInput` delivers it. Sizes and offsets are torchvision's `Resize` and
/// `CenterCrop`.
package struct PictureGeometry: Hashable, Sendable {
    /// Short side after resizing, in pixels.
    package let shortSide: Int
    /// Side of the square that is cut out; at most the short side.
    package let cropSide: Int

    package init(shortSide: Int, cropSide: Int) {
        precondition(cropSide > 0 && cropSide <= shortSide, "a crop inside the picture")
        self.shortSide = shortSide
        self.cropSide = cropSide
    }

    /// Size of a picture after resizing: the short side is given, the long one is cut to whole pixels.
    package func resizedSize(width: Int, height: Int) -> (width: Int, height: Int) {
        width <= height
            ? (shortSide, Int(Double(shortSide * height) / Double(width)))
            : (Int(Double(shortSide * width) / Double(height)), shortSide)
    }

    /// Where the square begins on a resized side of the given length: the middle, halves rounded to even.
    package func cropOffset(_ length: Int) -> Int {
        Int((Double(length - cropSide) / 2).rounded(.toNearestOrEven))
    }
}
