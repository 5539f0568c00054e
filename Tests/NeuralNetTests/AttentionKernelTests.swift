import TensorKernels
import Testing

/// Attention of an inference plan over so many tokens that queries go in blocks.
@Suite struct AttentionKernelTests {
    private static func plan(
        tokens: Int, queries: Int, heads: Int, threads: Int, variant: KernelVariant
    ) -> (output: [[Float]], input: [[Float]]) {
        let width = 6 * heads
        let plan = InferencePlan(threadCount: threads, variant: variant)
        let input = plan.makeMap(images: 1, height: 1, width: tokens, channels: 3 * width)
        let output = plan.makeMap(images: 1, height: 1, width: tokens, channels: width)
        var state: UInt64 = 5
        var rows: [[Float]] = []
        for token in 0..<tokens {
            let row = (0..<3 * width).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Float(Int64(state >> 40) - 1 << 23) / Float(1 << 22)
            }
            input.setPixel(image: 0, column: token, to: row)
            rows.append(row)
        }
        plan.attend(input, heads: heads, queries: queries, into: output)
        plan.run()
        return ((0..<queries).map { output.pixel(image: 0, column: $0) }, rows)
    }

    /// Against sums in Double, for numbers of tokens around those at which blocks and panels end.
    @Test(arguments: KernelVariant.available, [5, 197, 700, 1765])
    func attention(variant: KernelVariant, tokens: Int) {
        let heads = 2
        let (output, rows) = Self.plan(
            tokens: tokens, queries: tokens, heads: heads, threads: 1, variant: variant)
        let (size, width) = (6, 6 * heads)
        var worst = 0.0
        // Each query costs all tokens: some, with the first and the last of blocks among them.
        for query in Set([0, 1, 83, 84, 85, 167, 168, tokens / 2, tokens - 2, tokens - 1])
        where query < tokens {
            for head in 0..<heads {
                let scores = rows.map { row in
                    (0..<size).reduce(0.0) {
                        $0 + Double(rows[query][head * size + $1]) * Double(row[width + head * size + $1])
                    } / Double(size).squareRoot()
                }
                let weights = KernelReferences.softmax(scores)
                for column in 0..<size {
                    let expected = zip(weights, rows).reduce(0.0) {
                        $0 + $1.0 * Double($1.1[2 * width + head * size + column])
                    }
                    worst = max(worst, abs(expected - Double(output[query][head * size + column])))
                }
            }
        }
        #expect(worst < 2e-5)
    }

    /// Neither how many queries are asked nor the threads change a bit.
    @Test(arguments: KernelVariant.available)
    func blocksMakeNoDifference(variant: KernelVariant) {
        func output(_ queries: Int, _ threads: Int) -> [[Float]] {
            Self.plan(tokens: 1765, queries: queries, heads: 3, threads: threads, variant: variant).output
        }
        let all = output(1765, 1)
        #expect(output(1765, 2) == all)
        for queries in [1, 84, 85, 500] { #expect(output(queries, 1) == Array(all.prefix(queries))) }
    }
}
