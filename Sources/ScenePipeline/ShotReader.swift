package import MediaInput
package import SceneEvents
package import ShotDetection
internal import Timeline

/// One input from its first byte to its last shot: as `SceneReader`, without parts, scores and scenes.
package final class ShotReader: SessionReader<ShotSession> {
    private let announcesCuts: Bool

    /// Opens `source`; blocks until the first picture is decoded. Of `options` the detector, m and the decode
    /// plan count. With `announcesCuts`, hard cuts are also told before they are certain; a list of cuts
    /// announces nothing.
    package init(
        _ source: MediaSource, mediaOptions: MediaOptions, options: SegmentOptions, recordsStatistics: Bool,
        announcesCuts: Bool, stop: StopFlag
    ) throws(MediaError) {
        self.announcesCuts = announcesCuts
        try super.init(
            source, mediaOptions: mediaOptions, options: options, recordsStatistics: recordsStatistics,
            announcesCuts: announcesCuts, stop: stop
        ) { detector, reader, options in
            ShotSession(
                detector: detector,
                soundTimeBase: options.tellsSound ? reader.summary.clock.timeBase : nil)
        }
    }

    /// What `stream_start` says was chosen.
    package func optionLiterals(threads: Int) -> [StreamStart.Option] {
        options.shotLiterals(threads: threads) + (announcesCuts ? [("provisional", "true")] : [])
    }

    /// What was measured of each picture, in order, since the last call; nothing unless it was asked for.
    package func takeStatistics() -> [PictureStatistics] { session.takeStatistics() }
}
