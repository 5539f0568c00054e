/// What is known of a stream once its first picture is decoded.
struct OpenedStream: Sendable {
    var media: MediaInfo
    /// Seconds.
    var detectorLag: Double
    /// Seconds; nil if nothing bounds it.
    var delayBound: Double?
}
