package import SceneEvents
package import Timeline

/// What an event stream says in the end: everything that it tells of its video, with every revision applied.
///
/// Built from the JSON lines of any version 1 producer; see `EventLogReader` for what is tolerated.
/// Everything in it has been checked (`EventReader`). Each list is in order of time; of an event that was
/// told more than once the last answer counts.
package struct EventLog: Sendable {
    /// Names, clock, options and model of the run. What is named there may hold any characters.
    package var start: StreamStart
    package var shots: [Shot]
    /// Only where the run was asked for them.
    package var blocks: [Block]
    /// Only where the run was asked for them.
    package var scores: [PartScore]
    /// Of every state but `retracted`.
    package var boundaries: [Boundary]
    /// Final scenes. They do not overlap; gaps may lie between them.
    package var scenes: [LoggedScene]
    package var gaps: [Gap]
    /// The stream's end with its totals; nil if it is unfinished or ended for a reason unknown to this
    /// version.
    package var end: StreamEnd?
    /// The events themselves but for those that only tell of progress; empty where the reader was told not to
    /// keep them. In the order in which they were told.
    package var lines: [LoggedLine]
    /// What the reader should be told; the log is usable all the same.
    package var warnings: [EventLogWarning]

    /// The run was asked for blocks.
    package var hasBlocks: Bool { start.blockDelayBound != nil || !blocks.isEmpty }

    /// The run read pictures; of one that read a list of embeddings no place has a number of a picture.
    package var hasPictures: Bool { start.media.clock.countsTicks }

    /// Some scene has tags.
    package var hasTags: Bool { scenes.contains { !$0.tags.isEmpty } }

    /// Length of one tick of every `LoggedInstant`.
    package var timeBase: TimeBase { start.media.clock.timeBase }

    /// Where the first picture is shown, in ticks from the start of the file.
    package var firstPicture: Int64 { timeBase.ticks(microseconds: start.media.startOffset) }

    /// Reads lines, with or without their newlines. O(bytes), plus sorting events that arrive out of order.
    package init(reading lines: some Sequence<String>) throws(ExportError) {
        var reader = EventLogReader()
        for line in lines { try reader.push(line: Array(line.utf8)[...]) }
        self = try reader.finish()
    }

    /// Reads a whole stream at once: lines separated by newlines.
    package init(reading bytes: [UInt8]) throws(ExportError) {
        var reader = EventLogReader()
        var rest = bytes[...]
        while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
            try reader.push(line: rest[..<newline])
            rest = rest[(newline + 1)...]
        }
        try reader.push(line: rest)
        self = try reader.finish()
    }

    init(
        start: StreamStart, shots: [Shot], blocks: [Block], scores: [PartScore], boundaries: [Boundary],
        scenes: [LoggedScene], gaps: [Gap], end: StreamEnd?, lines: [LoggedLine], warnings: [EventLogWarning]
    ) {
        self.start = start
        self.shots = shots
        self.blocks = blocks
        self.scores = scores
        self.boundaries = boundaries
        self.scenes = scenes
        self.gaps = gaps
        self.end = end
        self.lines = lines
        self.warnings = warnings
    }
}
