package import Timeline

/// A scene as the stream tells it.
package struct LoggedScene: Hashable, Sendable {
    /// First picture.
    package var start: LoggedInstant
    /// First instant that is no longer part of it.
    package var end: LoggedInstant
    /// nil for a reason unknown to this version.
    package var endReason: SceneEnd?
    /// Score of the boundary that ends it; nil when something else does.
    package var score: Score?
    /// Indices of its first and last shot.
    package var firstShot: Int
    package var lastShot: Int

    package init(
        start: LoggedInstant, end: LoggedInstant, endReason: SceneEnd?, score: Score?, firstShot: Int,
        lastShot: Int
    ) {
        self.start = start
        self.end = end
        self.endReason = endReason
        self.score = score
        self.firstShot = firstShot
        self.lastShot = lastShot
    }
}

/// A moment as the stream tells it: exact, as a count of ticks.
package struct LoggedInstant: Hashable, Sendable {
    /// Ticks of the log's time base since the start of the file, which most often is the first picture;
    /// negative only in streams of other producers.
    package var ticks: Int64
    /// Position of the picture in display order, from 0; nil once pictures were lost.
    package var frame: Int64?
    /// nil where the stream has no constant frame rate that timecode counts.
    package var timecode: TimecodeLabel?

    package init(ticks: Int64, frame: Int64? = nil, timecode: TimecodeLabel? = nil) {
        self.ticks = ticks
        self.frame = frame
        self.timecode = timecode
    }
}
