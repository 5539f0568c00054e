import Foundation
import TensorFiles
import Testing

/// Checkpoints that PyTorch itself wrote, by `fixtures/checkpoints/torch_samples.py`; not in the repository.
@Suite struct TorchSampleTests {
    static let folder = ProcessInfo.processInfo.environment["SCENED_TORCH_SAMPLES"].map { URL(filePath: $0) }

    struct Expected: Decodable {
        var shape: [Int]
        var values: [Double]
    }

    @Test(.enabled(if: folder != nil, "SCENED_TORCH_SAMPLES names no folder"))
    func samplesAreReadOrRefused() throws {
        let folder = try #require(Self.folder)
        let samples = try JSONDecoder().decode(
            [String: [String: Expected]?].self,
            from: Data(contentsOf: folder.appending(path: "expected.json")))
        for (file, tensors) in samples.sorted(by: { $0.key < $1.key }) {
            var elements: [String: [Float]] = [:]
            var shapes: [String: [Int]] = [:]
            let error = failure {
                let checkpoint = try TorchCheckpoint(path: folder.appending(path: file).path)
                for name in checkpoint.names {
                    elements[name] = try checkpoint.floats(name)
                    shapes[name] = checkpoint.tensors[name]?.shape
                }
            }
            guard let tensors else {
                #expect(error.map(isOneLine) == true, "\(file): \(String(describing: error))")
                print(file, error?.description ?? "")
                continue
            }
            #expect(error == nil, "\(file): \(String(describing: error))")
            #expect(Set(elements.keys) == Set(tensors.keys), "\(file)")
            for (name, expected) in tensors {
                #expect(shapes[name] == expected.shape, "\(file) \(name)")
                #expect(elements[name] == expected.values.map { Float($0) }, "\(file) \(name)")
            }
        }
    }
}
