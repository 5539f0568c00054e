internal import CSceneKernels

/// In which numbers a network's products are computed; all else, and every sum, is float32.
package enum Precision: String, Sendable, CaseIterable {
    case float32
    /// Inputs and weights of a product are rounded to the 8 significant bits of bfloat16: twice as fast, half
    /// the memory, and slightly other embeddings (docs/measurements/networks.md says how far).
    case bfloat16

    /// Whether this processor computes it.
    package var isAvailable: Bool { self == .float32 || scene_has_bfloat() != 0 }

    /// Itself where the processor has it, else `float32`.
    package var orAvailable: Precision { isAvailable ? self : .float32 }
}
