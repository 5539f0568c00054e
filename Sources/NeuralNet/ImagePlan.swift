package import TensorKernels

/// A plan that takes B pictures of three channels to one vector each. One user at a time.
package final class ImagePlan {
    package let plan: InferencePlan
    /// [B, side, side, 3].
    package let input: FeatureMap
    /// [B, 1, 1, width].
    package let output: FeatureMap

    init(plan: InferencePlan, input: FeatureMap, output: FeatureMap) {
        self.plan = plan
        self.input = input
        self.output = output
    }

    package var batch: Int { input.images }
}
