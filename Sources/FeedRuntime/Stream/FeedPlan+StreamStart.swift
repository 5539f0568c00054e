package import EventJournal
internal import Platform
internal import MediaInput
package import SceneEvents
internal import ScenePipeline
internal import Timeline

extension FeedPlan {
    /// What `stream_start` says of a feed that is run by this plan.
    func streamStart(_ media: MediaSummary, decoderDelay: Int, run: FeedRun, model: ModelSummary)
        -> StreamStart
    {
        func microseconds(_ seconds: Double) -> Int64 { Int64((seconds * 1_000_000).rounded()) }
        var start = StreamStart(
            version: version, input: displayName, feed: name, run: run.name, timeline: run.firstTimeline,
            media: media, options: options.literals(threads: self.media.threads), model: model,
            delayBound: options.delayBound.map(microseconds), detectorLag: microseconds(options.detectorLag),
            decoderDelay: decoderDelay, build: Libraries.inUse, wall: WallClock.timestamp())
        start.blockDelayBound = options.blockBound
        return start
    }

    /// What a run by this plan reads. Looks at the file system, and reads the beginning of a file.
    package var source: RunSource {
        RunSource(
            input: displayName, program: media.program, stream: media.stream, tellsScores: writesScores,
            pictures: pictures, file: address.fileMark)
    }

    /// `StreamStart.terms` of the `stream_start` that this plan gives.
    package func terms(model: ModelSummary) -> String {
        let media = MediaSummary(
            container: "", codec: "", width: 1, height: 1,
            clock: MediaClock(timeBase: TimeBase(numerator: 1, denominator: 1), startPTS: 0))
        return streamStart(media, decoderDelay: 0, run: FeedRun(name: ""), model: model).terms
    }
}
