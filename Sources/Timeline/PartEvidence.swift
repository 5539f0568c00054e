/// What a part holds beside its key frames that tells blocks apart, measured where every picture is seen.
///
/// Ranges are of presentation times in ticks. They are those that were found since the part before was
/// closed, so that nothing is told twice; they may reach beyond the part.
package struct PartEvidence: Hashable, Sendable {
    /// Stretches of black pictures, in order.
    package var black: [Range<Int64>]
    /// Stretches in which nothing is heard, in order; empty also where no sound is known.
    package var silence: [Range<Int64>]
    /// A picture near the middle of the part; nil where none was sampled in it.
    package var mark: MarkPicture?

    package init(black: [Range<Int64>] = [], silence: [Range<Int64>] = [], mark: MarkPicture? = nil) {
        self.black = black
        self.silence = silence
        self.mark = mark
    }
}
