/// The video stream that is read. Claims of the container about the whole (duration, bit rate, frame count)
/// are not in it: contract 2.
package struct MediaSummary: Hashable, Sendable {
    /// Demuxer, as FFmpeg names it.
    package var container: String
    package var codec: String
    /// Size of the pictures as shown: upright, with square pixels.
    package var width: Int
    package var height: Int
    package var clock: MediaClock
    /// Microseconds from where the file starts, as players count, to its first picture: 0 unless sound comes
    /// first.
    package var startOffset: Int64 = 0

    package init(container: String, codec: String, width: Int, height: Int, clock: MediaClock) {
        self.container = container
        self.codec = codec
        self.width = width
        self.height = height
        self.clock = clock
    }
}
