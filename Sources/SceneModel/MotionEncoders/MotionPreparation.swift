extension PicturePreparation {
    /// As networks of clips want it (PySlowFast): the short side is 8 / 7 of the crop, and all channels have
    /// one mean and one deviation.
    package static func motion(side: Int) -> PicturePreparation {
        PicturePreparation(
            shortSide: side * 8 / 7, cropSide: side, mean: [0.45, 0.45, 0.45],
            deviation: [0.225, 0.225, 0.225])
    }

    /// Sides of the pictures of clips that are possible, in pixels.
    package static let motionSides = 32...512
    /// The side of a file that states none.
    package static let usualMotionSide = 224
}
