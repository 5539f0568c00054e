internal import NeuralNet
internal import TensorKernels

/// Entries of the metadata that tell of a contextualizer.
package enum ContextualizerKey {
    package static let kind = "scened.contextualizer"
    package static let heads = "scened.contextualizer_heads"
    package static let temperature = "scened.contextualizer_temperature"
    /// The one kind there is.
    package static let txe = "txe-1"
    static let prefix = "contextualizer."
    static let mean = prefix + "mean"
    static let reference = prefix + "reference"
    static let levels = prefix + "levels"
}

extension SafetensorsFile {
    /// Whether the file says that it has one.
    package var hasContextualizer: Bool { metadata[ContextualizerKey.kind] != nil }
}

extension SurpriseModel {
    /// Reads and checks the contextualizer of a file.
    package init(_ file: SafetensorsFile) throws(ModelFileError) {
        guard let kind = file.metadata[ContextualizerKey.kind] else {
            throw ModelFileError(
                .missingTensor, path: file.path, detail: "holds no contextualizer",
                remedy: "give a file that scened train contextualizer made")
        }
        guard kind == ContextualizerKey.txe else {
            throw ModelFileError(
                .unsuitableMetadata, path: file.path,
                detail:
                    "holds a contextualizer of kind \(ModelFileError.quoted(kind)), this scened knows \(ContextualizerKey.txe)",
                remedy: "use the scened that made it")
        }
        let reader = try ModelTensorReader(file, maker: "scened train contextualizer")
        let temperature = file.metadata[ContextualizerKey.temperature].flatMap(Float.init)
        guard let temperature, temperature.isFinite, temperature > 0 else {
            throw ModelFileError(
                .unsuitableMetadata, path: file.path,
                detail: "metadata \(ContextualizerKey.temperature) is not a number above 0",
                remedy: "give the file as scened train contextualizer made it")
        }
        let network = try Contextualizer(reader)
        let width = network.embeddingWidth
        let rows = try reader.matrixShape(ContextualizerKey.reference)[0]
        let levels = try reader.values(ContextualizerKey.levels, shape: [NoveltyLevels.count])
        guard zip(levels, levels.dropFirst()).allSatisfy({ $0 <= $1 }) else {
            throw reader.unsuitable(ContextualizerKey.levels, "does not ascend")
        }
        self.init(
            network: network,
            centering: EmbeddingCentering(mean: try reader.values(ContextualizerKey.mean, shape: [width])),
            reference: try reader.matrix(ContextualizerKey.reference, rows: rows, columns: width),
            levels: NoveltyLevels(quantiles: levels), temperature: temperature,
            embeddings: EmbeddingOrigin(file))
        digest = file.digest(
            below: ContextualizerKey.prefix,
            head: "\(kind) heads \(network.headCount) temperature \(temperature)\n")
    }

    /// The model as a file that `init(_:)` reads. `entries`: what else its metadata say.
    package func file(_ entries: [String: String]) -> SafetensorsWriter {
        var writer = SafetensorsWriter(
            metadata: entries.merging([
                ContextualizerKey.kind: ContextualizerKey.txe,
                ContextualizerKey.heads: "\(network.headCount)",
                ContextualizerKey.temperature: "\(temperature)",
            ]) { $1 })
        var copy = network
        copy.visitParameters(ContextualizerKey.prefix) { name, shape, values, range in
            writer.add(name, shape: shape, floats: Array(values[range]))
        }
        writer.add(ContextualizerKey.mean, shape: [centering.width], floats: centering.mean)
        writer.add(
            ContextualizerKey.reference, shape: [reference.rows, reference.columns], floats: reference.values)
        writer.add(ContextualizerKey.levels, shape: [NoveltyLevels.count], floats: levels.quantiles)
        return writer
    }
}

extension Contextualizer {
    /// The network of a model file, under the names that `visitParameters` gives below `contextualizer.`.
    init(_ reader: ModelTensorReader) throws(ModelFileError) {
        let prefix = ContextualizerKey.prefix
        let shape = try reader.matrixShape(prefix + "projection.weight")
        let (width, inputs) = (shape[0], shape[1])
        let tokens = try reader.matrixShape(prefix + "positions")[0]
        guard tokens > 1 else { throw reader.unsuitable(prefix + "positions", "has one row, expected two") }
        let heads = try reader.headCount(ContextualizerKey.heads, width: width)
        self.init(
            projection: try reader.linear(prefix + "projection", outputs: width, inputs: inputs),
            maskToken: Matrix(
                rows: 1, columns: width, values: try reader.values(prefix + "mask_token", shape: [width])),
            positions: try reader.matrix(prefix + "positions", rows: tokens, columns: width),
            layers: try reader.layers(
                prefix + "layer.", width: width, headCount: heads, epsilon: Contextualizer.epsilon,
                activation: .relu),
            head: try reader.linear(prefix + "head", outputs: inputs, inputs: width))
    }
}
