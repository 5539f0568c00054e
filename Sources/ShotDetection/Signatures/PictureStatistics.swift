package import Timeline

/// What a detector measured of one picture: for people who tune.
package struct PictureStatistics: Hashable, Sendable {
    /// What `values` are, in their order. Means and differences to the picture before are in 8-bit steps;
    /// `hard_score` is the verdict, 0 to 1, on a hard cut at the picture, `gradual_score` the highest on a
    /// transition with the picture in its middle; `cut` is 1 where a shot begins.
    package static let names = [
        "brightness", "chroma_difference", "contrast", "cut", "gradual_score", "hard_score",
        "luma_difference",
    ]

    package var at: Instant
    /// nil where nothing was measured: no candidate, or a damaged picture.
    package var values: [Float?]

    package init(at: Instant, values: [Float?]) {
        precondition(values.count == Self.names.count, "one value for each name")
        self.at = at
        self.values = values
    }
}
