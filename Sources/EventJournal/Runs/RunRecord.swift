package import SceneEvents
package import Timeline

/// What the events of a run come to: all that a later process needs in order to go on with it.
///
/// A value, folded over the journal's lines in order; it is kept beside the segments from time to time, so
/// that a start reads only what came after. Constant memory.
package struct RunRecord: Codable, Hashable, Sendable {
    /// What the run's `stream_start` said.
    package struct Start: Codable, Hashable, Sendable {
        /// `StreamStart.terms`.
        package var terms: String
        package var timeline: Int
        package var container: String
        package var timeBase: [Int64]
        package var startPTS: Int64
        /// `input`; nil in records of earlier versions.
        package var input: String?
    }

    /// Codec and size of pictures.
    package struct Kind: Codable, Hashable, Sendable {
        package var codec: String
        package var width: Int
        package var height: Int
    }

    /// A final boundary whose scene has not been told.
    package struct OpenBoundary: Codable, Hashable, Sendable {
        package var at: Int64
        package var score: Double
        package var leftShot: Int
        package var rightShot: Int
    }

    /// A boundary that was told and not decided.
    package struct OpenAnswer: Codable, Hashable, Sendable {
        package var at: Int64
        package var revision: Int
        package var kind: String
        package var score: Double
        package var threshold: Double
        package var leftShot: Int
        package var rightShot: Int
        package var rightParts: Int
    }

    /// A gap that was told before the scene in front of it: where it is short, what was undecided waits for
    /// parts behind it.
    package struct OpenGap: Codable, Hashable, Sendable {
        package var start: Int64
        package var end: Int64
        /// Shots in front of it.
        package var shots: Int
    }

    /// The first heartbeat that gave the place of the last ones, or `stream_start`.
    package struct Heard: Codable, Hashable, Sendable {
        package var pts: Int64
        package var unixMilliseconds: Int64
    }

    /// `seq` of the last event that was taken; 0: none.
    package internal(set) var sequence: Int64 = 0
    /// Events in front are no longer kept, and none of them is known.
    package internal(set) var isPartial = false
    package internal(set) var start: Start?
    /// What is read; nil where nobody has said so, and in records of earlier versions.
    package private(set) var source: RunSource?
    /// Number of the timeline that runs.
    package internal(set) var timeline = 0
    /// All that run and ran; nil where none but the running one is known, as in records of earlier versions.
    package internal(set) var timelines: TimelineNumbers?
    /// `stream_end` was written, or what stands directly before it.
    package internal(set) var isClosed = false
    /// Why, where `stream_end` says so.
    package internal(set) var endReason: String?
    /// `EventIntake.mark` of the last event that is not a heartbeat.
    package internal(set) var lastMark: String?
    /// Of shots, scenes, blocks, gaps and decisions, in order; nil in records of earlier versions, and where
    /// events were left out: then they do not come again as they stand here.
    package internal(set) var course: Fingerprint? = Fingerprint()
    package internal(set) var pictures = 0
    package internal(set) var shots = 0
    package internal(set) var scores = 0
    package internal(set) var parts = 0
    package internal(set) var boundaries = 0
    package internal(set) var scenes = 0
    package internal(set) var gaps = 0
    /// Ends of the last shot and of the last scene, or of a gap behind them; PTS.
    package internal(set) var shotEnd: Int64 = 0
    package internal(set) var sceneEnd: Int64 = 0
    /// End of the last block, or of a gap behind it, PTS; nil where nobody asked for blocks.
    package internal(set) var blockEnd: Int64?
    /// `next` of the last block.
    package internal(set) var nextBlock: String?
    /// First shot of the scene that is open.
    package internal(set) var firstShot = 0
    package internal(set) var openBoundary: OpenBoundary?
    /// In order.
    package internal(set) var openAnswers: [OpenAnswer] = []
    /// `seq` of the last event that tells of an answer or of what answers are made of: a checkpoint made
    /// before it is out of date.
    package internal(set) var decided: Int64 = 0
    /// PTS of the last watermark.
    package internal(set) var watermark: Int64?
    /// What the feed's pictures were last told to be, and to show.
    package internal(set) var kind: Kind?
    package internal(set) var shown: String?
    /// The last `degraded` or `recovered` left something out.
    package internal(set) var isDegraded = false
    /// In order; `sceneEnd` and `firstShot` are in front of the first.
    package internal(set) var openGaps: [OpenGap] = []
    /// Up to where pictures are known to have come, PTS.
    package internal(set) var reached: Int64 = 0
    package internal(set) var heard: Heard?

    package init() {}

    /// Notes what is read, where nothing is known of that.
    package mutating func note(_ source: RunSource) { self.source = self.source ?? source }

    /// Where each timeline began, as far as that is known.
    package var knownTimelines: TimelineNumbers { timelines ?? TimelineNumbers(first: timeline) }

    /// The clock of the run's instants; nil before `stream_start`. Without timecode, which no run has after a
    /// loss.
    package var clock: MediaClock? { start?.clock }

    /// Seconds without pictures until a moment of the wall clock: what a heartbeat says, which has both
    /// clocks, or `stream_start` in front of the first. Too short by the time between two heartbeats at most,
    /// where pictures stayed away unnoticed. 0 without one since the last gap: nothing then says how long ago
    /// that was.
    package func missing(at unixMilliseconds: Int64, timeBase: TimeBase) -> Double {
        guard let heard else { return 0 }
        let passed = (Double(unixMilliseconds) - Double(heard.unixMilliseconds)) / 1000
        return min(MediaClock.century, max(0, passed - timeBase.seconds(reached - heard.pts)))
    }

    /// Whether the run reads what `source` names. What it does not know of itself counts as the same.
    ///
    /// - Parameters:
    ///   - source: what would be read now.
    ///   - isWritten: it is a file that was written to since the run was.
    /// - Returns: true where a process may go on with the run, or leave it as it is.
    package func isOf(_ source: RunSource, isWritten: Bool) -> Bool {
        if let input = start?.input, input != source.input { return false }
        return self.source.map { source.isSame(as: $0, isWritten: isWritten) } ?? true
    }

    /// Whether a run that has ended told and kept of its file what is wanted now. What is not known counts as
    /// wanted.
    package func isEnough(for source: RunSource) -> Bool {
        self.source.map { !source.keepsOther(than: $0) } ?? true
    }

    /// Whether a process with these terms goes on with the run, rather than with a new one. Scores, once
    /// told, have to be told to the run's end.
    ///
    /// A run whose last scene has ended and whose `stream_end` is missing goes on only where the same bytes
    /// come again: there is no place for a gap behind that scene.
    package func goesOn(terms: String, writesScores: Bool, isReplayable: Bool) -> Bool {
        guard endReason == nil, isReplayable || !isClosed, !isPartial, scores == 0 || writesScores else {
            return false
        }
        return start.map { $0.terms == terms && clock != nil } ?? true
    }
}
