package import Timeline

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
    /// Identity of the run whose answers a person corrected, where this is the result. Volatile.
    package var corrects: String?
    /// Counts the unbroken timelines of a feed, from 0.
    package var timeline: Int
    package var media: MediaSummary
    /// Everything that was chosen, by command or flag, in a fixed order, as JSON literals.
    package var options: [Option]
    package var model: ModelSummary
    /// Media time in microseconds within which every boundary is final; nil if unbounded (contract 9).
    package var delayBound: Int64?
    /// The same for blocks (contract 20).
    package var blockDelayBound: BlockDelayBound?
    /// The detector's lag h, in microseconds: part of the bound.
    package var detectorLag: Int64
    /// Pictures that the decoder may hold back before it shows one; comes on top of the bound.
    package var decoderDelay: Int
    /// Libraries that numbers depend on: name and version, in a fixed order.
    package var build: [Library]
    /// RFC 3339, UTC. Volatile.
    package var wall: String

    /// One resolved option: its name and its value as a JSON literal.
    package typealias Option = (name: String, literal: String)
    package typealias Library = (name: String, version: String)

    /// Media time in microseconds within which a block is told; nil if unbounded. There is none where nobody
    /// asked for blocks.
    package struct BlockDelayBound: Hashable, Sendable {
        package var microseconds: Int64?

        package init(microseconds: Int64?) { self.microseconds = microseconds }
    }

    package init(
        version: String, input: String, feed: String, run: String, timeline: Int, media: MediaSummary,
        options: [Option], model: ModelSummary, delayBound: Int64?, detectorLag: Int64, decoderDelay: Int,
        build: [Library], wall: String
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

extension StreamStart: Equatable {
    package static func == (left: StreamStart, right: StreamStart) -> Bool {
        left.version == right.version && left.input == right.input && left.feed == right.feed
            && left.run == right.run && left.corrects == right.corrects && left.timeline == right.timeline
            && left.media == right.media
            && left.options.elementsEqual(right.options, by: ==) && left.model == right.model
            && left.delayBound == right.delayBound && left.blockDelayBound == right.blockDelayBound
            && left.detectorLag == right.detectorLag
            && left.decoderDelay == right.decoderDelay && left.build.elementsEqual(right.build, by: ==)
            && left.wall == right.wall
    }
}
