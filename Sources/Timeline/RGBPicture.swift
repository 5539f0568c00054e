/// Pixels of a picture, whole or cut to what an image encoder sees: 8-bit RGB, upright, rows tight, pixels
/// interleaved.
package struct RGBPicture: Hashable, Sendable {
    package let width: Int
    package let height: Int
    /// `height` x `width` x 3.
    package let bytes: [UInt8]

    package init(width: Int, height: Int, bytes: [UInt8]) {
        precondition(width > 0 && height > 0, "a picture has pixels")
        precondition(bytes.count == 3 * width * height, "\(bytes.count) bytes for \(width) x \(height) RGB")
        self.width = width
        self.height = height
        self.bytes = bytes
    }
}
