internal import Glibc
package import NeuralNet
internal import TensorKernels

// Shapes: D hidden width.

/// The probability that a scene ends with a window's center shot, from its hidden vector: two logits,
/// softmax, second column (BaSSL's fine-tuning head).
package struct BoundaryHead: ParameterTree, Sendable {
    /// [2, D].
    package var linear: Linear

    package init(linear: Linear) {
        precondition(linear.outputDimension == 2, "two classes")
        self.linear = linear
    }

    /// A fresh head: weights of deviation 0.02.
    package init(width: Int, seed: UInt64) {
        var generator = RandomStream(seed: seed, purpose: .initialHead)
        self.init(linear: Linear(inputs: width, outputs: 2, deviation: 0.02, using: &generator))
    }

    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        linear.visitParameters(path, body)
    }

    /// Probability for one window's hidden vector [1, D]; `logits` [1, 2] is overwritten.
    func probability(_ hidden: Matrix, logits: inout Matrix) -> Float {
        linear.forward(into: &logits, hidden)
        return Self.probability(logits[0, 0], logits[0, 1])
    }

    /// The second of two softmax columns: the logistic of the difference; 0 where the logits are no numbers.
    static func probability(_ first: Float, _ second: Float) -> Float {
        let difference = second - first
        return difference.isNaN ? 0 : 1 / (1 + exp(-difference))
    }
}
