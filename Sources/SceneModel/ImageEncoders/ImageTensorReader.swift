internal import NeuralNet
internal import TensorKernels

/// Takes tensors out of a source by name, and checks that they are there, have the shape that the network
/// needs, and hold finite numbers.
struct ImageTensorReader<Source: TensorSource> {
    let source: Source
    /// Gets every layer; then all are packed anew. nil takes what the source has packed.
    var layers: PackedLayers?
    /// Of the products.
    var precision = Precision.float32
    /// What is read, in messages.
    var part = "image encoder"

    func has(_ name: String) -> Bool { source.tensorShape(name) != nil }

    /// The first of the prefixes with which a name is there; the last one if none, so that the name is found
    /// missing.
    func prefix(of name: String, among prefixes: [String]) -> String {
        prefixes.first { has($0 + name) } ?? prefixes[prefixes.count - 1]
    }

    /// How many of `start`0, `start`1, ... are there, each with `end`.
    func count(_ start: String, _ end: String) -> Int {
        var count = 0
        while has("\(start)\(count)\(end)") { count += 1 }
        return count
    }

    /// A shape with as many sides as `sides`, all at least 1; sides that are not nil are required.
    func shape(_ name: String, _ sides: [Int?]) throws(ModelFileError) -> [Int] {
        guard let shape = source.tensorShape(name) else { throw missing(name) }
        let fits =
            shape.count == sides.count
            && zip(shape, sides).allSatisfy { $0 > 0 && ($1 == nil || $1 == $0) }
        guard fits else {
            let expected = sides.map { $0.map(String.init) ?? "any" }.joined(separator: ", ")
            throw unsuitable(name, "has shape \(shape), expected [\(expected)]")
        }
        return shape
    }

    func values(_ name: String, _ sides: [Int]) throws(ModelFileError) -> [Float] {
        _ = try shape(name, sides)
        let values = try source.tensorValues(name)
        guard values.count == sides.reduce(1, *) else {
            throw unsuitable(name, "has \(values.count) values, expected \(sides)")
        }
        guard values.allSatisfy(\.isFinite) else {
            throw unsuitable(name, "holds values that are not finite numbers")
        }
        return values
    }

    func norm(_ name: String, width: Int) throws(ModelFileError) -> LayerNorm {
        LayerNorm(
            weight: try values(name + ".weight", [width]), bias: try values(name + ".bias", [width]),
            epsilon: 1e-5)
    }

    func batchNorm(_ name: String, width: Int) throws(ModelFileError) -> BatchNorm {
        let variance = try values(name + ".running_var", [width])
        guard variance.allSatisfy({ $0 >= 0 }) else {
            throw unsuitable(name + ".running_var", "holds a variance below zero")
        }
        return BatchNorm(
            weight: try values(name + ".weight", [width]), bias: try values(name + ".bias", [width]),
            mean: try values(name + ".running_mean", [width]), variance: variance)
    }

    /// The layer `name` of a shape: as the source has it packed, or made of its tensors.
    func packed(
        _ name: String, _ shape: PackedShape, _ make: () throws(ModelFileError) -> PackedWeights
    ) throws(ModelFileError) -> PackedWeights {
        if layers == nil, let weights = try PackedLayers.weights(name, shape, in: source) { return weights }
        let weights = try make()
        precondition(weights.shape == shape, "a layer of the shape that was asked for")
        layers?.add(name, weights)
        return weights
    }

    /// The weights `name`.weight [O, I] with a bias.
    func linear(_ name: String, outputs: Int, inputs: Int) throws(ModelFileError) -> PackedWeights {
        _ = try shape(name + ".weight", [outputs, inputs])
        let shape = PackedShape(outputs: outputs, inputs: inputs, hasBias: true, precision: precision)
        return try packed(name, shape) { () throws(ModelFileError) in
            PackedWeights(
                matrix: try values(name + ".weight", [outputs, inputs]), outputs: outputs, inputs: inputs,
                bias: try values(name + ".bias", [outputs]), precision: precision)
        }
    }

    func missing(_ name: String) -> ModelFileError {
        ModelFileError(
            .missingTensor, path: source.path, detail: "tensor \(ModelFileError.quoted(name)) is missing",
            remedy: "give a file that holds the whole \(part)")
    }

    func unsuitable(_ name: String, _ what: String) -> ModelFileError {
        ModelFileError(
            .unsuitableTensor, path: source.path, detail: "tensor \(ModelFileError.quoted(name)) \(what)",
            remedy: "export the \(part) again, or give another one")
    }
}
