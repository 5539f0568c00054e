package import Timeline

/// Pictures of a part in, one vector out.
package protocol ShotEncoder {
    /// Name and version, for `stream_start` and model files.
    var name: String { get }

    /// D: length of every embedding.
    var dimension: Int { get }

    /// Key frames wanted per part, spread evenly from its first picture to its last; at least 1.
    var keyFrameCount: Int { get }

    /// What the key frames' crops must show; nil if the analysis pictures are enough. Each costs an encoder's worth of
    /// pixels for all pictures that may still become key frames.
    var pictureGeometry: PictureGeometry? { get }

    /// The embedding of `part`: `dimension` finite floats. The same part gives the same bits on the same machine.
    mutating func encode(_ part: Part) -> [Float]

    /// As `encode`, of the middle key frame alone: for a machine that cannot keep up. Costs less where that is possible.
    mutating func encodeMiddle(_ part: Part) -> [Float]

    /// An encoder for another thread, which may run at the same time: the same weights, buffers of its own,
    /// equal bits. nil where copies share buffers that are too large to have several of; then all copies have
    /// one user at a time.
    func separate() -> Self?
}

extension ShotEncoder {
    package var pictureGeometry: PictureGeometry? { nil }

    package mutating func encodeMiddle(_ part: Part) -> [Float] { encode(part) }

    package func separate() -> Self? { nil }
}
