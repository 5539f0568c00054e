package import Timeline

/// A scene as the stream tells it.
package struct LoggedScene: Hashable, Sendable {
    /// First picture.
    package var start: LoggedInstant
    /// First instant that is no longer part of it.
    package var end: LoggedInstant
    /// nil for a reason unknown to this version.
    package var endReason: SceneEnd?
    /// Score of the boundary that ends it; nil when something else does.
    package var score: Score?
    /// Indices of its first and last shot.
    package var firstShot: Int
    package var lastShot: Int
    /// Kind of the block in which its middle lies; nil where nothing tells.
    package var block: Block.Kind?
    /// What it is tagged with (`names`), the best first.
    package var tags: [String] = []

    package init(
        start: LoggedInstant, end: LoggedInstant, endReason: SceneEnd?, score: Score?, firstShot: Int,
        lastShot: Int
    ) {
        self.start = start
        self.end = end
        self.endReason = endReason
        self.score = score
        self.firstShot = firstShot
        self.lastShot = lastShot
    }
}
