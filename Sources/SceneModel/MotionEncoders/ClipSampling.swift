package import SceneSegmentation

/// Which pictures of a stream make a clip, as papers write it: `16x4`, 16 frames, each 4 pictures after the
/// one before.
package struct ClipSampling: Hashable, Sendable, CustomStringConvertible {
    package let frames: Int
    package let stride: Int

    package init(frames: Int, stride: Int) {
        precondition(EncoderInput.Sampling.clip(frames: frames, stride: stride).isPossible, "a possible clip")
        self.frames = frames
        self.stride = stride
    }

    /// Nil for another form, and for clips beyond the limits of `EncoderInput`.
    package init?(_ text: String) {
        let words = text.split(separator: "x", omittingEmptySubsequences: false)
        guard words.count == 2, let frames = Int(words[0]), let stride = Int(words[1]),
            EncoderInput.Sampling.clip(frames: frames, stride: stride).isPossible
        else { return nil }
        self.init(frames: frames, stride: stride)
    }

    package var description: String { "\(frames)x\(stride)" }

    /// What an encoder asks for.
    package var sampling: EncoderInput.Sampling { .clip(frames: frames, stride: stride) }
}
