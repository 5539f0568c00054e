internal import CSceneKernels

/// What happens to a layer's sums before they are stored.
package enum Activation: Sendable, CaseIterable {
    case none
    /// max(x, 0).
    case relu
    /// x sigmoid(1.702 x), as CLIP uses it.
    case quickGELU
    /// x (1 + erf(x / sqrt 2)) / 2.
    case gelu

    var code: Int32 {
        switch self {
        case .none: Int32(SCENE_ACTIVATION_NONE)
        case .relu: Int32(SCENE_ACTIVATION_RELU)
        case .quickGELU: Int32(SCENE_ACTIVATION_QUICK_GELU)
        case .gelu: Int32(SCENE_ACTIVATION_GELU)
        }
    }
}
