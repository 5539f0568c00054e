import Foundation
import NeuralNet
import SceneModel
import SceneTraining
import TensorKernels
import Testing

/// The network of similar recordings against what `fixtures/scenes/generate.py` recorded from PyTorch, and
/// the windows that are chosen against every window tried.
@Suite struct SimilarityTests {
    static func recorded(_ name: String) throws -> SafetensorsFile {
        try SafetensorsFile(path: Lab.repository.appending(path: "fixtures/scenes/\(name).safetensors").path)
    }

    /// Fills a tree with the tensors of a file, whose names begin with `prefix`.
    static func fill<Tree: ParameterTree>(_ tree: inout Tree, _ file: SafetensorsFile, _ prefix: String)
        throws
    {
        var fault: (any Error)?
        tree.visitParameters(prefix) { name, _, values, range in
            do {
                let found = try file.floats(name)
                #expect(found.count == range.count, "\(name)")
                values.replaceSubrange(range, with: found)
            } catch { fault = error }
        }
        if let fault { throw fault }
    }

    /// Largest difference of a tree and the tensors of a file, each as a part of the tensor's largest value.
    static func worst<Tree: ParameterTree>(
        _ tree: Tree, _ file: SafetensorsFile, _ prefix: String
    ) throws -> (name: String, error: Float) {
        var (tree, worst, fault): (Tree, (String, Float), (any Error)?) = (tree, ("", 0), nil)
        tree.visitParameters(prefix) { name, _, values, range in
            do {
                let wanted = try file.floats(name)
                let size = max(wanted.map { abs($0) }.max() ?? 0, 1e-2)
                let error = Lab.largestDifference(Array(values[range]), wanted) / size
                if !(error <= worst.1) { worst = (name, error) }
            } catch { fault = error }
        }
        if let fault { throw fault }
        return worst
    }

    static func options(isSymmetric: Bool) -> SimilarityOptions {
        var options = SimilarityOptions()
        (options.shotLimit, options.width, options.isSymmetric) = (24, 5, isSymmetric)
        (options.averageWindow, options.averageStride) = (4, 2)
        (options.maximumWindow, options.maximumStride) = (3, 2)
        return options
    }

    @Test(arguments: [false, true])
    func logitsAndGradientsAreThoseOfPyTorch(isSymmetric: Bool) throws {
        let file = try Self.recorded("similarity")
        var network = SimilarityNetwork(
            embeddingWidth: 6, options: Self.options(isSymmetric: isSymmetric), seed: 1)
        try Self.fill(&network, file, "")
        let shots = try (Lab.matrix(file, "shots.0"), Lab.matrix(file, "shots.1"))
        let prefix = isSymmetric ? "symmetric." : ""
        let logits = network.logits(shots.0, shots.1)
        #expect(Lab.largestDifference(logits.values, try file.floats(prefix + "logits")) < 1e-5)
        var gradient = network.zeroed()
        let loss = network.addGradient(
            shots.0, shots.1, areAlike: true, weight: 1, dropout: nil, gradient: &gradient)
        #expect(abs(Float(loss) - (try file.floats(prefix + "loss")[0])) < 1e-5)
        let worst = try Self.worst(gradient, file, prefix + "grad.")
        #expect(worst.error < 1e-5, "\(worst)")
        // The order of two recordings makes no difference where it is not to make one.
        let turned = Lab.largestDifference(network.logits(shots.1, shots.0).values, logits.values)
        #expect((turned < 1e-5) == isSymmetric)
    }

    @Test func gradientWithDropout() {
        var options = Self.options(isSymmetric: true)
        options.shotLimit = 30
        let network = SimilarityNetwork(embeddingWidth: 6, options: options, seed: 4)
        let shots = (Lab.random(17, 6, seed: 2), Lab.random(28, 6, seed: 3))
        let dropout = Dropout(rate: 0.5, key: 5)
        var gradient = network.zeroed()
        _ = network.addGradient(
            shots.0, shots.1, areAlike: false, weight: 1, dropout: dropout, gradient: &gradient)
        let worst = Lab.worstGradient(network, gradient: gradient, step: 1e-3) { network in
            var other = network.zeroed()
            return network.addGradient(
                shots.0, shots.1, areAlike: false, weight: 1, dropout: dropout, gradient: &other)
        }
        #expect(worst.error < 0.02, "\(worst)")
    }

    @Test func sizesSuitTheArchive() {
        let paper = SimilarityOptions()
        #expect(paper.side == 14 && paper.cellCount == 196)
        #expect(SimilarityOptions(lengths: [5000, 40], embeddingWidth: 512) == paper)
        for length in [1, 8, 9, 20, 60, 100, 137, 400] {
            let options = SimilarityOptions(lengths: [length, 3], embeddingWidth: 7)
            #expect(options.cellCount > 0 && options.width == 7 && options.shotLimit == max(8, length))
        }
    }

    // MARK: Windows

    /// Every window's mean by its own sum, the best free one again and again.
    static func reference(_ values: Matrix, _ window: Int) -> [[Int]] {
        var left: [(mean: Double, row: Int, column: Int)] = []
        for row in 0..<max(0, values.rows - window + 1) {
            for column in 0..<max(0, values.columns - window + 1) {
                var sum = 0.0
                for i in 0..<window { for j in 0..<window { sum += Double(values[row + i, column + j]) } }
                left.append((sum / Double(window * window), row, column))
            }
        }
        var chosen: [[Int]] = []
        while let best = left.max(by: {
            $0.mean != $1.mean ? $0.mean < $1.mean : ($0.row, $0.column) > ($1.row, $1.column)
        }) {
            chosen.append([best.row, best.column])
            left.removeAll { abs($0.row - best.row) < window || abs($0.column - best.column) < window }
        }
        return Array(chosen.prefix((chosen.count + 1) / 2))
    }

    @Test func windowsAreThoseOfEveryWindowTried() {
        var random = RandomStream(seed: 7, purpose: .order)
        for round in 0..<60 {
            let window = 1 + random.position(below: 5)
            var values = Lab.random(
                1 + random.position(below: 24), 1 + random.position(below: 24), seed: UInt64(round))
            // Small whole numbers: sums are exact, and many are equal.
            if round % 2 == 0 {
                for row in 0..<values.rows {
                    for column in 0..<values.columns {
                        values[row, column] = (values[row, column] * 2).rounded()
                    }
                }
            }
            let chosen = SceneWindowPairs.choose(values, window: window)
            #expect(chosen.map { [$0.first, $0.second] } == Self.reference(values, window), "round \(round)")
            #expect(
                chosen.count <= SceneWindowPairs.bound(values.rows, values.columns, window: window)
                    && chosen.isEmpty == (min(values.rows, values.columns) < window))
            for (place, one) in chosen.enumerated() {
                for other in chosen.dropFirst(place + 1) {
                    #expect(
                        abs(one.first - other.first) >= window && abs(one.second - other.second) >= window)
                }
            }
        }
    }

    /// A recording beside itself: the diagonal. Exchanged recordings: the same pairs, exchanged.
    @Test func diagonalAndExchange() {
        let shots = UnitRows(Lab.random(40, 12, seed: 3)).values
        var similarities = Matrix(rows: 40, columns: 40)
        multiplyInto(&similarities, shots.block, shots.transposed)
        let same = SceneWindowPairs.choose(similarities, window: 4)
        #expect(same.count >= 4 && same.allSatisfy { $0.first == $0.second })
        let values = Lab.random(30, 20, seed: 9)
        var turned = Matrix(rows: 20, columns: 30)
        for row in 0..<30 { for column in 0..<20 { turned[column, row] = values[row, column] } }
        let forth = SceneWindowPairs.choose(values, window: 3).map { [$0.first, $0.second] }
        let back = SceneWindowPairs.choose(turned, window: 3).map { [$0.second, $0.first] }
        #expect(forth == back && !forth.isEmpty)
    }

    // MARK: Recordings

    @Test func pairsAndLabels() {
        let similar = SimilarRecordings(
            count: 4, pairs: [(2, 0, 1), (0, 2, 0.5), (1, 1, 3), (3, 2, 1)])
        #expect(similar.pairs.map { [$0.first, $0.second] } == [[0, 2], [2, 3]])
        #expect(similar.pairs.map(\.weight) == [1.5, 1])
        #expect(similar.areAlike(0, 2) && similar.areAlike(2, 0) && !similar.areAlike(0, 1))
        #expect(similar.partners(of: 2) == [0, 3] && similar.partners(of: 1).isEmpty)
        let labels = SimilarRecordings(labels: [["news"], ["film", "news"], ["news", "film"], []])
        #expect(labels.pairs.map(\.weight) == [1, 1, 2] && labels.partners(of: 3).isEmpty)
    }

    /// A genre of many recordings leaves a few pairs of each; every recording keeps one.
    @Test func manyPairsAreThinned() {
        let all = SimilarRecordings(labels: Array(repeating: ["news"], count: 60))
        let few = all.thinned(to: 3, seed: 1)
        #expect(all.pairs.count == 1770 && (90...180).contains(few.pairs.count))
        for recording in 0..<60 { #expect(!few.partners(of: recording).isEmpty) }
        #expect(few == all.thinned(to: 3, seed: 1) && few != all.thinned(to: 3, seed: 2))
        #expect(all.thinned(to: 1000, seed: 1) == all)
        // By weight: of two partners the heavier is drawn more often.
        let pair = SimilarRecordings(count: 3, pairs: [(0, 1, 9), (0, 2, 1), (1, 2, 1e-9)])
        let heavy = (0..<200).count { pair.thinned(to: 1, seed: UInt64($0)).areAlike(0, 1) }
        #expect(heavy > 150)
    }
}
