internal import SceneEvents
internal import Timeline

/// Where a person puts a boundary: a picture of the stream, named as events name instants.
package struct CorrectedPlace: Hashable, Sendable {
    /// In ticks of the stream's time base; nil in streams of which only seconds are known, and where whoever
    /// put it knows seconds alone.
    package var pts: Int64?
    /// As a fraction, `1/12800`; nil where the file leaves it out.
    package var timeBase: String?
    /// From the first picture, in microseconds.
    package var microseconds: Int64

    package init(pts: Int64?, timeBase: String?, microseconds: Int64) {
        self.pts = pts
        self.timeBase = timeBase
        self.microseconds = microseconds
    }

    init(_ place: EventPlace) {
        self.init(pts: place.pts, timeBase: place.timeBase, microseconds: place.t.microseconds)
    }

    /// Its ticks on `clock`, of its seconds where it has none; nil where it counts in those of another clock.
    func ticks(on clock: MediaClock) -> Int64? {
        guard timeBase == nil || timeBase == clock.timeBase.description else { return nil }
        if let pts, clock.countsTicks { return pts }
        return clock.startPTS + clock.timeBase.ticks(microseconds: microseconds)
    }
}
