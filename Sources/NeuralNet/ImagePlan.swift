package import TensorKernels

/// A plan that takes B pictures of three channels to one vector each, or the images of a clip to one vector.
/// One user at a time.
package final class ImagePlan {
    package let plan: InferencePlan
    /// [B, side, side, 3]; of pictures of several frames [B, side x frames, side, 3].
    package let input: FeatureMap
    /// [B, 1, 1, width]; of a clip [1, 1, 1, width].
    package let output: FeatureMap
    /// [B, 1, tokens, D]: what the last layer makes of each token, before its normalization; nil where the
    /// plan was made without.
    package let tokens: FeatureMap?

    init(plan: InferencePlan, input: FeatureMap, output: FeatureMap, tokens: FeatureMap? = nil) {
        self.plan = plan
        self.input = input
        self.output = output
        self.tokens = tokens
    }

    package var batch: Int { input.images }
}
