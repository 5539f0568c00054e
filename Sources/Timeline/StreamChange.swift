/// What the pictures of a stream are from an instant on, where that differs from before.
package struct StreamChange: Hashable, Sendable {
    /// The first picture of that kind.
    package var at: Instant
    package var codec: String
    /// As shown: upright, with square pixels.
    package var size: PictureSize

    package init(at: Instant, codec: String, size: PictureSize) {
        self.at = at
        self.codec = codec
        self.size = size
    }
}

/// Width and height in pixels.
package struct PictureSize: Hashable, Sendable {
    package var width: Int
    package var height: Int

    package init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }
}
