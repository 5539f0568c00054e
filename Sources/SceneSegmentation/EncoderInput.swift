package import Timeline

/// What an encoder wants of a part, as data: which pictures, and what each must show. Whoever finds parts
/// follows it.
package struct EncoderInput: Hashable, Sendable {
    /// Which pictures of a part.
    package enum Sampling: Hashable, Sendable {
        /// So many pictures, spread evenly from the part's first to its last; at least 1.
        case keyFrames(Int)
        /// A clip: `frames` pictures, each `stride` pictures after the one before, around the part's middle.
        /// A part too short for it repeats its first and last pictures. At most `EncoderInput.mostFrames`
        /// pictures, and `EncoderInput.longestClip` from the first to the last.
        case clip(frames: Int, stride: Int)
    }

    package let sampling: Sampling
    /// What each picture must show; nil if the analysis pictures are enough. It costs an encoder's worth of
    /// pixels for all pictures that the part may still want.
    package let view: PictureGeometry?

    /// The views that each picture must have.
    package var views: Set<Picture.View> { view.map { [.crop($0)] } ?? [] }

    /// Pictures that a part may have.
    package static let mostFrames = 256
    /// Pictures of the stream that a clip may span.
    package static let longestClip = 512

    package init(_ sampling: Sampling, view: PictureGeometry? = nil) {
        precondition(sampling.isPossible, "a part has a picture, and a clip an end")
        self.sampling = sampling
        self.view = view
    }
}

extension EncoderInput.Sampling {
    /// Pictures that a part has for the encoder, always.
    package var pictureCount: Int {
        switch self {
        case .keyFrames(let count): count
        case .clip(let frames, _): frames
        }
    }

    /// It asks for at least one picture, and keeps the limits.
    package var isPossible: Bool {
        guard 1...EncoderInput.mostFrames ~= pictureCount else { return false }
        guard case .clip(let frames, let stride) = self else { return true }
        return 1...EncoderInput.longestClip ~= stride && (frames - 1) * stride < EncoderInput.longestClip
    }
}
