package import EventJournal
internal import Timeline
internal import SceneEvents

/// The run that a feed's events join, and how it begins.
package struct FeedRun: Hashable, Sendable {
    package enum Beginning: Hashable, Sendable {
        /// With a `stream_start`. `isRestart`: scened has run this feed before, and nobody knows what came
        /// meanwhile.
        case new(isRestart: Bool)
        /// Anew from the start of a file: the events that the journal holds come again and are not written
        /// again.
        case replay
        /// Not at all: the file was read to its end, and has not changed since.
        case finished
        /// Where the journal breaks off: behind a gap, without a second `stream_start`.
        case resume(RunRecord)
    }

    /// ULID.
    package var name: String
    /// Number of its first timeline. Numbers only rise for a feed, so that no `id` comes twice.
    package var firstTimeline: Int
    package var beginning: Beginning
    /// What the process before it left: where it resumes, only if that goes with the journal.
    package var checkpoint: [UInt8]?

    package init(name: String, firstTimeline: Int = 0, beginning: Beginning = .new(isRestart: false)) {
        self.name = name
        self.firstTimeline = firstTimeline
        self.beginning = beginning
    }

    /// How a feed goes on, given what its last run came to.
    ///
    /// - Parameters:
    ///   - record: of the last run.
    ///   - name: of that run.
    ///   - terms: `StreamStart.terms` of the `stream_start` that would be written now.
    ///   - writesScores: `score` events are told.
    ///   - file: where the input gives the same bytes again; nil where it is live.
    ///   - source: what would be read; nil: what the last run read.
    ///   - makeRun: names a new run.
    /// - Returns: with `name` unchanged where the run goes on.
    package static func following(
        _ record: RunRecord, name: String, terms: String, writesScores: Bool, file: ReplayableFile?,
        source: RunSource? = nil, makeRun: () -> String
    ) -> FeedRun {
        guard record.sequence > 0 else { return FeedRun(name: name) }
        let isReplayable = file != nil
        let isSame = source.map { record.isOf($0, isWritten: file?.hasChanged == true) } ?? true
        if isSame, let file, !file.hasChanged, record.endReason == StreamEnd.Reason.end.rawValue,
            record.start?.terms == terms, record.scores == 0 || writesScores,
            source.map(record.isEnough) ?? true
        {
            return FeedRun(name: name, firstTimeline: record.timeline, beginning: .finished)
        }
        guard isSame,
            record.goesOn(terms: terms, writesScores: writesScores, isReplayable: isReplayable)
        else {
            return FeedRun(
                name: makeRun(), firstTimeline: record.timeline + 1, beginning: .new(isRestart: !isReplayable)
            )
        }
        guard let start = record.start else { return FeedRun(name: name, firstTimeline: record.timeline) }
        return FeedRun(
            name: name, firstTimeline: start.timeline, beginning: isReplayable ? .replay : .resume(record))
    }
}

/// An input that gives the same bytes again.
package struct ReplayableFile: Hashable, Sendable {
    /// It was written to after the journal was.
    package var hasChanged: Bool

    package init(hasChanged: Bool) { self.hasChanged = hasChanged }
}
