package import NeuralNet
package import SceneModel
internal import TensorKernels

extension ResidualNetwork {
    /// Replaces every parameter by the tensor of a file that has its name below `prefix` in torchvision's
    /// network of the same blocks; filters there are [O, I, S, S].
    package mutating func take(_ file: SafetensorsFile, prefix: String = "") throws(ModelFileError) {
        var fault: ModelFileError?
        visitParameters(prefix) { name, shape, values, range in
            guard fault == nil else { return }
            let isFilter = shape.count == 4
            let stored = isFilter ? [shape[0], shape[3], shape[1], shape[2]] : shape
            do throws(ModelFileError) {
                guard file.entry(name)?.shape == stored else {
                    throw ModelFileError(
                        .missingTensor, path: file.path,
                        detail: "tensor '\(name)' of shape \(stored) is missing",
                        remedy: "give a file of this network")
                }
                let floats = try file.floats(name)
                let laid =
                    isFilter
                    ? Convolution(
                        filters: floats, outputs: stored[0], inputs: stored[1], side: stored[2], stride: 1
                    ).weight.values : floats
                values.replaceSubrange(range, with: laid)
            } catch {
                fault = error
            }
        }
        if let fault { throw fault }
    }
}
