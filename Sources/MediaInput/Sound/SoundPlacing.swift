package import Timeline

/// Puts frames of sound on the timeline of the pictures. Pure arithmetic, in microseconds.
///
/// Pictures and sound of a container share a clock. Sound whose stamps lie far from those of the pictures
/// beside it belongs to another run of that clock, and has no place; so has sound that comes while the
/// pictures' stamps are in doubt, until that is settled.
package struct SoundPlacing {
    /// How far sound may lie from the picture that it comes with, in formats whose clock may be reset.
    private static let farthest: Int64 = 15_000_000
    /// How far ahead of it in all others, whose sound may stand in long pieces: as much as is kept of it.
    private static let farthestAhead: Int64 = 1_200_000_000
    private static let mostWaiting = 600

    private let isDiscontinuous: Bool
    private var waiting: [SoundFrame] = []

    package init(isDiscontinuous: Bool) { self.isDiscontinuous = isDiscontinuous }

    /// Takes frames in the order of reading.
    ///
    /// - Parameters:
    ///   - frames: by the sound's own clock.
    ///   - picture: stamp of the picture that they come with.
    ///   - shift: from stamps to the timeline; nil while that is in doubt.
    ///   - period: after which the sound's stamps begin anew; nil where they do not.
    /// - Returns: those that have a place.
    package mutating func place(
        _ frames: [SoundFrame], picture: Int64?, shift: Int64?, period: Int64?
    ) -> [SoundFrame] {
        waiting += frames
        guard let shift else {
            waiting.removeFirst(max(0, waiting.count - Self.mostWaiting))
            return []
        }
        defer { waiting = [] }
        return waiting.compactMap { frame in
            var frame = frame
            if let picture {
                if let period, period > 0 {
                    let half = period / 2
                    let distance = (frame.start - picture + half) % period
                    frame.start = picture + (distance < 0 ? distance + period : distance) - half
                }
                if isDiscontinuous, (frame.start - picture).magnitude > Self.farthest.magnitude { return nil }
                if frame.start - picture > Self.farthestAhead { return nil }
            }
            frame.start += shift
            return frame
        }
    }
}
