import TensorKernels
import Testing

@Suite struct BinaryCrossEntropyTests {
    /// log(1 + e^z) - y z, worked out with Python's log1p for logits of both signs and sizes.
    @Test(arguments: [
        (Float(0), Float(1), 0.6931471805599453), (2, 1, 0.1269280110429725), (2, 0, 2.1269280110429727),
        (-3, 1, 3.048587351573742), (-3, 0, 0.04858735157374206), (80, 0, 80), (-200, 1, 200),
        (200, 1, 0), (1.5, 0.25, 1.3264132779827524),
    ])
    func loss(logit: Float, target: Float, wanted: Double) {
        var logits = Matrix(rows: 1, columns: 1, values: [logit])
        let one = Matrix(rows: 1, columns: 1, values: [1])
        let loss = binaryCrossEntropyGradient(
            &logits, targets: Matrix(rows: 1, columns: 1, values: [target]), weights: one)
        #expect(abs(loss - wanted) < 1e-12 * max(1, wanted))
        #expect(logits[0, 0].isFinite && abs(logits[0, 0]) <= 1)
    }

    @Test func gradientAgainstDifferences() {
        let values: [Float] = [0.3, -2, 5, -0.1, 1.25, -4]
        let targets = Matrix(rows: 2, columns: 3, values: [1, 0, 1, 0, 0.5, 1])
        let weights = Matrix(rows: 2, columns: 3, values: [1, 0.5, 2, 0, 1, 0.25])
        func loss(_ values: [Float]) -> Double {
            var logits = Matrix(rows: 2, columns: 3, values: values)
            return binaryCrossEntropyGradient(&logits, targets: targets, weights: weights)
        }
        var gradient = Matrix(rows: 2, columns: 3, values: values)
        _ = binaryCrossEntropyGradient(&gradient, targets: targets, weights: weights)
        for place in values.indices {
            var (up, down) = (values, values)
            up[place] += 1e-2
            down[place] -= 1e-2
            let measured = (loss(up) - loss(down)) / Double(up[place] - down[place])
            #expect(abs(measured - Double(gradient.values[place])) < 1e-5)
        }
        #expect(gradient[1, 0] == 0)
    }
}
