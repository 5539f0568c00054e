package import SceneEvents

extension SessionReader {
    /// What `stream_start` says of this input, where scenes are found in it.
    ///
    /// - Parameters:
    ///   - version: of the program.
    ///   - feed: its name.
    ///   - run: names the run.
    ///   - options: by which answers are decided; nil: those with which the input is read.
    ///   - threads: as they were asked for.
    ///   - model: what encodes and scores.
    ///   - wall: RFC 3339.
    /// - Returns: the first event of the run.
    package func streamStart(
        version: String, feed: String, run: String, options: SegmentOptions? = nil, threads: Int,
        model: ModelSummary, wall: String
    ) -> StreamStart {
        func microseconds(_ seconds: Double) -> Int64 { Int64((seconds * 1_000_000).rounded()) }
        let options = options ?? self.options
        var start = StreamStart(
            version: version, input: displayName, feed: feed, run: run, timeline: 0, media: media,
            options: options.literals(threads: threads), model: model,
            delayBound: options.delayBound.map(microseconds), detectorLag: microseconds(detectorLag),
            decoderDelay: decoderDelay, build: Libraries.inUse, wall: wall)
        start.blockDelayBound = options.blockBound
        return start
    }
}
