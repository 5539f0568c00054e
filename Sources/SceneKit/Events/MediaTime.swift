internal import Timeline

/// A moment of a stream: the presentation time of a picture, or the end of the last one.
///
/// Ordered by ``ticks``. Times of different streams cannot be compared.
public struct MediaTime: Hashable, Sendable, Comparable {
    /// Presentation time in ticks of the stream's ``MediaInfo/timeBase``. It never decreases along a stream.
    public var ticks: Int64
    /// Seconds from the first picture of the stream, rounded to microseconds. This is the `t` that the
    /// `scened` command prints.
    public var seconds: Double
    /// Position of the picture in display order, from 0; `nil` once pictures were lost.
    public var picture: Int?

    /// Makes a time. Costs nothing; fields are independent of one another.
    public init(ticks: Int64, seconds: Double, picture: Int? = nil) {
        self.ticks = ticks
        self.seconds = seconds
        self.picture = picture
    }

    /// Earlier times come first.
    public static func < (left: MediaTime, right: MediaTime) -> Bool { left.ticks < right.ticks }
}

/// The length of a tick in seconds, as a fraction.
///
/// For example 1/90000 in MPEG-TS, or 1001/30000 where a tick is a picture of NTSC video.
public struct TimeBase: Hashable, Sendable {
    /// Seconds; at least 1.
    public var numerator: Int
    /// Ticks in ``numerator`` seconds; at least 1.
    public var denominator: Int

    /// Makes a time base of `numerator` / `denominator` seconds. ``PictureSegmenter`` refuses one whose tick
    /// is longer than a second or shorter than a nanosecond.
    public init(numerator: Int, denominator: Int) {
        self.numerator = numerator
        self.denominator = denominator
    }

    /// Ticks of a millisecond.
    public static let milliseconds = TimeBase(numerator: 1, denominator: 1000)
    /// Ticks of a microsecond.
    public static let microseconds = TimeBase(numerator: 1, denominator: 1_000_000)
}

/// What is known of a stream once it is open.
public struct MediaInfo: Hashable, Sendable {
    /// Name of the container, as FFmpeg has it: `mov`, `matroska`, `mpegts`.
    public var container: String
    /// Name of the codec, as FFmpeg has it: `h264`, `av1`.
    public var codec: String
    /// Width in pixels of the first picture as shown: upright, with square pixels.
    public var width: Int
    /// Height in pixels of the first picture as shown.
    public var height: Int
    /// Length of a tick of ``MediaTime/ticks``.
    public var timeBase: TimeBase
    /// Ticks of the first picture, where ``MediaTime/seconds`` is 0.
    public var startTicks: Int64
    /// Seconds from where the file starts, as players count, to its first picture: 0 unless sound comes
    /// first. Add it to ``MediaTime/seconds`` to get the position that a player shows.
    public var startOffset: Double
}
