internal import Synchronization
import DequeModule
import Timeline

/// A frame of sound before it has its place on the timeline.
struct UnplacedSound: Sendable {
    /// `start` is where the frame begins by the sound's own clock, in microseconds: unwrapped on its own, so
    /// that it may be a period of the clock away from the pictures'.
    var frame: SoundFrame
    /// Packets of the video that were read before the one that ended it.
    var videoPackets: Int64
}

/// What the thread that reads has heard, for the one that hands out pictures.
///
/// **Which sound comes with which picture** follows from the order of the packets alone. Each packet of the
/// video has a number, and its picture brings it along; sound that was read before packet n is handed out
/// with the first picture whose packet has a number above n. That packet was read behind the sound, so the
/// sound is there whenever the picture is, however many threads decode, and no picture waits for sound.
///
/// **What it holds** is bounded by rule, not by who is slow: ten minutes, and ten seconds more for each
/// packet of the video. What exceeds that, as in a file whose sound stands in front of all its pictures, is
/// not heard.
final class SoundQueue: Sendable {
    private struct State {
        var frames: Deque<UnplacedSound> = []
        /// Since the stream began.
        var pushed: Int64 = 0
    }

    private let state = Mutex(State())

    func push(_ sound: UnplacedSound) {
        state.withLock { state in
            guard state.pushed < 6000 + 100 * sound.videoPackets else { return }
            state.pushed += 1
            state.frames.append(sound)
        }
    }

    /// What was read before packet `number` of the video, in the order of reading.
    func take(before number: Int64) -> [UnplacedSound] {
        state.withLock { state in
            var taken: [UnplacedSound] = []
            while let first = state.frames.first, first.videoPackets < number {
                taken.append(first)
                state.frames.removeFirst()
            }
            return taken
        }
    }
}
