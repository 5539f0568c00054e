/// What the beginning of a film tells of how lists count its pictures.
package struct FilmBeginning: Hashable, Sendable {
    /// Microseconds from where the film starts, as players count, to its first picture.
    package var startOffset: Int64
    /// Pictures a second while its first pictures come evenly; nil where they do not.
    package var rate: Double?

    package init(startOffset: Int64, rate: Double?) {
        self.startOffset = startOffset
        self.rate = rate
    }

    /// By how much a rate may be off that stands for another one: lists say 24 where 23.976 is meant.
    private static let looseness = 0.002

    /// Its pictures seem to come at `rate`, or at the rate that `rate` stands for.
    package func shows(_ rate: FrameRate) -> Bool {
        self.rate.map { abs($0 / rate.value - 1) < Self.looseness } ?? false
    }
}
