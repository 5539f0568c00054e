package import Timeline

/// A run of black pictures: what often stands between two adverts.
package struct BlackRun: Hashable, Sendable {
    /// The first black picture.
    package var start: Instant
    /// The first picture that is not black, or the end of the last one.
    package var end: Instant

    package init(start: Instant, end: Instant) {
        self.start = start
        self.end = end
    }
}

/// Finds runs of black pictures, however short. `PictureStateFinder` tells of those that last.
///
/// A value; one pass over the luma of each analysis picture. A run is told with the picture behind it.
package struct BlackRunFinder: Sendable {
    private var start: Instant?

    package init() {}

    /// Takes the next picture in display order; damaged ones are passed over.
    ///
    /// - Returns: the run that this picture ends.
    package mutating func push(_ picture: Picture) -> BlackRun? {
        guard !picture.isDamaged else { return nil }
        if picture.analysis.isBlack {
            start = start ?? picture.at
            return nil
        }
        return finish(at: picture.at)
    }

    /// Pictures are missing from `end` on, or there are no more.
    package mutating func finish(at end: Instant) -> BlackRun? {
        defer { start = nil }
        return start.map { BlackRun(start: $0, end: end) }
    }
}
