/// Which sound is read beside the pictures.
package enum SoundChoice: Hashable, Sendable {
    /// None: packets of sound are not even looked at.
    case none
    /// The container's default track, else its first; none where there is none that can be decoded.
    case best
    /// The stream with this index, as FFmpeg counts.
    case stream(Int)

    /// The index; nil where none is named.
    package var index: Int? { if case .stream(let index) = self { index } else { nil } }
}
