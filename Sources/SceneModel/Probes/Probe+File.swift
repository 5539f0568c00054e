internal import JSONText
internal import NeuralNet
internal import TensorKernels

extension Probe {
    /// Version of the layout; raised when its meaning changes.
    private static let version = "1"

    private enum Key {
        static let version = "scened.probe"
        static let encoder = EmbeddingOrigin.encoderKey
        static let digest = EmbeddingOrigin.digestKey
        static let sceneEncoder = "scened.scene_encoder"
        static let dimension = "scened.dimension"
        static let input = "scened.probe_input"
        static let labels = "scened.labels"
        static let preset = "scened.preset"
        static let settings = "scened.settings"
        static let seed = "scened.seed"
        static let validation = "scened.validation"
        static let program = "scened.version"
    }

    /// Widest input, and most labels and layers, that a file may state.
    private static let widest = 4 << 20
    private static let mostLabels = 1000
    private static let mostLayers = 16

    /// The file that `init(path:)` reads. Equal probes give equal bytes.
    package var file: SafetensorsWriter {
        var entries = [
            Key.version: Self.version, Key.encoder: description.encoder,
            Key.sceneEncoder: description.sceneEncoder, Key.dimension: "\(description.dimension)",
            Key.input: description.input.rawValue, Key.preset: description.preset,
            Key.settings: description.settings, Key.seed: "\(description.seed)",
            Key.validation: description.validation, Key.program: description.version,
        ]
        entries[Key.digest] = description.digest
        entries[Key.labels] = "[" + description.labels.map(JSONLine.quoted).joined(separator: ",") + "]"
        var writer = SafetensorsWriter(metadata: entries)
        let width = standardization.mean.count
        writer.add("mean", shape: [width], floats: standardization.mean)
        writer.add("scale", shape: [width], floats: standardization.scale)
        writer.add(
            "calibration", shape: [calibrations.count, 2],
            floats: calibrations.flatMap { [$0.slope, $0.intercept] })
        var copy = network
        copy.visitParameters("") { name, shape, values, range in
            writer.add(name, shape: shape, floats: Array(values[range]))
        }
        return writer
    }

    /// Reads what `file` wrote. Everything is checked, so that no file can make the arithmetic behind it
    /// fail.
    package init(path: String) throws(ModelFileError) {
        let file = try SafetensorsFile(path: path)
        func wrong(_ what: String) -> ModelFileError {
            ModelFileError(
                .unsuitableMetadata, path: path, detail: what, remedy: "make one with scened probe train")
        }
        let entries = file.metadata
        guard let version = entries[Key.version] else {
            throw wrong("it is a safetensors file, but no probe")
        }
        guard version == Self.version else {
            throw wrong(
                "it is a probe of layout \(ModelFileError.quoted(version)), this scened knows \(Self.version)"
            )
        }
        func entry(_ key: String) throws(ModelFileError) -> String {
            guard let value = entries[key] else { throw wrong("metadata \(key) is missing") }
            return value
        }
        let labels = JSONValue(parsing: Array(try entry(Key.labels).utf8)[...])?.elements?.map(\.string) ?? []
        guard 1...Self.mostLabels ~= labels.count, labels.allSatisfy({ $0 != nil }),
            Set(labels).count == labels.count
        else { throw wrong("metadata \(Key.labels) is not a list of different labels") }
        guard let input = ProbeDescription.Input(rawValue: try entry(Key.input)) else {
            throw wrong("metadata \(Key.input) is \(ModelFileError.quoted(try entry(Key.input)))")
        }
        guard let dimension = Int(try entry(Key.dimension)), 1...Self.widest / 4 ~= dimension,
            let seed = UInt64(try entry(Key.seed))
        else { throw wrong("metadata \(Key.dimension) or \(Key.seed) is not a number that can be") }
        let description = ProbeDescription(
            encoder: try entry(Key.encoder), digest: entries[Key.digest],
            sceneEncoder: try entry(Key.sceneEncoder), dimension: dimension, input: input,
            labels: labels.compactMap(\.self), preset: try entry(Key.preset),
            settings: try entry(Key.settings), seed: seed, validation: try entry(Key.validation),
            version: try entry(Key.program))

        let reader = try ModelTensorReader(file, maker: "scened probe train")
        let width = description.inputDimension
        let standardization = Standardization(
            mean: try reader.values("mean", shape: [width]), scale: try reader.values("scale", shape: [width])
        )
        guard standardization.scale.allSatisfy({ $0 > 0 }) else {
            throw reader.unsuitable("scale", "holds values that are not above 0")
        }
        var layers: [Linear] = []
        while layers.count < Self.mostLayers, file.entry("layers.\(layers.count).weight") != nil {
            let name = "layers.\(layers.count)"
            layers.append(
                try reader.linear(
                    name, outputs: try reader.matrixShape(name + ".weight")[0],
                    inputs: layers.last?.outputDimension ?? width))
        }
        guard let last = layers.last, last.outputDimension == labels.count else {
            throw wrong("its layers do not end in its \(labels.count) labels")
        }
        let pairs = try reader.values("calibration", shape: [labels.count, 2])
        let calibrations = labels.indices.map {
            Calibration(slope: pairs[2 * $0], intercept: pairs[2 * $0 + 1])
        }
        guard calibrations.allSatisfy({ $0.slope >= 0 }) else {
            throw reader.unsuitable("calibration", "holds a slope below 0")
        }
        self.init(
            description, standardization: standardization, network: ProbeNetwork(layers: layers),
            calibrations: calibrations)
    }
}
