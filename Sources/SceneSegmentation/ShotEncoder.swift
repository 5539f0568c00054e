/// Pictures of a part in, one vector out.
package protocol ShotEncoder {
    /// Name and version, for `stream_start` and model files.
    var name: String { get }

    /// D: length of every embedding.
    var dimension: Int { get }

    /// What it wants to see of each part; always the same.
    var input: EncoderInput { get }

    /// The embedding of `part`: `dimension` finite floats. The same part gives the same bits on the same
    /// machine.
    mutating func encode(_ part: Part) -> [Float]

    /// As `encode`, of the middle key frame alone: for a machine that cannot keep up. Costs less where that
    /// is possible.
    mutating func encodeMiddle(_ part: Part) -> [Float]

    /// An encoder for another thread, which may run at the same time: the same weights, buffers of its own,
    /// equal bits. nil where the buffers are too large to have several of: such an encoder is a reference,
    /// and has one user at a time.
    func separate() -> Self?
}

extension ShotEncoder {
    package mutating func encodeMiddle(_ part: Part) -> [Float] { encode(part) }

    package func separate() -> Self? { nil }
}
