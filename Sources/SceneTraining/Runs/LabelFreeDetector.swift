internal import NeuralNet
package import SceneModel

/// A boundary detector from pre-training alone: the head of pseudo-boundary prediction read at the center of
/// every window (BaSSL, table 1, "without fine-tuning").
package enum LabelFreeDetector {
    /// The pre-trained network with that head in the place of the boundary head.
    package static func model<Network: ContextNetwork>(
        _ pretrained: PretextModel<Network>
    ) -> FineTunedModel<Network> {
        FineTunedModel(network: pretrained.network, head: BoundaryHead(linear: pretrained.heads.boundary))
    }
}
