import Foundation
import SceneModel
import SceneSegmentation
import TensorKernels
import Timeline

/// Where the golden sets lie, and what they hold in common.
enum CRNFixtures {
    static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let golden = repository.appending(path: "fixtures/crn")

    /// The reference's recorded outputs; nil where the shared folder is absent.
    static let parity: URL? = {
        let shared =
            ProcessInfo.processInfo.environment["SCENED_SHARED"].map { URL(filePath: $0) }
            ?? repository.deletingLastPathComponent().appending(path: "shared")
        let folder = shared.appending(path: "parity")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    /// The full-size random weights, built once from their recipe; nil where that is not possible.
    static let fullWeights: URL? = {
        guard let parity else { return nil }
        let folder = repository.appending(path: ".build/parity")
        let file = folder.appending(path: "full_weights.safetensors")
        if FileManager.default.fileExists(atPath: file.path) { return file }
        let partial = folder.appending(
            path: "full_weights.\(ProcessInfo.processInfo.processIdentifier).partial")
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", parity.appending(path: "full_weights.py").path, partial.path]
        // Our stand-in for the safetensors package, so that numpy is all it needs.
        let environment = ["PYTHONPATH": golden.path, "PYTHONDONTWRITEBYTECODE": "1"]
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        try? FileManager.default.moveItem(at: partial, to: file)
        return FileManager.default.fileExists(atPath: file.path) ? file : nil
    }()

    /// A tensor as a matrix; further leading sides are folded into the rows.
    static func matrix(_ file: SafetensorsFile, _ name: String) throws -> Matrix {
        let values = try file.floats(name)
        let columns = file.entry(name)?.shape.last ?? 1
        return Matrix(rows: values.count / columns, columns: columns, values: values)
    }

    /// The window around shot `center` of a video, indices clamped.
    static func window(_ embeddings: Matrix, center: Int, k: Int) -> ContextWindow {
        let indices = center - k...center + k
        return ContextWindow(
            parts: indices.map { part(embeddings.row(min(max($0, 0), embeddings.rows - 1))) },
            repeatedLeft: max(0, k - center), repeatedRight: max(0, center + k - embeddings.rows + 1))
    }

    /// Hidden vectors of the reference pass over the windows around some shots of a video; `isHidden` says
    /// for a window and a shot of it whether the mask stands there.
    static func hidden(
        _ network: ContextualRelationNetwork, _ embeddings: Matrix, centers: [Int], reading: ContextReading,
        isHidden: (_ window: Int, _ shot: Int) -> Bool = { _, _ in false }
    ) -> Matrix {
        let shots = 2 * network.neighborCount + 1
        var windows = Matrix(rows: centers.count * shots, columns: network.inputDimension)
        for (window, center) in centers.enumerated() {
            let parts = Self.window(embeddings, center: center, k: network.neighborCount).parts
            for (shot, part) in parts.enumerated() {
                let mask = isHidden(window, shot) ? network.maskEmbedding : nil
                windows.setRow(window * shots + shot, to: mask ?? part.embedding)
            }
        }
        var trace = network.makeTrace(batch: centers.count, reading: reading, needsInputGradient: false)
        network.forward(&trace, windows, dropout: nil)
        return trace.hidden
    }

    static func part(_ embedding: [Float]) -> EncodedPart {
        EncodedPart(
            Part(
                index: 0, shotIndex: 0, start: Instant(pts: 0), end: Instant(pts: 1), duration: 1, entry: nil,
                isLastOfShot: true, keyFrames: [], motion: 0),
            embedding: embedding)
    }

    static func largestDifference(_ left: [Float], _ right: [Float]) -> Float {
        guard left.count == right.count else { return .infinity }
        // A difference that is no number must not pass for a small one.
        return zip(left, right).map { ($0 - $1).isNaN ? .infinity : abs($0 - $1) }.max() ?? 0
    }

    /// A path for a file of this test run; the caller removes it.
    static func temporaryPath() -> String {
        FileManager.default.temporaryDirectory.appending(path: "scened-\(UUID().uuidString).safetensors").path
    }

    /// Files whose names begin with that of `path` and go on.
    static func leftovers(beside path: String) -> [String] {
        let url = URL(filePath: path)
        let names = try? FileManager.default.contentsOfDirectory(atPath: url.deletingLastPathComponent().path)
        return (names ?? []).filter { $0 != url.lastPathComponent && $0.hasPrefix(url.lastPathComponent) }
    }
}

extension ModelFile {
    /// The network of a file that is known to hold BaSSL's kind.
    var network: ContextualRelationNetwork {
        guard let network = context as? ContextualRelationNetwork else {
            fatalError("\(path) holds a network of kind \(metadata.context.rawValue)")
        }
        return network
    }
}
