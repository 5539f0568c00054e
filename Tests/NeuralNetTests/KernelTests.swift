import TensorKernels
import Testing

@Suite struct KernelTests {
    /// Floats against plain loops in Double, relative to 1 + the value: sums of up to 768 products.
    static let tolerance = 2e-5

    @Test func configurationIsKnown() {
        #expect(!BLAS.coreName.isEmpty)
        #expect(BLAS.version.first?.isNumber == true)
        #expect(BLAS.threadCount == 1)
    }

    @Test(arguments: [(1, 1, 1), (1, 7, 3), (18, 33, 18), (5, 96, 64), (18, 768, 96)], 0..<4)
    func products(shape: (Int, Int, Int), transposes: Int) {
        let (transposesLeft, transposesRight) = (transposes & 1 == 1, transposes & 2 == 2)
        var generator = TestGenerator(seed: UInt64(shape.0 * 1000 + shape.1))
        let (m, n, p) = shape
        let left = transposesLeft ? generator.matrix(n, m) : generator.matrix(m, n)
        let right = transposesRight ? generator.matrix(p, n) : generator.matrix(n, p)
        let rows = (left: KernelReferences.rows(left), right: KernelReferences.rows(right))
        let expected = KernelReferences.product(
            transposesLeft ? KernelReferences.transposed(rows.left) : rows.left,
            transposesRight ? KernelReferences.transposed(rows.right) : rows.right, scale: 0.5)
        // Fresh memory may hold anything, NaN included.
        var output = Matrix(rows: m, columns: p, values: Array(repeating: .nan, count: m * p))
        let operands = (
            transposesLeft ? left.transposed : left.block, transposesRight ? right.transposed : right.block
        )
        multiplyInto(&output, operands.0, operands.1, scale: 0.5)
        #expect(KernelReferences.largestDifference(output, expected) < Self.tolerance)
        multiplyInto(&output, operands.0, operands.1, scale: 0.5, accumulating: true)
        let doubled = expected.map { $0.map { 2 * $0 } }
        #expect(KernelReferences.largestDifference(output, doubled) < Self.tolerance)
    }

    /// Sizes that go to the kernels of `InferencePlan` where the library is behind the processor; both ways
    /// give the same.
    @Test(arguments: 0..<4) func packedProducts(transposes: Int) {
        let (transposesLeft, transposesRight) = (transposes & 1 == 1, transposes & 2 == 2)
        var generator = TestGenerator(seed: 11)
        let (m, n, p) = (261, 67, 259)
        let left = transposesLeft ? generator.matrix(n, m) : generator.matrix(m, n)
        let right = transposesRight ? generator.matrix(p, n) : generator.matrix(n, p)
        let operands = (
            transposesLeft ? left.transposed : left.block, transposesRight ? right.transposed : right.block
        )
        let rows = (left: KernelReferences.rows(left), right: KernelReferences.rows(right))
        let expected = KernelReferences.product(
            transposesLeft ? KernelReferences.transposed(rows.left) : rows.left,
            transposesRight ? KernelReferences.transposed(rows.right) : rows.right, scale: 0.5)
        let doubled = expected.map { $0.map { 2 * $0 } }
        var output = Matrix(rows: m, columns: p, values: Array(repeating: .nan, count: m * p))
        multiplyInto(&output, operands.0, operands.1, scale: 0.5)
        #expect(KernelReferences.largestDifference(output, expected) < Self.tolerance)
        multiplyInto(&output, operands.0, operands.1, scale: 0.5, accumulating: true)
        #expect(KernelReferences.largestDifference(output, doubled) < Self.tolerance)
        let packed = PackedOperand(operands.1, scale: 0.5)
        multiplyInto(&output, rows: 0..<m, columns: 0..<p, operands.0, packed)
        #expect(KernelReferences.largestDifference(output, expected) < Self.tolerance)
        multiplyInto(&output, rows: 0..<m, columns: 0..<p, operands.0, packed, accumulating: true)
        #expect(KernelReferences.largestDifference(output, doubled) < Self.tolerance)
    }

    @Test(
        arguments: [
            ("SkylakeX", 16), ("Cooperlake", 16), ("SapphireRapids", 16), ("Haswell", 8), ("Zen", 8),
            ("Prescott", 4), ("armv8", 4),
        ])
    func registersOfCores(core: String, lanes: Int) { #expect(BLAS.lanes(ofCore: core) == lanes) }

    /// What falls is a promise: a run that is resumed on another processor repeats it.
    @Test(arguments: [1, 15, 16, 1000]) func dropoutIsAHashOfThePlace(count: Int) {
        var generator = TestGenerator(seed: 12)
        let values = generator.vector(count)
        var output = Matrix(rows: 1, columns: count, values: values)
        applyDropout(&output, rate: 0.25, key: 0x0123_4567_89AB_CDEF)
        let expected = values.enumerated().map { index, value -> Float in
            var hash = UInt32(index) &* 0x9E37_79B1 &+ 0x89AB_CDEF
            hash ^= hash >> 16
            hash = (hash ^ 0x0123_4567) &* 0x85EB_CA6B
            hash ^= hash >> 13
            hash = hash &* 0xC2B2_AE35
            hash ^= hash >> 16
            return hash >= 1 << 30 ? value * (1 / 0.75) : 0
        }
        #expect(output.values == expected)
    }

    @Test func rectifierGradientIsThatOfWhatIsAbove() {
        let input = Matrix(rows: 1, columns: 5, values: [-1, 0, 2, .infinity, .nan])
        var gradient = Matrix(rows: 1, columns: 5, values: [1, .nan, -3, 4, 5])
        rectifierGradient(&gradient, input: input)
        #expect(gradient.values == [0, 0, -3, 4, 0])
    }

    /// Rectangles in the midst of larger matrices: nothing outside is read or written.
    @Test func productOfBlocks() {
        var generator = TestGenerator(seed: 4)
        var (left, right) = (generator.matrix(9, 12), generator.matrix(11, 13))
        for column in 0..<12 { left[1, column] = .nan }
        for column in 0..<13 { right[10, column] = .nan }
        var output = Matrix(rows: 8, columns: 9)
        multiplyInto(
            &output, rows: 2..<6, columns: 3..<8, left.block(rows: 3..<7, columns: 2..<8),
            right.block(rows: 4..<9, columns: 5..<11).transposed)
        let expected = KernelReferences.product(
            KernelReferences.rows(left)[3..<7].map { Array($0[2..<8]) },
            KernelReferences.transposed(KernelReferences.rows(right)[4..<9].map { Array($0[5..<11]) }))
        for row in 0..<8 {
            for column in 0..<9 {
                let isInside = (2..<6).contains(row) && (3..<8).contains(column)
                let value = isInside ? expected[row - 2][column - 3] : 0
                #expect(abs(Double(output[row, column]) - value) < Self.tolerance)
            }
        }
    }

    @Test func linear() {
        var generator = TestGenerator(seed: 5)
        let (input, weight, bias) = (generator.matrix(18, 40), generator.matrix(25, 40), generator.vector(25))
        var output = Matrix(rows: 18, columns: 25)
        linearInto(&output, input.block, weight: weight.block, bias: bias)
        let product = KernelReferences.product(
            KernelReferences.rows(input), KernelReferences.transposed(KernelReferences.rows(weight)))
        let expected = product.map { row in zip(row, bias).map { $0 + Double($1) } }
        #expect(KernelReferences.largestDifference(output, expected) < Self.tolerance)
    }

    @Test(arguments: [1, 7, 16, 768], [Float(1e-12), 1e-5])
    func layerNorm(columns: Int, epsilon: Float) {
        var generator = TestGenerator(seed: UInt64(columns))
        // A mean far from zero: the variance must not be a difference of large squares.
        var input = generator.matrix(6, columns, scale: 3)
        for column in 0..<columns { input[2, column] += 100 }
        let (weight, bias) = (generator.vector(columns), generator.vector(columns))
        var output = Matrix(rows: 6, columns: columns)
        layerNormInto(&output, input, weight: weight, bias: bias, epsilon: epsilon)
        let expected = KernelReferences.rows(input).map {
            KernelReferences.layerNorm(
                $0, weight: weight.map(Double.init), bias: bias.map(Double.init), epsilon: Double(epsilon))
        }
        #expect(KernelReferences.largestDifference(output, expected) < 2e-5)
    }

    @Test func constantRowsNormalizeToTheBias() {
        let input = Matrix(rows: 1, columns: 4, values: [3, 3, 3, 3])
        var output = input
        layerNormInto(&output, input, weight: [1, 2, 3, 4], bias: [5, 6, 7, 8], epsilon: 1e-12)
        #expect(output.values == [5, 6, 7, 8])
    }

    @Test(arguments: [Float(0.1), 1, 10, 80])
    func softmax(scale: Float) {
        var generator = TestGenerator(seed: 6)
        var matrix = generator.matrix(12, 18, scale: scale)
        for column in 0..<18 { matrix[3, column] += 1000 }
        let expected = KernelReferences.rows(matrix).map(KernelReferences.softmax)
        softmaxRows(&matrix)
        #expect(KernelReferences.largestDifference(matrix, expected) < 1e-6)
        for row in 0..<12 { #expect(abs(matrix.row(row).reduce(0, +) - 1) < 1e-6) }
    }

    @Test func softmaxKeepsWhatIsNoNumber() {
        var matrix = Matrix(rows: 1, columns: 3, values: [0, .nan, 1])
        softmaxRows(&matrix)
        #expect(matrix.values.contains { $0.isNaN })
    }

    /// The exact unit, not its tanh or logistic approximation, which differ by up to 2e-2.
    @Test func gelu() {
        let xs = (-200_000...200_000).map { Float($0) * 5e-5 } + [-1e4, -40, 40, 1e4, -0.0, 1e-20]
        let input = Matrix(rows: 1, columns: xs.count, values: xs)
        var output = input
        geluInto(&output, input)
        let worst = zip(xs, output.values).map { x, value in
            abs(Double(value) - KernelReferences.gelu(Double(x))) / max(1, abs(Double(x)))
        }.max()
        #expect(worst ?? 1 < 5e-7)
        geluInto(&output, Matrix(rows: 1, columns: xs.count, values: Array(repeating: .nan, count: xs.count)))
        #expect(output.values.allSatisfy { $0.isNaN })
    }

    @Test func elementwise() {
        let input = Matrix(rows: 2, columns: 3, values: [-1, 0, 2, 3, -4, .infinity])
        var output = input
        rectifyInto(&output, input)
        #expect(output.values == [0, 0, 2, 3, 0, .infinity])
        addInto(&output, Matrix(rows: 2, columns: 3, values: [1, 2, 3, 4, 5, 6]))
        #expect(output.values == [1, 2, 5, 7, 5, .infinity])
        addRowInto(&output, [10, 20, 30])
        #expect(output.values == [11, 22, 35, 17, 25, .infinity])
        fillRowsInto(&output, [1, 2, 3])
        #expect(output.values == [1, 2, 3, 1, 2, 3])
        output.setRow(1, to: [7, 8, 9])
        var taller = Matrix(rows: 4, columns: 3)
        copyRowsInto(&taller, from: 2, output, rows: 0..<2)
        #expect(taller.values == [0, 0, 0, 0, 0, 0, 1, 2, 3, 7, 8, 9])
        averageRowsInto(&output, outputRow: 0, taller, rows: 1..<3)
        #expect(output.row(0) == [0.5, 1, 1.5])
        averageRowsInto(&output, outputRow: 1, taller, rows: 2..<4)
        #expect(output.row(1) == [4, 5, 6])
    }

    /// Equal shapes and values give equal bits wherever the memory lies (contract 15).
    @Test(arguments: [1, 2, 18]) func repeatedProductsGiveEqualBits(rows: Int) {
        var generator = TestGenerator(seed: 8)
        let (input, weight, bias) = (
            generator.matrix(rows, 256), generator.matrix(192, 256), generator.vector(192)
        )
        var first = Matrix(rows: rows, columns: 192)
        linearInto(&first, input.block, weight: weight.block, bias: bias)
        var held: [[Float]] = []
        for size in 1..<20 {
            // Shifts where the next matrices come to lie.
            held.append([Float](repeating: 0, count: 37 * size))
            let moved = (
                Matrix(rows: rows, columns: 256, values: input.values.map { $0 }), weight.values.map { $0 }
            )
            var output = Matrix(rows: rows, columns: 192)
            let movedWeight = Matrix(rows: 192, columns: 256, values: moved.1)
            linearInto(&output, moved.0.block, weight: movedWeight.block, bias: bias)
            #expect(output.values.map(\.bitPattern) == first.values.map(\.bitPattern))
        }
        #expect(held.count == 19)
    }
}
