import Foundation
import NeuralNet
import TensorKernels
import Testing

/// Optimizers against the same rules as plain loops in Double, and schedules by hand.
@Suite struct OptimizerTests {
    /// Two layers whose names differ: one is excluded.
    struct Pair: ParameterTree {
        var layer: Linear
        var bn: [Float]

        mutating func visitParameters(
            _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
        ) {
            layer.visitParameters(path + "layer.", body)
            body(path + "bn.weight", [bn.count], &bn, 0..<bn.count)
        }

        func values() -> [String: [Float]] {
            ["layer.weight": layer.weight.values, "layer.bias": layer.bias, "bn.weight": bn]
        }
    }

    static func pair(_ seed: UInt64, scale: Float = 1) -> Pair {
        var generator = TestGenerator(seed: seed)
        return Pair(
            layer: Linear(
                weight: generator.matrix(3, 4, scale: scale), bias: generator.vector(3, scale: scale)),
            bn: generator.vector(5, scale: scale))
    }

    /// One tensor's rule in Double.
    static func reference(
        _ rule: Optimizer.Rule, _ values: [Double], _ gradients: [[Double]], rate: Double, isExcluded: Bool
    ) -> [Double] {
        var values = values
        var first = [Double](repeating: 0, count: values.count)
        var second = first
        for (step, gradient) in gradients.enumerated() {
            var slopes = gradient
            func add(_ decay: Double) { for i in slopes.indices { slopes[i] += decay * values[i] } }
            func norm(_ list: [Double]) -> Double { list.reduce(0) { $0 + $1 * $1 }.squareRoot() }
            switch rule {
            case .sgd(let momentum, let decay):
                add(isExcluded ? 0 : Double(decay))
                for i in values.indices {
                    first[i] = Double(momentum) * first[i] + slopes[i]
                    values[i] -= rate * first[i]
                }
            case .lars(let momentum, let decay, let trust):
                if !isExcluded {
                    let (w, g) = (norm(values), norm(gradient))
                    add(Double(decay))
                    let scale = Double(trust) * w / (g + Double(decay) * w + 1e-8)
                    for i in slopes.indices { slopes[i] *= scale }
                }
                for i in values.indices {
                    first[i] = Double(momentum) * first[i] + slopes[i]
                    values[i] -= rate * first[i]
                }
            case .adam(let b1, let b2, let epsilon, let decay),
                .adamW(let b1, let b2, let epsilon, let decay):
                if case .adamW = rule {
                    if !isExcluded { for i in values.indices { values[i] *= 1 - rate * Double(decay) } }
                } else {
                    add(isExcluded ? 0 : Double(decay))
                }
                let (b1, b2) = (Double(b1), Double(b2))
                for i in values.indices {
                    first[i] = b1 * first[i] + (1 - b1) * slopes[i]
                    second[i] = b2 * second[i] + (1 - b2) * slopes[i] * slopes[i]
                    let t = Double(step + 1)
                    let mean = first[i] / (1 - pow(b1, t))
                    let square = second[i] / (1 - pow(b2, t))
                    values[i] -= rate * mean / (square.squareRoot() + Double(epsilon))
                }
            }
        }
        return values
    }

    @Test(
        arguments: [
            .sgd(momentum: 0.9, decay: 0.1), .adam(decay: 0.1), .adamW(decay: 0.1),
            .lars(momentum: 0.9, decay: 0.1, trust: 0.5),
        ] as [Optimizer.Rule])
    func fourStepsOf(rule: Optimizer.Rule) {
        var tree = Self.pair(1)
        let start = tree.values()
        let gradients = (0..<4).map { Self.pair(10 + UInt64($0), scale: 0.3) }
        var optimizer = Optimizer(rule)
        for gradient in gradients {
            var gradient = gradient
            optimizer.step(&tree, gradient: &gradient, rate: 0.05)
        }
        for (name, values) in tree.values() {
            let expected = Self.reference(
                rule, (start[name] ?? []).map(Double.init),
                gradients.map { ($0.values()[name] ?? []).map(Double.init) }, rate: Double(Float(0.05)),
                isExcluded: name.contains("bias") || name.contains("bn"))
            let difference = zip(values, expected).map { abs(Double($0) - $1) }.max() ?? .infinity
            #expect(difference < 2e-6, "\(name)")
        }
        #expect(optimizer.stepCount == 4)
    }

    /// BaSSL's LARS misses layer norms: their weights are decayed and scaled, their biases are not.
    @Test func larsExcludesByName() {
        var tree = LayerNorm(weight: [2, 2], bias: [2, 2], epsilon: 1e-12)
        var gradient = LayerNorm(weight: [1, 1], bias: [1, 1], epsilon: 1e-12)
        var optimizer = Optimizer(.lars(momentum: 0, decay: 1e-6, trust: 0.001))
        optimizer.step(&tree, gradient: &gradient, rate: 1)
        #expect(abs(tree.bias[0] - 1) < 1e-6)
        #expect(abs(tree.weight[0] - 1.998) < 1e-5)
    }

    @Test func partsCanBeFrozen() {
        var tree = Self.pair(1)
        let start = tree.values()
        var gradient = Self.pair(2)
        var optimizer = Optimizer(.adam())
        optimizer.step(&tree, gradient: &gradient, rate: 0.1) { $0 == "bn.weight" }
        #expect(tree.layer.weight.values == start["layer.weight"])
        #expect(tree.bn != start["bn.weight"])
    }

    @Test func scheduleWarmsUpAndFallsAsACosine() {
        let schedule = LearningRateSchedule(base: 2, totalSteps: 110, warmupSteps: 10)
        #expect(schedule.rate(step: 0) == 0)
        #expect(schedule.rate(step: 5) == 1)
        #expect(schedule.rate(step: 10) == 2)
        #expect(abs(schedule.rate(step: 60) - 1) < 1e-6)
        #expect(schedule.rate(step: 110) < 1e-6)
        #expect(LearningRateSchedule(base: 2, totalSteps: 5, isConstant: true).rate(step: 4) == 2)
    }

    @Test func balancedWeightsGiveEachClassHalf() {
        let weights = SoftmaxCrossEntropy.balancedWeights([1, 0, 0, 0])
        #expect(abs(weights[0] - 0.5) < 1e-4)
        #expect(abs(weights[1] * 3 - 0.5) < 1e-4)
        // A batch of one class: the other has no weight to give.
        #expect(SoftmaxCrossEntropy.balancedWeights([0, 0]).reduce(0, +) < 0.51)
    }

    @Test func longGradientsAreShortened() {
        var tree = Self.pair(3)
        let before = tree.clipLength(to: .infinity)
        #expect(abs(tree.clipLength(to: before / 2) - before) < 1e-9)
        #expect(abs(tree.clipLength(to: .infinity) - before / 2) < 1e-5)
    }

    /// A length that floats cannot hold is one all the same: finite values have a finite length.
    @Test(arguments: [1e18, 1e19, 3e38] as [Float])
    func lengthsBeyondFloats(value: Float) {
        let length = ParameterUpdate.squaredLength([value, 1, -value], 0..<3).squareRoot()
        #expect(abs(length / (2.0.squareRoot() * Double(value)) - 1) < 1e-5)
        #expect(!ParameterUpdate.squaredLength([value, .infinity], 0..<2).isFinite)
    }
}
