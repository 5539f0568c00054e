import NeuralNet
import TensorKernels
import Testing

/// The kernels of inference plans against plain loops in float64, for every variant that this processor has.
@Suite struct ResNetKernelTests {
    /// Small repeatable numbers of -1...1.
    struct Numbers {
        var state: UInt64 = 1
        mutating func vector(_ count: Int) -> [Float] {
            (0..<count).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Float(Int64(bitPattern: state) >> 40) / Float(1 << 23)
            }
        }
    }

    struct Shape: CustomTestStringConvertible {
        var images = 1
        var height: Int
        var width: Int
        var inputs: Int
        var outputs: Int
        var side: Int
        var stride = 1
        var method = ConvolutionMethod.direct
        var testDescription: String {
            "\(images)x\(height)x\(width)x\(inputs) \(side)/\(stride) \(outputs) \(method)"
        }
    }

    static let shapes: [Shape] =
        [
            Shape(height: 1, width: 1, inputs: 1, outputs: 1, side: 1),
            Shape(images: 2, height: 1, width: 50, inputs: 24, outputs: 40, side: 1),
            Shape(images: 3, height: 5, width: 7, inputs: 3, outputs: 33, side: 3),
            Shape(height: 9, width: 6, inputs: 5, outputs: 64, side: 3, stride: 2),
            Shape(images: 2, height: 15, width: 15, inputs: 3, outputs: 16, side: 7, stride: 2),
            Shape(height: 8, width: 8, inputs: 64, outputs: 96, side: 1, stride: 2),
            Shape(height: 1, width: 13, inputs: 1024, outputs: 32, side: 1),
        ]
        + [ConvolutionMethod.winograd2, .winograd4].flatMap { method in
            [(1, 1), (2, 3), (4, 4), (7, 7), (14, 9), (30, 33)].map {
                Shape(
                    images: 2, height: $0.0, width: $0.1, inputs: 32, outputs: 48, side: 3, method: method)
            }
        }

    static func filled(_ map: FeatureMap, _ numbers: inout Numbers) -> [[[[Float]]]] {
        (0..<map.images).map { image in
            (0..<map.height).map { row in
                (0..<map.width).map { column in
                    let values = numbers.vector(map.channels)
                    map.setPixel(image: image, row: row, column: column, to: values)
                    return values
                }
            }
        }
    }

    @Test(arguments: shapes, KernelVariant.available)
    func convolution(shape: Shape, variant: KernelVariant) {
        check(shape, variant, .float32)
    }

    /// Inputs and weights are rounded to bfloat16, and nothing else is.
    @Test(
        .enabled(if: Precision.bfloat16.isAvailable, "needs a processor with AVX512-BF16"),
        arguments: shapes.filter { $0.method == .direct })
    func bfloatConvolution(shape: Shape) { check(shape, .avx512, .bfloat16) }

    /// To the nearest number of 8 significant bits, ties to even, by division instead of by bits.
    static func rounded(_ value: Float) -> Double {
        guard value != 0 else { return 0 }
        let unit = value.ulp * 65536
        return Double((value / unit).rounded(.toNearestOrEven) * unit)
    }

    func check(_ shape: Shape, _ variant: KernelVariant, _ precision: Precision) {
        func seen(_ value: Float) -> Double { precision == .float32 ? Double(value) : Self.rounded(value) }
        var numbers = Numbers()
        for (threads, activation) in [(1, Activation.none), (2, .relu), (3, .none)] {
            let plan = InferencePlan(threadCount: threads, variant: variant)
            let padding = shape.side / 2
            let input = plan.makeMap(
                images: shape.images, height: shape.height, width: shape.width, channels: shape.inputs,
                border: padding)
            let output = plan.makeMap(
                images: shape.images, height: (shape.height - 1) / shape.stride + 1,
                width: (shape.width - 1) / shape.stride + 1, channels: shape.outputs, border: 1)
            let values = Self.filled(input, &numbers)
            // The residual lies where the output comes.
            let residual = Self.filled(output, &numbers)
            let filters = numbers.vector(shape.outputs * shape.inputs * shape.side * shape.side)
            let (scale, bias) = (numbers.vector(shape.outputs), numbers.vector(shape.outputs))
            let weights = PackedWeights(
                filters: filters, outputs: shape.outputs, inputs: shape.inputs, side: shape.side,
                scale: scale,
                bias: bias, method: shape.method, precision: precision, variant: variant)
            let factors = filters.indices.map { place in
                let scale = scale[place / (shape.inputs * shape.side * shape.side)]
                return precision == .float32
                    ? Double(filters[place]) * Double(scale) : Self.rounded(filters[place] * scale)
            }
            plan.convolve(
                input, weights, stride: shape.stride, padding: padding, into: output, residual: output,
                activation: activation)
            plan.run()
            var (largest, highest) = (0.0, 1.0)
            for (image, row, column) in Self.pixels(output) {
                let computed = output.pixel(image: image, row: row, column: column)
                for out in 0..<shape.outputs {
                    var sum = 0.0
                    for y in 0..<shape.side {
                        for x in 0..<shape.side {
                            let (r, c) = (
                                row * shape.stride + y - padding, column * shape.stride + x - padding
                            )
                            guard (0..<shape.height).contains(r), (0..<shape.width).contains(c) else {
                                continue
                            }
                            for channel in 0..<shape.inputs {
                                let place =
                                    ((out * shape.inputs + channel) * shape.side + y) * shape.side + x
                                sum += seen(values[image][r][c][channel]) * factors[place]
                            }
                        }
                    }
                    sum += Double(bias[out]) + Double(residual[image][row][column][out])
                    highest = max(highest, abs(sum))
                    if activation == .relu { sum = max(0, sum) }
                    let error = abs(Double(computed[out]) - sum)
                    largest = max(largest, error.isNaN ? .infinity : error)
                }
            }
            // As a share of the largest output; F(4x4) has constants of up to 8.
            let tolerance = shape.method == .winograd4 ? 1e-5 : 2e-6
            #expect(largest <= tolerance * highest, "\(threads) threads")
        }
    }

    static func pixels(_ map: FeatureMap) -> [(Int, Int, Int)] {
        (0..<map.images).flatMap { image in
            (0..<map.height).flatMap { row in (0..<map.width).map { (image, row, $0) } }
        }
    }

    @Test(arguments: KernelVariant.available)
    func poolsAndActivations(variant: KernelVariant) {
        var numbers = Numbers()
        let plan = InferencePlan(threadCount: 2, variant: variant)
        let input = plan.makeMap(images: 2, height: 9, width: 6, channels: 19, border: 1)
        var values = Self.filled(input, &numbers)
        for (image, row, column) in Self.pixels(input) {
            values[image][row][column] = values[image][row][column].map(abs)
            input.setPixel(image: image, row: row, column: column, to: values[image][row][column])
        }
        let pooled = plan.makeMap(images: 2, height: 5, width: 3, channels: 19)
        let mean = plan.makeMap(images: 2, height: 1, width: 1, channels: 19)
        plan.maxPool(input, into: pooled)
        plan.averagePool(input, into: mean)
        plan.run()
        for (image, row, column) in Self.pixels(pooled) {
            for channel in 0..<19 {
                var expected: Float = 0
                for y in max(0, 2 * row - 1)...min(8, 2 * row + 1) {
                    for x in max(0, 2 * column - 1)...min(5, 2 * column + 1) {
                        expected = max(expected, values[image][y][x][channel])
                    }
                }
                #expect(pooled.pixel(image: image, row: row, column: column)[channel] == expected)
            }
        }
        for image in 0..<2 {
            for channel in 0..<19 {
                let sum = values[image].joined().reduce(0) { $0 + $1[channel] }
                #expect(abs(mean.pixel(image: image)[channel] - sum / 54) <= 1e-6)
            }
        }
    }

    /// The fused unit is the unit that the plain layer has, whose own test compares it with the error
    /// function.
    @Test(arguments: KernelVariant.available)
    func activations(variant: KernelVariant) {
        let values = (0..<35).map { Float($0 - 17) / 2 }
        let identity = (0..<35 * 35).map { $0 / 35 == $0 % 35 ? Float(1) : 0 }
        let weights = PackedWeights(matrix: identity, outputs: 35, inputs: 35, bias: nil, variant: variant)
        for activation in Activation.allCases {
            let plan = InferencePlan(variant: variant)
            let input = plan.makeMap(images: 1, height: 1, width: 1, channels: 35)
            let output = plan.makeMap(images: 1, height: 1, width: 1, channels: 35)
            input.setPixel(image: 0, to: values)
            plan.project(input, weights, into: output, activation: activation)
            plan.run()
            var exact = Matrix(rows: 1, columns: 35)
            geluInto(&exact, Matrix(rows: 1, columns: 35, values: values))
            for (index, x) in values.enumerated() {
                let expected: Float =
                    switch activation {
                    case .none: x
                    case .relu: max(0, x)
                    case .quickGELU: x / (1 + exponential(-1.702 * x))
                    case .gelu: exact[0, index]
                    }
                #expect(abs(output.pixel(image: 0)[index] - expected) <= 2e-6, "\(activation) of \(x)")
            }
        }
    }

    /// e^x by its series, halved until it converges fast.
    private func exponential(_ x: Float) -> Float {
        var (sum, term) = (1.0, 1.0)
        for n in 1..<20 {
            term *= Double(x) / 64 / Double(n)
            sum += term
        }
        for _ in 0..<6 { sum *= sum }
        return Float(sum)
    }
}
