package import Timeline

/// Something the detector looked at closely: what the training script learns from.
package struct ShotCandidate: Sendable {
    /// Which network judged it.
    package enum Stage: String, Sendable {
        case early, hard, odd, gate, gradual
    }

    package var stage: Stage
    /// The new shot's first picture, twice, for a hard cut, early, by odd pictures or not; the ends of the
    /// interval (not mixed) for the gate; the mixed range for a gradual transition.
    package var range: ClosedRange<Instant>
    /// What the network saw: the order of `names` of `HardCutFeatures`, `GradualFinder` or `GradualFeatures`.
    package var features: [Float]
    /// What the shipped weights say, 0...1.
    package var probability: Float
}
