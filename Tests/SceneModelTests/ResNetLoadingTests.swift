import Foundation
import NeuralNet
import SceneModel
import TensorKernels
import Testing

/// Whatever a file lacks or has wrong is one line with a remedy.
@Suite struct ResNetLoadingTests {
    /// A file's tensors, to be spoilt.
    struct Tensors: TensorSource {
        var path: String { "some/model.safetensors" }
        var shapes: [String: [Int]] = [:]
        var values: [String: [Float]] = [:]

        init(_ name: String) throws {
            let file = try VisionTransformerGoldenTests.source(name)
            for entry in file.header.entries {
                shapes[entry.name] = entry.shape
                values[entry.name] = try file.floats(entry.name)
            }
        }

        var tensorNames: [String] { shapes.keys.sorted() }
        func tensorShape(_ name: String) -> [Int]? { shapes[name] }
        func tensorValues(_ name: String) throws(ModelFileError) -> [Float] { values[name] ?? [] }

        func load() throws(ModelFileError) {
            if shapes.keys.contains(where: { $0.contains("layer1.0.conv1") }) {
                _ = try ResNet(self)
            } else {
                _ = try VisionTransformer(clip: self, headCount: 3)
            }
        }

        func code() -> ModelFileError.Code? {
            do {
                try load()
                return nil
            } catch {
                return error.description.contains("\n") || !error.description.hasPrefix(path)
                    ? nil : error.code
            }
        }
    }

    static let names = ["resnet_basic", "resnet_bottleneck", "clip", "clip_hugging"]

    @Test(arguments: names)
    func everyTensorIsNeeded(name: String) throws {
        let whole = try Tensors(name)
        try whole.load()
        for tensor in whole.tensorNames {
            // Without its first tensor a further block or layer is not there at all.
            let opensBlock = tensor.hasSuffix(".conv1.weight") || tensor.contains(".c_fc.weight")
            if (opensBlock || tensor.hasSuffix(".fc1.weight")) && !tensor.hasSuffix("0.conv1.weight") {
                continue
            }
            if tensor == "layer2.0.conv1.weight" || tensor.hasSuffix("conv3.weight") { continue }
            var damaged = whole
            damaged.shapes[tensor] = nil
            #expect(damaged.code() == .missingTensor, "without \(tensor)")
        }
    }

    @Test(arguments: names)
    func shapesAndValuesAreChecked(name: String) throws {
        let whole = try Tensors(name)
        for tensor in whole.tensorNames {
            for shape in [[], [0], (whole.shapes[tensor] ?? []) + [1]] {
                var damaged = whole
                damaged.shapes[tensor] = shape
                #expect(damaged.code() == .unsuitableTensor, "\(tensor) of shape \(shape)")
            }
            var damaged = whole
            damaged.values[tensor]?[0] = .nan
            #expect(damaged.code() == .unsuitableTensor, "\(tensor) without a number")
        }
    }

    /// Blocks of two kinds in one network: no plan has the borders that both need.
    @Test func blocksAreOfOneKind() throws {
        var tensors = try Tensors("resnet_basic")
        for (name, side) in [("conv1", 1), ("conv2", 3), ("conv3", 1)] {
            tensors.shapes["layer1.1.\(name).weight"] = [8, 8, side, side]
            tensors.values["layer1.1.\(name).weight"] = [Float](repeating: 0.1, count: 64 * side * side)
        }
        for part in ["weight", "bias", "running_mean", "running_var"] {
            tensors.shapes["layer1.1.bn3." + part] = [8]
            tensors.values["layer1.1.bn3." + part] = [Float](repeating: 1, count: 8)
        }
        #expect(tensors.code() == .unsuitableTensor)
    }

    /// What a plan holds grows with the square of the picture, which a few more positions make as large as
    /// they like.
    @Test(arguments: ["clip", "clip_hugging"])
    func picturesHaveALargestSide(name: String) throws {
        var tensors = try Tensors(name)
        let positions = try #require(tensors.tensorNames.first { $0.contains("position") })
        let patches = try #require(
            tensors.tensorNames.first { tensors.shapes[$0]?.count == 4 }.flatMap { tensors.shapes[$0] })
        let grid = 1024 / patches[2] + 1
        tensors.shapes[positions] = [grid * grid + 1, patches[0]]
        tensors.values[positions] = [Float](repeating: 0.1, count: (grid * grid + 1) * patches[0])
        #expect(tensors.code() == .unsuitableTensor)
    }

    /// A projection where none is needed is unusual, not wrong.
    @Test func projectionsWithoutNeed() throws {
        var tensors = try Tensors("resnet_basic")
        for block in ["layer1.0.", "layer1.1."] {
            tensors.shapes[block + "downsample.0.weight"] = [8, 8, 1, 1]
            tensors.values[block + "downsample.0.weight"] = [Float](repeating: 0.1, count: 64)
            for part in ["weight", "bias", "running_mean", "running_var"] {
                tensors.shapes[block + "downsample.1." + part] = [8]
                tensors.values[block + "downsample.1." + part] = [Float](repeating: 1, count: 8)
            }
        }
        let plan = try ResNet(tensors).makePlan(batch: 2, side: 33)
        plan.plan.run()
        let isFinite = plan.output.pixel(image: 1).allSatisfy { $0.isFinite }
        #expect(isFinite)
    }

    @Test func prefixesOfOtherFiles() throws {
        let whole = try Tensors("resnet_basic")
        for prefix in ["shot_encoder.", "backbone.", "module."] {
            var renamed = whole
            renamed.shapes = Dictionary(uniqueKeysWithValues: whole.shapes.map { (prefix + $0, $1) })
            renamed.values = Dictionary(uniqueKeysWithValues: whole.values.map { (prefix + $0, $1) })
            #expect(throws: Never.self) { try renamed.load() }
        }
    }
}
