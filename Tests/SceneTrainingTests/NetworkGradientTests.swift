import NeuralNet
import SceneModel
import SceneTraining
import TensorKernels
import Testing

/// Backward passes against differences of the loss, with and without dropout.
@Suite struct NetworkGradientTests {
    /// loss = sum of hidden * weights: its gradient for the hidden vectors is `weights`.
    static func check<Network: ContextNetwork>(
        _ network: Network, reading: ContextReading, dropout: Dropout?, isSmooth: Bool = true
    ) {
        let batch = 3
        let shots = 2 * network.neighborCount + 1
        let windows = Lab.random(batch * shots, network.inputDimension, seed: 5)
        var trace = network.makeTrace(batch: batch, reading: reading, needsInputGradient: true)
        let weights = Lab.random(trace.hidden.rows, trace.hidden.columns, seed: 6)
        func loss(_ network: Network, _ windows: Matrix) -> Double {
            var trace = network.makeTrace(batch: batch, reading: reading, needsInputGradient: false)
            network.forward(&trace, windows, dropout: dropout)
            return zip(trace.hidden.values, weights.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        // Twice, on a used trace: what the first pass leaves behind must not matter.
        var gradient = network.zeroed()
        for _ in 0..<2 {
            gradient.clearParameters()
            network.forward(&trace, windows, dropout: dropout)
            network.backward(&trace, weights, gradient: &gradient)
        }
        let step: Float = isSmooth ? 1e-2 : 1e-3
        let worst = Lab.worstGradient(network, gradient: gradient, step: step) { loss($0, windows) }
        #expect(worst.error < 0.02, "\(worst.name)")
        guard let dWindows = trace.dWindows else {
            return #expect(Bool(false), "no gradient for the windows")
        }
        for (row, column) in [(0, 0), (shots, 1), (batch * shots - 1, 2), (shots / 2, 3)] {
            var (up, down) = (windows, windows)
            up[row, column] += step
            down[row, column] -= step
            let measured = (loss(network, up) - loss(network, down)) / Double(2 * step)
            #expect(abs(measured - Double(dWindows[row, column])) < 0.02 * (1 + abs(measured)))
        }
    }

    static func transformer() -> ContextualRelationNetwork {
        ContextualRelationNetwork(
            inputDimension: 7, hiddenDimension: 12, innerDimension: 20, headCount: 3, layerCount: 2,
            neighborCount: 2, deviation: 0.4, seed: 3)
    }

    @Test(arguments: [ContextReading.centre, .everyShot], [Dropout?.none, Dropout(rate: 0.3, key: 17)])
    func transformer(reading: ContextReading, dropout: Dropout?) {
        Self.check(Self.transformer(), reading: reading, dropout: dropout)
    }

    @Test(arguments: [ContextReading.centre, .everyShot], [Dropout?.none, Dropout(rate: 0.3, key: 17)])
    func recurrent(reading: ContextReading, dropout: Dropout?) {
        let network = RecurrentNetwork(inputDimension: 7, hiddenDimension: 12, neighborCount: 2, seed: 3)
        Self.check(network, reading: reading, dropout: dropout)
    }

    @Test(arguments: [Dropout?.none, Dropout(rate: 0.3, key: 17)])
    func perceptron(dropout: Dropout?) {
        let network = PerceptronNetwork(inputDimension: 7, hiddenDimension: 12, neighborCount: 2, seed: 3)
        Self.check(network, reading: .centre, dropout: dropout, isSmooth: false)
    }

    /// The training pass computes what inference computes.
    @Test func trainingPassEqualsInference() {
        let network = Self.transformer()
        let windows = Lab.random(2 * 5, 7, seed: 8)
        var trace = network.makeTrace(batch: 2, reading: .everyShot, needsInputGradient: false)
        network.forward(&trace, windows, dropout: nil)
        var workspace = network.makeWorkspace(batch: 2)
        for row in 0..<10 { workspace.setShot(row % 5, ofWindow: row / 5, to: windows.row(row)) }
        network.forward(&workspace)
        for row in 0..<10 {
            let difference = Lab.largestDifference(
                trace.hidden.row(row), workspace.hidden.row(row / 5 * 6 + 1 + row % 5))
            #expect(difference < 1e-5)
        }
    }

    /// Shots that are chosen get the hidden vectors that they would get among all, and give the same gradients; other
    /// choices may follow on the same trace.
    @Test func chosenShotsAmongAll() {
        let network = Self.transformer()
        let windows = Lab.random(3 * 5, 7, seed: 8)
        var all = network.makeTrace(batch: 3, reading: .everyShot, needsInputGradient: true)
        var some = network.makeTrace(batch: 3, reading: .chosenShots, needsInputGradient: true)
        network.forward(&all, windows, dropout: nil)
        for rows in [[4, 0, 2, 9, 14], [6], [0, 1, 2, 3, 4, 5, 10, 12, 5]] {
            network.choose(rows, for: &some)
            network.forward(&some, windows, dropout: nil)
            var weights = Lab.random(3 * 5, 12, seed: 6)
            for row in 0..<15 where !rows.contains(row) { scaleRow(&weights, row, by: 0) }
            for row in rows {
                #expect(Lab.largestDifference(some.hidden.row(row), all.hidden.row(row)) < 1e-5)
            }
            var (wanted, found) = (network.zeroed(), network.zeroed())
            network.backward(&all, weights, gradient: &wanted)
            network.backward(&some, weights, gradient: &found)
            var tensors: [(values: [Float], range: Range<Int>)] = []
            wanted.visitParameters("") { tensors.append(($2, $3)) }
            found.visitParameters("") { name, _, values, range in
                let next = tensors.removeFirst()
                let difference = Lab.largestDifference(Array(values[range]), Array(next.values[next.range]))
                #expect(difference < 1e-4, "\(name)")
            }
            #expect(
                Lab.largestDifference(some.dWindows?.values ?? [], all.dWindows?.values ?? [0]) < 1e-4)
        }
    }

    @Test func dropoutKeepsTheMeanAndTheKeyDecides() {
        var (one, same, other) = (
            Matrix(rows: 100, columns: 100, values: Array(repeating: 1, count: 10_000)),
            Matrix(rows: 100, columns: 100, values: Array(repeating: 1, count: 10_000)),
            Matrix(rows: 100, columns: 100, values: Array(repeating: 1, count: 10_000))
        )
        Dropout(rate: 0.25, key: 1).apply(&one)
        Dropout(rate: 0.25, key: 1).apply(&same)
        Dropout(rate: 0.25, key: 1).at(1).apply(&other)
        #expect(one == same)
        #expect(one != other)
        let dropped = one.values.count { $0 == 0 }
        #expect(abs(dropped - 2500) < 200)
        #expect(one.values.allSatisfy { $0 == 0 || abs($0 - 4 / 3) < 1e-6 })
        let agreeing = zip(one.values, other.values).count { ($0 == 0) == ($1 == 0) }
        #expect(abs(agreeing - 6250) < 300)
    }
}
