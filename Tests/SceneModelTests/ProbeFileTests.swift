import Foundation
import NeuralNet
import SceneModel
import TensorKernels
import TestSupport
import Testing

/// The file of a probe: what is written comes back, and nothing that it may hold stops the program.
@Suite struct ProbeFileTests {
    private static func probe(
        labels: [String] = ["snow", "a \"b\"\n"], hidden: [Int] = [4], input: ProbeDescription.Input = .scene
    ) -> Probe {
        let description = ProbeDescription(
            encoder: "descriptor-1", digest: "ab", sceneEncoder: "mean-1", dimension: 3, input: input,
            labels: labels, preset: "default", settings: "{}", seed: .max, validation: "{\"v\":1}",
            version: "9")
        let width = description.inputDimension
        return Probe(
            description,
            standardization: Standardization(
                mean: (0..<width).map { Float($0) / 8 }, scale: (0..<width).map { 1 + Float($0) }),
            network: ProbeNetwork(inputs: width, hidden: hidden, labels: labels.count, seed: 5),
            calibrations: labels.indices.map { .init(slope: 0.5, intercept: Float($0)) })
    }

    private func write(_ bytes: some Sequence<UInt8>) throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors")
        try Data(bytes).write(to: file)
        return file.path
    }

    private func error(_ bytes: some Sequence<UInt8>) throws -> String? {
        let path = try write(bytes)
        defer { try? FileManager.default.removeItem(atPath: path) }
        do throws(ModelFileError) {
            _ = try Probe(path: path)
            return nil
        } catch {
            return error.description
        }
    }

    @Test(arguments: ProbeDescription.Input.allCases, [[], [4], [4, 3, 2]])
    func comesBack(input: ProbeDescription.Input, hidden: [Int]) throws {
        let probe = Self.probe(hidden: hidden, input: input)
        let path = try write(probe.file.bytes())
        defer { try? FileManager.default.removeItem(atPath: path) }
        let found = try Probe(path: path)
        #expect(found.description == probe.description && found.standardization == probe.standardization)
        #expect(found.calibrations == probe.calibrations && found.file.bytes() == probe.file.bytes())
        let inputs = Matrix(
            rows: 3, columns: input.vectorCount * 3,
            values: (0..<9 * input.vectorCount).map { Float($0 % 5) - 2 })
        #expect(found.probabilities(inputs) == probe.probabilities(inputs))
    }

    /// The arithmetic, worked out by hand: logits 2 (1 - 0.5) + 1 = 2 and -1, calibrated.
    @Test func arithmetic() throws {
        let description = ProbeDescription(
            encoder: "e", digest: nil, sceneEncoder: "s", dimension: 1, input: .scene, labels: ["a", "b"],
            preset: "", settings: "", seed: 0, validation: "", version: "")
        let probe = Probe(
            description, standardization: Standardization(mean: [0.5], scale: [2]),
            network: ProbeNetwork(layers: [
                Linear(weight: Matrix(rows: 2, columns: 1, values: [1, -1]), bias: [1, 0])
            ]), calibrations: [.init(slope: 1, intercept: 0), .init(slope: 2, intercept: 1)])
        let found = try #require(probe.probabilities([1]))
        #expect(abs(found[0] - 0.8807970779778823) < 1e-7)
        #expect(abs(found[1] - 0.2689414213699951) < 1e-7)
        #expect(probe.tags(found).map(\.label) == ["a", "b"])
        #expect(probe.tags(found, minimum: 0.5).map(\.label) == ["a"])
        #expect(probe.tags([0.5, 0.5]).map(\.label) == ["a", "b"])
        // What shows nothing has no tags.
        #expect(probe.probabilities([0]) == nil && probe.tags(nil).isEmpty)
    }

    /// Cut short at every byte, it is refused.
    @Test func torn() throws {
        let bytes = Self.probe().file.bytes()
        for count in 0..<bytes.count {
            let text = try error(bytes.prefix(count))
            #expect(text != nil && text?.contains("\n") == false, "\(count)")
        }
    }

    /// Any one byte changed: it is refused, or it is a probe whose probabilities lie between 0 and 1.
    @Test func changedBytes() throws {
        let bytes = Self.probe().file.bytes()
        for place in bytes.indices {
            for change in [UInt8(1), 0x80, 0x20] {
                var bytes = bytes
                bytes[place] ^= change
                let path = try write(bytes)
                defer { try? FileManager.default.removeItem(atPath: path) }
                guard let probe = try? Probe(path: path) else { continue }
                let width = probe.description.inputDimension
                let found = probe.probabilities((0..<width).map { Float($0) * 1e30 - 1 })
                #expect(found?.allSatisfy { 0...1 ~= $0 } ?? true, "\(place)")
            }
        }
    }

    @Test func otherFiles() throws {
        var file = SafetensorsWriter(metadata: ["scened.encoder": "x"])
        file.add("mean", shape: [1], floats: [0])
        #expect(try error(file.bytes())?.contains("but no probe") == true)
        func changed(_ key: String, _ value: String?) throws -> String? {
            var file = Self.probe().file
            file.metadata[key] = value
            return try error(file.bytes())
        }
        #expect(try changed("scened.probe", "2")?.contains("layout \"2\"") == true)
        for (key, value) in [
            ("scened.labels", "[]"), ("scened.labels", "[\"x\"]"), ("scened.labels", "[\"x\",\"x\"]"),
            ("scened.labels", "[1,2]"), ("scened.labels", "x"), ("scened.dimension", "4"),
            ("scened.dimension", "0"), ("scened.dimension", "99999999999"), ("scened.probe_input", "x"),
            ("scened.seed", "-1"), ("scened.encoder", nil), ("scened.scene_encoder", nil),
        ] {
            #expect(try changed(key, value) != nil, "\(key) \(value ?? "")")
        }
        // Who made the file is who can make it again.
        let probe = Self.probe()
        let flat = Probe(
            probe.description,
            standardization: Standardization(
                mean: probe.standardization.mean,
                scale: probe.standardization.scale.map { _ in 0 }),
            network: ProbeNetwork(inputs: 3, hidden: [4], labels: 2, seed: 5),
            calibrations: probe.calibrations)
        let text = try #require(try error(flat.file.bytes()))
        #expect(text.hasSuffix("not above 0: give the file as scened probe train made it"), "\(text)")
    }

    @Test func otherEncoders() {
        let description = Self.probe().description
        func refused(_ encoder: String, _ digest: String?, _ dimension: Int) -> String? {
            do throws(ModelFileError) {
                try description.require(
                    encoder: encoder, digest: digest, dimension: dimension, of: "film", path: "p")
                return nil
            } catch {
                return error.description
            }
        }
        #expect(refused("descriptor-1", "ab", 3) == nil)
        #expect(
            refused("clip", "ab", 3)?.contains("taught with encoder descriptor-1, and that of film is clip")
                == true)
        #expect(
            refused("descriptor-1", nil, 3)?.contains("weights are ab, and that of film is unknown") == true)
        #expect(refused("descriptor-1", "ab", 4)?.contains("width 3, and that of film is 4") == true)
    }

    /// Constant inputs stay finite, and those that hardly vary are not blown up.
    @Test func standardization() {
        let matrix = Matrix(rows: 4, columns: 3, values: [1, 5, 0, -1, 5, 1e-6, 1, 5, 0, -1, 5, 1e-6])
        let found = Standardization(matrix, rows: [0, 1, 2, 3])
        #expect(found.mean[0] == 0 && found.mean[1] == 5)
        // Variance 1; the floor is a hundredth of the mean variance, 1/3.
        #expect(abs(found.scale[0] - 1 / (1 + 1.0 / 300).squareRoot()) < 1e-5)
        #expect(abs(found.scale[1] - Float(300).squareRoot()) < 1e-2 && found.scale[2] < 18)
        #expect(Standardization(Matrix(rows: 1, columns: 2), rows: [0]).scale == [1, 1])
        #expect(Standardization(matrix, rows: []) == Standardization(width: 3))
    }
}
