internal import CSceneKernels

/// The instructions that the kernels of `InferencePlan` use. Weights are packed for one variant.
package enum KernelVariant: Int, Sendable, CaseIterable {
    /// Vectors of 4, on every processor.
    case portable = 4
    /// AVX2 with fused multiply-add: vectors of 8.
    case avx2 = 8
    /// AVX-512: vectors of 16.
    case avx512 = 16

    /// The fastest that this processor has.
    package static let best = KernelVariant(rawValue: Int(scene_best_lanes())) ?? .portable

    /// All that this processor has.
    package static var available: [KernelVariant] { allCases.filter { $0.rawValue <= best.rawValue } }

    var lanes: Int32 { Int32(rawValue) }
    /// Weights are padded to a multiple of this many columns.
    var panelColumns: Int { rawValue * Int(SCENE_PANEL_VECTORS) }
}
