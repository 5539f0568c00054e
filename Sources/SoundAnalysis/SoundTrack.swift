internal import DequeModule
package import Timeline

/// Frames of sound in, what parts sound like out.
///
/// A value: no clock, no I/O. It keeps the frames that open parts may need, and at most twenty minutes of
/// them; what it says of a longer part is of its end. What it says of a part depends on the frames that were
/// pushed before it was asked, so whoever asks must ask at a fixed place in the flow (contract 15).
package struct SoundTrack {
    /// Seconds on either side of a cut that its evidence looks at, in microseconds.
    private static let side: Int64 = 1_000_000
    private static let mostFrames = 12_000
    /// Stretches of silence that are kept for somebody who asks.
    private static let mostSilences = 1024
    /// Clocks are followed to 10 ms, so frames in a row may overlap by as much.
    private static let overlap: Int64 = 10_000

    private let timeBase: TimeBase
    /// In order of time.
    private var frames: Deque<SoundFrame> = []
    /// Where the frame that was taken last ends.
    private var heardTo: Int64?
    /// Silence that nobody has asked for yet: microseconds; the last stretch may still grow.
    private var silences: [Range<Int64>] = []

    package init(timeBase: TimeBase) { self.timeBase = timeBase }

    /// Frames that are held now.
    package var heldFrames: Int { frames.count }

    /// Takes the next frame. One that lies before others finds its place among them, so that false stamps
    /// ahead do not keep out what follows. Where it overlaps another it is passed over, unless it goes on
    /// from the frame taken last: then the other one, which stands ahead, had a false stamp. O(log n), and
    /// O(n) where it lies before others.
    package mutating func push(_ frame: SoundFrame) {
        let goesOn = heardTo.map { -Self.overlap..<SoundFrame.length / 2 ~= frame.start - $0 } ?? false
        let middle = frame.start + SoundFrame.length / 2
        // The first frame that ends behind its start, and the first that begins behind its end.
        let place = index(of: middle - SoundFrame.length + Self.overlap + 1)
        let behind = index(of: middle + SoundFrame.length - Self.overlap)
        guard place == behind || goesOn else { return }
        frames.replaceSubrange(place..<behind, with: CollectionOfOne(frame))
        heardTo = frame.end
        note(frame)
        if frames.count > Self.mostFrames { frames.removeFirst(Self.mostFrames / 4) }
    }

    /// What the part from `start` to `end` (PTS) sounds like; nil where nothing of it is known. O(frames of
    /// it). `isContinuous`: pictures were read up to its start without a gap.
    package func sound(from start: Int64, to end: Int64, isContinuous: Bool) -> PartSound? {
        let (start, end) = (timeBase.clampedMicroseconds(start), timeBase.clampedMicroseconds(end))
        return SoundStatistics(frames(from: start, to: end), length: end - start)
            .part(entry: isContinuous ? cut(at: start) : nil)
    }

    /// A part was closed at `end` (PTS): what only it needed is let go of.
    package mutating func close(at end: Int64) {
        let end = timeBase.clampedMicroseconds(end)
        while let first = frames.first, first.end <= end - Self.side { frames.removeFirst() }
    }

    /// Stretches (PTS) in which nothing was heard, among the frames that came since the last call.
    package mutating func takeSilences() -> [Range<Int64>] {
        defer { silences = [] }
        return silences.sorted { $0.lowerBound < $1.lowerBound }.map { silence in
            timeBase.clampedTicks(
                microseconds: silence.lowerBound)..<timeBase.clampedTicks(microseconds: silence.upperBound)
        }
    }

    private mutating func note(_ frame: SoundFrame) {
        guard frame.isSilent else { return }
        if let last = silences.last, last.lowerBound <= frame.start,
            frame.start - last.upperBound < SoundFrame.length / 2
        {
            silences[silences.endIndex - 1] = last.lowerBound..<max(last.upperBound, frame.end)
        } else if silences.count < Self.mostSilences {
            silences.append(frame.start..<frame.end)
        }
    }

    /// Frames whose middle lies in a range of time.
    private func frames(from start: Int64, to end: Int64) -> Deque<SoundFrame>.SubSequence {
        frames[index(of: start)..<max(index(of: start), index(of: end))]
    }

    /// Index of the first frame whose middle is at or behind `time`.
    private func index(of time: Int64) -> Int {
        var (low, high) = (0, frames.count)
        while low < high {
            let middle = (low + high) / 2
            if frames[middle].start + SoundFrame.length / 2 < time { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func cut(at time: Int64) -> CutSound? {
        let before = SoundStatistics(frames(from: time - Self.side, to: time), length: Self.side)
        let behind = SoundStatistics(frames(from: time, to: time + Self.side), length: Self.side)
        guard let around = before.change(to: behind) else { return nil }
        let near = frames(from: time - Self.side / 2, to: time + Self.side / 2)
        let lowest = near.map(\.level).min() ?? 0
        return CutSound(
            change: around.change, levelChange: around.level,
            dip: max(0, min(before.level, behind.level) - lowest),
            isSilent: near.contains(where: \.isSilent))
    }
}
