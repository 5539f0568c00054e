import ArgumentParser
import SceneModel

/// The flags that say which clips a network sees.
struct ClipArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Frames of a clip, and the step from one to the next in pictures, around the middle of each part. Default: 16x4 for Slow-D, 8x8 for Slow, about 2 seconds at 30 pictures a second.",
            valueName: "FRAMESxSTRIDE"))
    var clip: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Side in pixels of the pictures that a network of clips sees. Default: 224; for train encoder, 112.",
            valueName: "pixels"), transform: NumberArgument.whole)
    var side: Int?

    func validate() throws {
        guard clip.map({ ClipSampling($0) != nil }) ?? true else {
            throw ValidationError(
                "--clip takes FRAMESxSTRIDE, such as 16x4: up to 256 frames of up to 512 pictures in all")
        }
        let sides = PicturePreparation.motionSides
        guard side.map({ sides ~= $0 }) ?? true else {
            throw ValidationError("--side takes \(sides.lowerBound) to \(sides.upperBound)")
        }
    }

    var sampling: ClipSampling? { clip.flatMap { ClipSampling($0) } }
}
