package import Timeline

/// What can be seen of a part of a film by a network of clips: pictures at the distance of a clip's frames,
/// in order.
package struct MotionTake: Sendable {
    package var frames: [RGBPicture]
    /// Mean absolute luma difference of consecutive pictures, per second of media.
    package var motion: Float

    package init(frames: [RGBPicture], motion: Float) {
        precondition(!frames.isEmpty, "a take has a picture")
        self.frames = frames
        self.motion = motion
    }

    /// Below this nothing moves: what encoding leaves of a still picture.
    package static let leastMotion: Float = 0.5
}

/// A film as training on clips sees it.
package struct MotionFilm: Sendable {
    package var id: String
    package var takes: [MotionTake]

    package init(id: String, takes: [MotionTake]) {
        self.id = id
        self.takes = takes
    }

    /// Takes that clips of `frames` frames can be cut from, and how many were left out: those that would fill
    /// less than half a clip, and those in which nothing moves.
    package func usable(frames: Int) -> (film: MotionFilm, short: Int, still: Int) {
        let long = takes.filter { 2 * $0.frames.count >= frames }
        let moving = long.filter { $0.motion >= MotionTake.leastMotion }
        return (
            MotionFilm(id: id, takes: moving), takes.count - long.count, long.count - moving.count
        )
    }

    /// A number that films of other content hardly share (FNV-1a over names and every byte).
    package static func identity(_ films: [MotionFilm]) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func mix(_ value: UInt64) { hash = (hash ^ value) &* 0x0000_0100_0000_01b3 }
        for film in films {
            for byte in film.id.utf8 { mix(UInt64(byte)) }
            for take in film.takes {
                mix(UInt64(take.frames.count))
                for frame in take.frames { for byte in frame.bytes { mix(UInt64(byte)) } }
            }
        }
        return hash
    }
}
