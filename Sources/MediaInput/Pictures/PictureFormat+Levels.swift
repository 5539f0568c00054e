extension PictureFormat.Planar {
    /// From samples to units of the signal: (sample - zero) x scale.
    typealias Levels = (zero: Float, scale: Float)

    /// To 0...1. Levels for 8 bits scale by powers of two (ITU-T H.273, 8.3); full range ends at the highest
    /// code.
    func lumaLevels(isFullRange: Bool) -> Levels {
        isFullRange ? (0, 1 / top) : (16 * unit, 1 / (219 * unit))
    }

    /// To -0.5...0.5.
    func chromaLevels(isFullRange: Bool) -> Levels {
        (128 * unit, isFullRange ? 1 / top : 1 / (224 * unit))
    }

    /// What one step of 8 bits is in a sample.
    private var unit: Float { Float(1 << (depth - 8 + shift)) }

    /// The highest code of a sample.
    private var top: Float { Float((1 << depth) - 1) * Float(1 << shift) }
}
