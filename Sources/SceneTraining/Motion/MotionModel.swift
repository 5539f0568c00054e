package import NeuralNet
package import SceneModel

/// A network of clips and the head over it.
package struct MotionModel: ParameterTree, Sendable {
    package var encoder: ResidualNetwork
    package var projection: ClipProjection

    package init(encoder: ResidualNetwork, projection: ClipProjection) {
        self.encoder = encoder
        self.projection = projection
    }

    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        encoder.visitParameters(path + "shot_encoder.", body)
        projection.visitParameters(path + "projection.", body)
    }

    /// The encoder as a file that `ShotEncoders.read` takes; the head is left out.
    package func file(_ metadata: ModelMetadata) -> SafetensorsWriter {
        var writer = SafetensorsWriter()
        encoder.addMotion(to: &writer)
        writer.metadata = metadata.entries
        return writer
    }
}
