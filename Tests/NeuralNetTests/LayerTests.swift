import NeuralNet
import TensorKernels
import Testing

@Suite struct LayerTests {
    static func linear(_ outputs: Int, _ inputs: Int, _ generator: inout TestGenerator) -> Linear {
        Linear(weight: generator.matrix(outputs, inputs, scale: 0.4), bias: generator.vector(outputs))
    }

    static func norm(_ width: Int, _ generator: inout TestGenerator) -> LayerNorm {
        LayerNorm(weight: generator.vector(width), bias: generator.vector(width), epsilon: 1e-12)
    }

    static func layer(width: Int, inner: Int, heads: Int, seed: UInt64) -> TransformerLayer {
        var generator = TestGenerator(seed: seed)
        let attention = MultiHeadAttention(
            query: linear(width, width, &generator), key: linear(width, width, &generator),
            value: linear(width, width, &generator), output: linear(width, width, &generator),
            headCount: heads)
        return TransformerLayer(
            attention: attention, attentionNorm: norm(width, &generator),
            intermediate: linear(inner, width, &generator), output: linear(width, inner, &generator),
            outputNorm: norm(width, &generator))
    }

    /// Plain loops in Double, one sequence.
    static func reference(_ layer: TransformerLayer, _ input: [[Double]]) -> [[Double]] {
        func apply(_ linear: Linear, _ x: [[Double]]) -> [[Double]] {
            KernelReferences.product(x, KernelReferences.transposed(KernelReferences.rows(linear.weight)))
                .map { zip($0, linear.bias).map { $0 + Double($1) } }
        }
        func normal(_ norm: LayerNorm, _ x: [[Double]], plus y: [[Double]]) -> [[Double]] {
            zip(x, y).map { x, y in
                KernelReferences.layerNorm(
                    zip(x, y).map { $0 + $1 }, weight: norm.weight.map(Double.init),
                    bias: norm.bias.map(Double.init),
                    epsilon: Double(norm.epsilon))
            }
        }
        let (width, heads) = (layer.dimension, layer.attention.headCount)
        let size = width / heads
        let projected = apply(layer.attention.projection, input)
        var context = input.map { _ in [Double](repeating: 0, count: width) }
        for head in 0..<heads {
            func part(_ index: Int) -> [[Double]] {
                let start = index * width + head * size
                return projected.map { Array($0[start..<start + size]) }
            }
            let scores = KernelReferences.product(
                part(0), KernelReferences.transposed(part(1)), scale: 1 / Double(size).squareRoot())
            let mixed = KernelReferences.product(scores.map(KernelReferences.softmax), part(2))
            for (row, values) in mixed.enumerated() {
                for (column, value) in values.enumerated() { context[row][head * size + column] = value }
            }
        }
        let attended = normal(layer.attentionNorm, apply(layer.attention.output, context), plus: input)
        let inner = apply(layer.intermediate, attended).map { $0.map(KernelReferences.gelu) }
        return normal(layer.outputNorm, apply(layer.output, inner), plus: attended)
    }

    @Test(arguments: [(1, 5, 8, 2), (1, 18, 48, 8), (3, 7, 24, 4)])
    func transformerLayer(batch: Int, tokens: Int, width: Int, heads: Int) {
        let layer = Self.layer(width: width, inner: 2 * width + 3, heads: heads, seed: 11)
        var generator = TestGenerator(seed: 12)
        let input = generator.matrix(batch * tokens, width)
        let rows = KernelReferences.rows(input)
        let expected = (0..<batch).map { Self.reference(layer, Array(rows[$0 * tokens..<($0 + 1) * tokens])) }
        for queries in [0..<tokens, 0..<1, tokens / 2..<tokens / 2 + 1, 1..<tokens] {
            let shape = AttentionShape(batch: batch, tokens: tokens, queries: queries)
            var workspace = layer.makeWorkspace(shape)
            var output = Matrix(rows: shape.outputRows, columns: width)
            // Twice: what the first pass leaves behind must not matter.
            for _ in 0..<2 {
                layer.forward(into: &output, input, &workspace)
                let wanted = expected.flatMap { $0[queries] }
                #expect(KernelReferences.largestDifference(output, wanted) < 2e-5)
            }
        }
    }

    /// The pass that a backward pass can follow; of sequences with hidden tokens it gives what shorter ones
    /// get.
    @Test(arguments: [0, 1, 3])
    func hiddenTokens(hiddenCount: Int) {
        let layer = Self.layer(width: 24, inner: 40, heads: 4, seed: 11)
        var generator = TestGenerator(seed: 12)
        let (batch, tokens) = (3, 7)
        let input = generator.matrix(batch * tokens, 24)
        let rows = KernelReferences.rows(input)
        // Other tokens of every sequence.
        let hidden = (0..<batch).map { sequence in
            (0..<hiddenCount).map { (2 * sequence + 2 * $0) % tokens }.sorted()
        }
        let shape = AttentionShape(batch: batch, tokens: tokens)
        var trace = layer.makeTrace(shape)
        var output = Matrix(rows: shape.outputRows, columns: 24)
        for mask in [AttentionMask(hidden: hidden)] + (hiddenCount == 0 ? [nil] : []) {
            layer.forward(into: &output, input, &trace, mask: mask, dropout: nil)
            for sequence in 0..<batch {
                let kept = (0..<tokens).filter { !hidden[sequence].contains($0) }
                let wanted = Self.reference(layer, kept.map { rows[sequence * tokens + $0] })
                var found = Matrix(rows: kept.count, columns: 24)
                gatherRowsInto(&found, output, kept.map { sequence * tokens + $0 })
                #expect(KernelReferences.largestDifference(found, wanted) < 2e-5)
            }
        }
    }

    @Test func linearAddsToWhatIsThere() {
        var generator = TestGenerator(seed: 13)
        let linear = Self.linear(6, 4, &generator)
        let input = generator.matrix(3, 4)
        var (plain, added) = (Matrix(rows: 3, columns: 6), generator.matrix(3, 6))
        let before = added
        linear.forward(into: &plain, input)
        linear.add(into: &added, input)
        for row in 0..<3 {
            for column in 0..<6 {
                #expect(abs(added[row, column] - before[row, column] - plain[row, column]) < 1e-6)
            }
        }
        #expect(linear.inputDimension == 4 && linear.outputDimension == 6)
    }
}
