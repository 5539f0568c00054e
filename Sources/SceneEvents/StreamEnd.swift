package import Timeline

/// Why a stream ended, and what it held.
package struct StreamEnd: Hashable, Sendable {
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
