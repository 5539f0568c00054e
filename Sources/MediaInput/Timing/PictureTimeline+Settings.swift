package import Timeline

extension PictureTimeline {
    /// What stays the same along a stream.
    package struct Settings {
        package var timeBase: TimeBase
        /// The format's clock may be reset in mid-stream, so a long step forward means lost time.
        package var isDiscontinuous: Bool
        /// Where the clock may be reset: seconds between two pictures beyond which time was lost.
        package var longestHole: Double
        /// Ticks a picture lasts at the stream's rate; nil if unknown.
        package var nominalDuration: Int64?
        /// The packets' durations are the stream's own; else only the spacing of pictures counts.
        package var trustsDurations: Bool
        /// A live input, whose stamps are held against the wall clock: time that the stamps skip was lost
        /// only if nothing came for about as long.
        package var asksWallClock: Bool
        /// The format sends something many times a second as long as it runs (MPEG-TS), so that silence is a
        /// loss; or it comes in pieces (playlists), and silence before a piece whose stamps do not follow is
        /// one.
        package var isNeverSilent: Bool

        package init(
            timeBase: TimeBase, isDiscontinuous: Bool = false, longestHole: Double = 10,
            nominalDuration: Int64? = nil, trustsDurations: Bool = true, asksWallClock: Bool = false,
            isNeverSilent: Bool = false
        ) {
            self.timeBase = timeBase
            self.isDiscontinuous = isDiscontinuous
            self.longestHole = longestHole
            self.nominalDuration = nominalDuration
            self.trustsDurations = trustsDurations
            self.asksWallClock = asksWallClock
            self.isNeverSilent = isNeverSilent
        }
    }
}
