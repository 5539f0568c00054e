package import NeuralNet
package import SceneModel

/// A shot encoder with the context network and the pretext heads over it.
package struct EncoderModel<Network: ContextNetwork>: ParameterTree, Sendable {
    package var encoder: ResidualNetwork
    package var pretext: PretextModel<Network>

    package init(encoder: ResidualNetwork, pretext: PretextModel<Network>) {
        precondition(
            encoder.outputDimension == pretext.network.inputDimension, "a network of the encoder's width")
        self.encoder = encoder
        self.pretext = pretext
    }

    /// Names of BaSSL's state dict: `shot_encoder.`, `crn.` and `loss.head_*`.
    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        encoder.visitParameters(path + "shot_encoder.", body)
        pretext.visitParameters(path, body)
    }

    /// The model as a file that `ModelFile` reads: filters in PyTorch's order.
    package func file(_ metadata: ModelMetadata) -> SafetensorsWriter {
        var writer = pretext.file(metadata)
        var copy = encoder
        var filters: [[Float]] = [encoder.stem.convolution.filters]
        for block in encoder.stages.joined() {
            filters += block.convolutions.map(\.convolution.filters)
            if let shortcut = block.shortcut { filters.append(shortcut.convolution.filters) }
        }
        var next = 0
        copy.visitParameters("shot_encoder.") { name, shape, values, range in
            guard shape.count == 4 else {
                writer.add(name, shape: shape, floats: Array(values[range]))
                return
            }
            writer.add(name, shape: [shape[0], shape[3], shape[1], shape[2]], floats: filters[next])
            next += 1
        }
        return writer
    }
}
