package import SceneEvents
package import Timeline

/// A moment of a stream as people and programs name it: from where the file starts, exact.
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

    /// `instant` as `EventReader` gives it, of the stream that `start` began.
    package init(_ instant: Instant, of start: StreamStart) {
        let clock = start.media.clock
        ticks =
            instant.pts - clock.startPTS + clock.timeBase.ticks(microseconds: start.media.startOffset)
        frame = instant.frame
        timecode = instant.timecode.map(TimecodeLabel.init(number:))
    }
}
