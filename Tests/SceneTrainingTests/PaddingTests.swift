import NeuralNet
import SceneModel
import SceneTraining
import TensorKernels
import Testing

/// Windows of which some shots are missing.
@Suite struct PaddingTests {
    /// Three windows: all there, some missing on the left, some on the right.
    static func padding(_ k: Int) -> WindowPadding {
        WindowPadding(present: [0..<2 * k + 1, k..<2 * k + 1, 1..<k + 2])
    }

    /// Rows of missing shots of [3 S, any].
    static func missingRows(_ padding: WindowPadding, shots: Int) -> [Int] {
        padding.present.enumerated().flatMap { window, present in
            (0..<shots).filter { !present.contains($0) }.map { window * shots + $0 }
        }
    }

    static func clear(_ matrix: inout Matrix, _ padding: WindowPadding?) {
        guard let padding else { return }
        for row in missingRows(padding, shots: matrix.rows / padding.present.count) {
            scaleRow(&matrix, row, by: 0)
        }
    }

    static func networks() -> [any ContextNetwork] {
        ContextKind.allCases.map { kind in
            var options = NetworkOptions(kind: kind)
            (options.neighborCount, options.width, options.layerCount, options.headCount) = (3, 12, 2, 3)
            return options.makeNetwork(embeddingWidth: 7, seed: 3)
        }
    }

    /// Whatever stands at missing shots, no numbers included: not a bit of the hidden vectors, of the
    /// parameters' gradients or of those for the windows changes. That what is there matters shows that the
    /// test can see.
    @Test(arguments: networks()) func missingShotsChangeNothing(network: any ContextNetwork) {
        func check<Network: ContextNetwork>(_ network: Network) {
            let padding = Self.padding(3)
            let reading = Network.answersForEveryShot ? ContextReading.everyShot : .center
            var trace = network.makeTrace(batch: 3, reading: reading, needsInputGradient: true)
            var weights = Lab.random(trace.hidden.rows, trace.hidden.columns, seed: 6)
            if reading == .everyShot { Self.clear(&weights, padding) }
            func results(_ windows: Matrix) -> [[Float]] {
                network.forward(&trace, windows, padding: padding, dropout: nil)
                var hidden = trace.hidden
                if reading == .everyShot { Self.clear(&hidden, padding) }
                var gradient = network.zeroed()
                network.backward(&trace, weights, gradient: &gradient)
                var tensors = [hidden.values, trace.dWindows?.values ?? []]
                gradient.visitParameters("") { tensors.append(Array($2[$3])) }
                return tensors
            }
            let windows = Lab.random(21, network.inputDimension, seed: 5)
            let wanted = results(windows)
            #expect(wanted[1].contains { $0 != 0 })
            for value in [Float(3), -1e30, .infinity, .nan] {
                var other = windows
                for row in Self.missingRows(padding, shots: 7) {
                    other.setRow(row, to: [Float](repeating: value, count: other.columns))
                }
                #expect(results(other) == wanted, "\(Network.name), \(value)")
            }
            var seen = windows
            seen.setRow(3, to: windows.row(4))
            #expect(results(seen)[0] != wanted[0])
        }
        check(network)
    }

    /// With everything there, padding that lacks nothing gives the bits of no padding.
    @Test(arguments: networks()) func fullWindowsKeepTheirBits(network: any ContextNetwork) {
        func check<Network: ContextNetwork>(_ network: Network) {
            let windows = Lab.random(14, network.inputDimension, seed: 5)
            var trace = network.makeTrace(batch: 2, reading: .center, needsInputGradient: false)
            network.forward(&trace, windows, dropout: nil)
            let plain = trace.hidden
            network.forward(
                &trace, windows, padding: WindowPadding(present: [0..<7, 0..<7]), dropout: nil)
            #expect(trace.hidden == plain, "\(Network.name)")
        }
        check(network)
    }

    /// Windows of K = 3 of which only the middle five shots are there, against K = 2 with the weights that
    /// serve those.
    @Test func maskedWindowsEqualShorterOnes() {
        func hidden<Network: ContextNetwork>(
            _ network: Network, _ windows: Matrix, _ reading: ContextReading, _ padding: WindowPadding?
        ) -> Matrix {
            var trace = network.makeTrace(batch: 2, reading: reading, needsInputGradient: false)
            network.forward(&trace, windows, padding: padding, dropout: nil)
            return trace.hidden
        }
        let padding = WindowPadding(present: [1..<6, 1..<6])
        let windows = Lab.random(14, 7, seed: 5)
        let inner = (0..<2).flatMap { window in (1..<6).map { window * 7 + $0 } }
        var short = Matrix(rows: 10, columns: 7)
        gatherRowsInto(&short, windows, inner)
        func compare<Network: ContextNetwork>(_ long: Network, _ shorter: Network) {
            for reading in [ContextReading.center, .everyShot]
            where reading == .center || Network.answersForEveryShot {
                let found = hidden(long, windows, reading, padding)
                let wanted = hidden(shorter, short, reading, nil)
                for row in 0..<wanted.rows {
                    let place = reading == .center ? row : inner[row]
                    #expect(
                        Lab.largestDifference(found.row(place), wanted.row(row)) < 1e-5, "\(Network.name)")
                }
            }
        }

        let crn = ContextualRelationNetwork(
            inputDimension: 7, hiddenDimension: 12, innerDimension: 20, headCount: 3, layerCount: 2,
            neighborCount: 3, deviation: 0.4, seed: 3)
        var positions = Matrix(rows: 6, columns: 12)
        gatherRowsInto(&positions, crn.positions, [0, 2, 3, 4, 5, 6])
        compare(
            crn,
            ContextualRelationNetwork(
                projection: crn.projection, positions: positions, inputNorm: crn.inputNorm,
                layers: crn.layers))

        let lstm = RecurrentNetwork(inputDimension: 7, hiddenDimension: 12, neighborCount: 3, seed: 3)
        compare(
            lstm,
            RecurrentNetwork(rightward: lstm.rightward, leftward: lstm.leftward, neighborCount: 2))

        let mlp = PerceptronNetwork(inputDimension: 7, hiddenDimension: 12, neighborCount: 3, seed: 3)
        var weight = Matrix(rows: 12, columns: 35)
        copyColumnsInto(&weight, from: 7, mlp.first.weight)
        compare(
            mlp,
            PerceptronNetwork(
                first: Linear(weight: weight, bias: mlp.first.bias), second: mlp.second, neighborCount: 2))
    }
}
