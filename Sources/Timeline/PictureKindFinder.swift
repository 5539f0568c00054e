/// Finds where pictures begin to be of another kind: another size or another codec.
///
/// A value without I/O. Damaged pictures tell nothing.
package struct PictureKindFinder {
    private var codec: String
    private var size: PictureSize

    /// `media`: what the first pictures are.
    package init(_ media: MediaSummary) {
        codec = media.codec
        size = PictureSize(width: media.width, height: media.height)
    }

    /// Takes the next picture in display order; what it is, if that differs from before.
    package mutating func push(_ picture: Picture) -> StreamChange? {
        guard !picture.isDamaged else { return nil }
        let (codec, size) = (picture.codec ?? self.codec, picture.size ?? self.size)
        guard codec != self.codec || size != self.size else { return nil }
        (self.codec, self.size) = (codec, size)
        return StreamChange(at: picture.at, codec: codec, size: size)
    }
}
