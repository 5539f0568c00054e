/// A stretch of a recording, and what it shows.
package struct TagExample: Hashable, Sendable {
    package var recording: String
    /// Microseconds from the recording's first picture; `end` is later than `start`.
    package var start: Int64
    package var end: Int64
    package var shown: Set<String>
    /// What somebody said that it does not show.
    package var hidden: Set<String>
    /// Somebody said all that it shows: what is not named is not there.
    package var isComplete: Bool
    /// The first line of the list that is of it.
    package var line: Int

    package init(
        recording: String, start: Int64, end: Int64, shown: Set<String> = [], hidden: Set<String> = [],
        isComplete: Bool = true, line: Int = 0
    ) {
        self.recording = recording
        self.start = start
        self.end = end
        self.shown = shown
        self.hidden = hidden
        self.isComplete = isComplete
        self.line = line
    }
}
