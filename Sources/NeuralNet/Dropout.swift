package import TensorKernels

/// Dropout in one training step: how much falls, and what decides which (see `applyDropout`).
package struct Dropout: Hashable, Sendable {
    /// Share that is set to 0, in 0..<1.
    package var rate: Float
    /// One per step and run.
    package var key: UInt64

    package init(rate: Float, key: UInt64) {
        precondition(rate >= 0 && rate < 1, "a share below 1")
        self.rate = rate
        self.key = key
    }

    /// Another, independent dropout of the same rate, for place `site` of a network.
    package func at(_ site: Int) -> Dropout {
        var mixed = key &+ UInt64(truncatingIfNeeded: site &+ 1) &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Dropout(rate: rate, key: mixed ^ (mixed >> 31))
    }

    /// Forward on values, backward on their gradients.
    package func apply(_ matrix: inout Matrix) { applyDropout(&matrix, rate: rate, key: key) }
}
