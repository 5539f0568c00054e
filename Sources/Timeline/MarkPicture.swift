/// What a channel's mark is looked for in: the luma of a whole picture, bars and all, squeezed to one size
/// whatever the source, in the convention of `AnalysisPicture`. A mark stays at one place of the coded
/// picture, whatever shape the program has.
package struct MarkPicture: Hashable, Sendable {
    package static let width = 320
    package static let height = 180

    /// `height` x `width`, tight rows.
    package let luma: [UInt8]

    package init(luma: [UInt8]) {
        precondition(luma.count == Self.width * Self.height, "a picture for marks has 320 x 180 bytes")
        self.luma = luma
    }
}
