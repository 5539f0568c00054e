package import TensorKernels

/// A plan that takes B pictures of three channels to one vector each.
package struct ImagePlan {
    package let plan: InferencePlan
    /// [B, side, side, 3].
    package let input: FeatureMap
    /// [B, 1, 1, width].
    package let output: FeatureMap

    package var batch: Int { input.images }
}
