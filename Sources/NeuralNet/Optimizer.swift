/// Moves parameters against their gradient.
///
/// State is one list per parameter tensor and kind of moment, kept by name, so that it can be saved and
/// restored.
package struct Optimizer: Sendable {
    /// The rule, with its constants.
    package enum Rule: Hashable, Sendable {
        /// Stochastic gradient descent with momentum; decay is added to the gradient (PyTorch).
        case sgd(momentum: Float, decay: Float)
        /// Kingma and Ba 2015; decay is added to the gradient.
        case adam(beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8, decay: Float = 0)
        /// Loshchilov and Hutter 2019: decay shrinks the value instead.
        case adamW(beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8, decay: Float = 0.01)
        /// You, Gitman and Ginsburg 2017 (arXiv 1708.03888), as lightning-bolts codes it: the gradient with
        /// decay is scaled by trust |w| / (|g| + decay |w| + 1e-8) before momentum; where the decay is 0,
        /// nothing is scaled.
        case lars(momentum: Float = 0.9, decay: Float = 1e-6, trust: Float = 0.001)

        var momentCount: Int {
            switch self {
            case .sgd, .lars: 1
            case .adam, .adamW: 2
            }
        }
    }

    package let rule: Rule
    /// Parameters whose names contain one of these get no decay, and under LARS no trust scaling (BaSSL:
    /// `bn`, `bias`).
    package let excluded: [String]
    /// Steps taken.
    package var stepCount = 0
    /// By parameter name; a tensor that was never moved has none.
    package var moments: [String: [[Float]]] = [:]

    package init(_ rule: Rule, excluding excluded: [String] = ["bn", "bias"]) {
        self.rule = rule
        self.excluded = excluded
    }
}
