import NeuralNet
import SceneModel
import SceneTraining
import TensorKernels
import Testing

/// Backward passes against differences of the loss, with and without dropout.
@Suite struct NetworkGradientTests {
    /// loss = sum of hidden * weights: its gradient for the hidden vectors is `weights`.
    static func check<Network: ContextNetwork>(
        _ network: Network, reading: ContextReading, dropout: Dropout?, isPadded: Bool = false,
        isSmooth: Bool = true
    ) {
        let batch = 3
        let padding = isPadded ? PaddingTests.padding(network.neighborCount) : nil
        let shots = 2 * network.neighborCount + 1
        let windows = Lab.random(batch * shots, network.inputDimension, seed: 5)
        var trace = network.makeTrace(batch: batch, reading: reading, needsInputGradient: true)
        var weights = Lab.random(trace.hidden.rows, trace.hidden.columns, seed: 6)
        // What is missing has no hidden vector that anything could learn from.
        if reading == .everyShot { PaddingTests.clear(&weights, padding) }
        func loss(_ network: Network, _ windows: Matrix) -> Double {
            var trace = network.makeTrace(batch: batch, reading: reading, needsInputGradient: false)
            network.forward(&trace, windows, padding: padding, dropout: dropout)
            return zip(trace.hidden.values, weights.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        // Twice, on a used trace: what the first pass leaves behind must not matter.
        var gradient = network.zeroed()
        for _ in 0..<2 {
            gradient.clearParameters()
            network.forward(&trace, windows, padding: padding, dropout: dropout)
            network.backward(&trace, weights, gradient: &gradient)
        }
        let step: Float = isSmooth ? 1e-2 : 1e-3
        // Keys' biases shift all scores of a query alike, so their gradient is 0, and what is measured of it
        // is the loss's rounding: less than the floor.
        let worst = Lab.worstGradient(
            network, gradient: gradient, step: step, floor: isPadded ? 3e-2 : 1e-2
        ) { loss($0, windows) }
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

    /// Dropout, and whether some shots are missing.
    static let forms: [(dropout: Dropout?, isPadded: Bool)] = [
        (nil, false), (Dropout(rate: 0.3, key: 17), false), (nil, true), (Dropout(rate: 0.3, key: 17), true),
    ]

    @Test(arguments: [ContextReading.center, .everyShot], forms)
    func transformer(reading: ContextReading, form: (dropout: Dropout?, isPadded: Bool)) {
        Self.check(
            Self.transformer(), reading: reading, dropout: form.dropout, isPadded: form.isPadded)
    }

    @Test(arguments: [ContextReading.center, .everyShot], forms)
    func recurrent(reading: ContextReading, form: (dropout: Dropout?, isPadded: Bool)) {
        let network = RecurrentNetwork(inputDimension: 7, hiddenDimension: 12, neighborCount: 2, seed: 3)
        Self.check(network, reading: reading, dropout: form.dropout, isPadded: form.isPadded)
    }

    @Test(arguments: forms)
    func perceptron(form: (dropout: Dropout?, isPadded: Bool)) {
        let network = PerceptronNetwork(inputDimension: 7, hiddenDimension: 12, neighborCount: 2, seed: 3)
        Self.check(
            network, reading: .center, dropout: form.dropout, isPadded: form.isPadded, isSmooth: false)
    }

    /// Shots that are chosen get the hidden vectors that they would get among all, and give the same
    /// gradients; other choices may follow on the same trace.
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
