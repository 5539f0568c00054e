package import Timeline

/// Something the detector looked at closely: what the training script learns from.
package struct ShotCandidate: Sendable {
    /// First and last picture of the new shot's beginning: equal for a hard cut, the mixed range for a gradual one.
    package var range: ClosedRange<Instant>
    package var isGradual: Bool
    /// In the order of `HardCutFeatures.names` or `GradualFeatures.names`.
    package var features: [Float]
    /// What the shipped weights say, 0...1.
    package var probability: Float
}
