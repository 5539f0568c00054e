import Foundation
import NeuralNet
import SceneModel
import SceneTraining
import TensorKernels

/// Where the reference's recorded outputs lie, and small helpers.
enum Lab {
    static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// nil where the shared folder is absent.
    static let parity: URL? = {
        let shared =
            ProcessInfo.processInfo.environment["SCENED_SHARED"].map { URL(filePath: $0) }
            ?? repository.deletingLastPathComponent().appending(path: "shared")
        let folder = shared.appending(path: "parity")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    static func path(_ name: String) -> String { parity?.appending(path: name).path ?? name }

    static func open(_ name: String) throws -> SafetensorsFile { try SafetensorsFile(path: path(name)) }

    static func json(_ name: String) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path(name))))
    }

    /// A tensor as a matrix; further leading sides are folded into the rows.
    static func matrix(_ file: SafetensorsFile, _ name: String) throws -> Matrix {
        let values = try file.floats(name)
        let columns = file.entry(name)?.shape.last ?? 1
        return Matrix(rows: values.count / columns, columns: columns, values: values)
    }

    static func largestDifference(_ left: [Float], _ right: [Float]) -> Float {
        guard left.count == right.count else { return .infinity }
        return zip(left, right).map { ($0 - $1).isNaN ? .infinity : abs($0 - $1) }.max() ?? 0
    }

    static func random(_ rows: Int, _ columns: Int, seed: UInt64, scale: Float = 1) -> Matrix {
        var generator = RandomStream(seed: seed, purpose: .order)
        return Matrix(
            rows: rows, columns: columns,
            values: (0..<rows * columns).map { _ in Float(2 * generator.fraction() - 1) * scale })
    }

    /// Compares a gradient with differences of the loss, at a few places of every tensor; returns the worst
    /// disagreement as a part of the largest gradient of the tensor plus `floor`. `isFourth`: differences of
    /// fourth order, which take longer steps, so that the loss's rounding counts for less.
    static func worstGradient<Tree: ParameterTree>(
        _ tree: Tree, gradient: Tree, places: Int = 4, step: Float = 1e-2, floor: Double = 1e-2,
        isFourth: Bool = false,
        loss: (Tree) -> Double
    ) -> (name: String, error: Double) {
        var slopes: [(name: String, values: [Float], range: Range<Int>)] = []
        var gradient = gradient
        gradient.visitParameters("") { name, _, values, range in slopes.append((name, values, range)) }
        var worst = (name: "", error: 0.0)
        var generator = RandomStream(seed: 99, purpose: .order)
        for (tensor, slope) in slopes.enumerated() {
            let largest = slope.values[slope.range].map { Double(abs($0)) }.max() ?? 0
            for _ in 0..<places {
                let place = slope.range.lowerBound + generator.position(below: slope.range.count)
                func moved(_ by: Float) -> Double {
                    var copy = tree
                    var index = 0
                    copy.visitParameters("") { _, _, values, _ in
                        if index == tensor { values[place] += by }
                        index += 1
                    }
                    return loss(copy)
                }
                let near = moved(step) - moved(-step)
                let measured =
                    isFourth
                    ? (8 * near - (moved(2 * step) - moved(-2 * step))) / Double(12 * step)
                    : near / Double(2 * step)
                let error = abs(measured - Double(slope.values[place])) / (largest + floor)
                if !(error <= worst.error) { worst = (slope.name, error) }
            }
        }
        return worst
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
