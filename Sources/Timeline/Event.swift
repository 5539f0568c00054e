/// One line of the event stream: what happened, without its place in the stream.
///
/// `EventWriter` adds version, sequence number and identity, and turns it into JSON. The grammar is
/// `stream_start (cut | shot | score | boundary | scene | gap | watermark | heartbeat | stream_change | feed_state | degraded |
/// recovered)* stream_end`; before `stream_start` there may be heartbeats.
package enum Event: Sendable {
    case streamStart(StreamStart)
    /// Written on request only.
    case cut(CutNotice)
    case shot(Shot)
    /// Written on request only.
    case score(PartScore)
    case boundary(Boundary)
    case scene(Scene)
    case gap(Gap)
    /// Nothing before this instant will change (contract 12).
    case watermark(Instant)
    /// How a live feed stands; files have none.
    case heartbeat(Heartbeat)
    /// The pictures are of another kind from here on.
    case streamChange(StreamChange)
    /// A live feed shows black, stands still, or moves again.
    case feedState(PictureState)
    /// The machine could not keep up with a live feed: less work is done for it from here on (contract 14).
    case degraded(Relief)
    /// More work is done again.
    case recovered(Relief)
    case streamEnd(StreamEnd)

    package var kind: EventKind {
        switch self {
        case .streamStart: .streamStart
        case .cut: .cut
        case .shot: .shot
        case .score: .score
        case .boundary: .boundary
        case .scene: .scene
        case .gap: .gap
        case .watermark: .watermark
        case .heartbeat: .heartbeat
        case .streamChange: .streamChange
        case .feedState: .feedState
        case .degraded: .degraded
        case .recovered: .recovered
        case .streamEnd: .streamEnd
        }
    }
}

/// The `type` field of an event.
package enum EventKind: String, Hashable, Sendable, CaseIterable {
    case streamStart = "stream_start"
    case cut, shot, score, boundary, scene, gap, watermark, heartbeat
    case streamChange = "stream_change"
    case feedState = "feed_state"
    case degraded, recovered
    case streamEnd = "stream_end"
}

/// What a reader needs in order to understand the events that follow.
package struct StreamStart: Sendable {
    /// Version of the program.
    package var version: String
    /// What was opened, without secrets. Volatile.
    package var input: String
    /// Name the user gave the feed.
    package var feed: String
    /// Identity of this run (ULID). Volatile.
    package var run: String
    /// Counts the unbroken timelines of a feed, from 0.
    package var timeline: Int
    package var media: MediaSummary
    /// Everything that was chosen, by command or flag, in a fixed order, as JSON literals.
    package var options: [Option]
    package var model: ModelSummary
    /// Media time in microseconds within which every boundary is final; nil if unbounded (contract 9).
    package var delayBound: Int64?
    /// The detector's lag h, in microseconds: part of the bound.
    package var detectorLag: Int64
    /// Pictures that the decoder may hold back before it shows one; comes on top of the bound.
    package var decoderDelay: Int
    /// Libraries that numbers depend on: name and version, in a fixed order.
    package var build: [(name: String, version: String)]
    /// RFC 3339, UTC. Volatile.
    package var wall: String

    /// One resolved option: its name and its value as a JSON literal.
    package typealias Option = (name: String, literal: String)

    package init(
        version: String, input: String, feed: String, run: String, timeline: Int, media: MediaSummary,
        options: [Option], model: ModelSummary, delayBound: Int64?, detectorLag: Int64, decoderDelay: Int,
        build: [(name: String, version: String)], wall: String
    ) {
        self.version = version
        self.input = input
        self.feed = feed
        self.run = run
        self.timeline = timeline
        self.media = media
        self.options = options
        self.model = model
        self.delayBound = delayBound
        self.detectorLag = detectorLag
        self.decoderDelay = decoderDelay
        self.build = build
        self.wall = wall
    }
}

/// The video stream that is read. Claims of the container about the whole (duration, bit rate, frame count) are not
/// in it: contract 2.
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

/// Who gives the scores.
package struct ModelSummary: Hashable, Sendable {
    /// The scorer's name, e.g. `coherence` or `crn`; `none` where only shots are found.
    package var scorer: String
    package var encoder: String
    /// K: neighbours on each side.
    package var neighborCount: Int
    /// File name without folders; nil for what is built in. Volatile, as `input`.
    package var file: String?
    /// SHA-256 of the weights, hexadecimal; nil where there are none.
    package var digest: String?

    package init(
        scorer: String, encoder: String, neighborCount: Int, file: String? = nil, digest: String? = nil
    ) {
        self.scorer = scorer
        self.encoder = encoder
        self.neighborCount = neighborCount
        self.file = file
        self.digest = digest
    }

    /// Of a run that finds shots and nothing more.
    package static let shotsAlone = ModelSummary(scorer: "none", encoder: "none", neighborCount: 0)
}

/// Why a stream ended, and what it held.
package struct StreamEnd: Sendable {
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        /// The input was read to its end.
        case end
        /// The input broke off: what could be read was processed.
        case damaged
        /// The user stopped the run.
        case interrupted
    }

    package var at: Instant
    package var reason: Reason
    package var pictures: Int
    package var damagedPictures: Int
    package var shots: Int
    package var parts: Int
    package var boundaries: Int
    package var scenes: Int
    package var gaps: Int
    /// RFC 3339, UTC. Volatile.
    package var wall: String

    package init(
        at: Instant, reason: Reason, pictures: Int, damagedPictures: Int, shots: Int, parts: Int,
        boundaries: Int,
        scenes: Int, gaps: Int, wall: String
    ) {
        self.at = at
        self.reason = reason
        self.pictures = pictures
        self.damagedPictures = damagedPictures
        self.shots = shots
        self.parts = parts
        self.boundaries = boundaries
        self.scenes = scenes
        self.gaps = gaps
        self.wall = wall
    }
}
