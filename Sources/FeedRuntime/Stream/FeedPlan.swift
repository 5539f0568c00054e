package import MediaInput
package import ScenePipeline
internal import Timeline

/// Everything that a feed is run by, resolved: no default is left open.
package struct FeedPlan: Sendable {
    /// Name of the feed, for `stream_start` and status.
    package var name: String
    package var address: FeedAddress
    package var options: SegmentOptions
    package var media: MediaOptions
    package var timing: FeedTiming
    /// Version of the program, for `stream_start`.
    package var version: String
    /// The program that understands `feed-worker`.
    package var executable = "/proc/self/exe"
    /// Scores are told, too.
    package var writesScores = false
    /// Small pictures that are kept for those who look on; 0: none are made.
    package var pictures = 0
    /// FFmpeg's and the worker's own complaints go to standard error.
    package var keepsErrors = false

    /// - Parameters:
    ///   - name: name of the feed.
    ///   - address: what to read.
    ///   - options: what decides the answers.
    ///   - media: how to decode; what a feed needs is set here.
    ///   - timing: deadlines.
    ///   - version: of the program.
    package init(
        name: String, address: FeedAddress, options: SegmentOptions, media: MediaOptions, timing: FeedTiming,
        version: String
    ) {
        self.name = name
        self.address = address
        self.options = options
        self.media = media
        self.timing = timing
        self.timing.awaitsPeer = address.isListening
        self.version = version
        self.media.isFeed = true
        self.media.longestHole = min(media.longestHole, timing.stallAfter)
        // What is held back looks like a decoder that gives no pictures.
        self.media.longestGroup = min(media.longestGroup, timing.stallAfter / 2)
        // The feed's own deadline decides; this one only ends what the feed forgot.
        self.media.networkTimeout = max(media.networkTimeout, 4 * (timing.stallAfter + timing.probeAllowance))
    }

    /// The address as it may be printed.
    package var displayName: String { MediaSource.url(address.shown).displayName }
}
