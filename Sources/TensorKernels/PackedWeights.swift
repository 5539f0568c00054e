internal import CSceneKernels

// Shapes: O outputs, I inputs, S side of a square filter.

/// The weights of a linear layer or a convolution, packed for the kernels once, when a network is loaded. Immutable:
/// share it between plans and threads.
package final class PackedWeights: @unchecked Sendable {
    /// S; 1 for a linear layer.
    package let side: Int
    /// I.
    package let inputs: Int
    /// O.
    package let outputs: Int
    package let variant: KernelVariant
    let method: ConvolutionMethod
    let weights: AlignedFloats
    /// [O], padded to whole panels; nil for a layer without.
    let bias: AlignedFloats?

    /// A convolution with filters [O, I, S, S] as PyTorch stores them, each multiplied by its `scale` (a folded batch
    /// normalisation) if there is one.
    package init(
        filters: [Float], outputs: Int, inputs: Int, side: Int, scale: [Float]? = nil, bias: [Float]?,
        method: ConvolutionMethod = .direct, variant: KernelVariant = .best
    ) {
        precondition(filters.count == outputs * inputs * side * side, "filters of shape [O, I, S, S]")
        precondition(scale.map { $0.count == outputs } ?? true, "one scale per output")
        precondition(bias.map { $0.count == outputs } ?? true, "one bias per output")
        precondition(method == .direct || side == 3, "Winograd's method is for filters of 3 x 3")
        self.side = side
        self.inputs = inputs
        self.outputs = outputs
        self.variant = variant
        self.method = method
        let lanes = variant.lanes
        let isPlain = scale == nil
        let scale = scale ?? [Float](repeating: 1, count: outputs)
        switch method {
        case .direct where side == 1 && isPlain:
            weights = AlignedFloats(count: scene_packed_count(lanes, inputs, outputs))
            scene_pack(lanes, weights.base, filters, inputs, outputs, 1, Int64(inputs))
        case .direct:
            let depth = side * side * inputs
            // [S, S, I, O]: the order in which a map lies in memory.
            var ordered = [Float](repeating: 0, count: depth * outputs)
            for output in 0..<outputs {
                for input in 0..<inputs {
                    let source = (output * inputs + input) * side * side
                    for tap in 0..<side * side {
                        ordered[(tap * inputs + input) * outputs + output] =
                            filters[source + tap] * scale[output]
                    }
                }
            }
            weights = AlignedFloats(count: scene_packed_count(lanes, depth, outputs))
            scene_pack(lanes, weights.base, ordered, depth, outputs, Int64(outputs), 1)
        case .winograd2, .winograd4:
            let frequencies = (method.tileSize + 2) * (method.tileSize + 2)
            weights = AlignedFloats(count: frequencies * scene_packed_count(lanes, inputs, outputs))
            scene_pack_winograd(
                lanes, Int32(method.tileSize), weights.base, filters, scale, inputs, outputs)
        }
        self.bias = bias.map { Self.padded($0, variant) }
    }

    /// A linear layer with weights [O, I] as PyTorch stores them.
    package convenience init(
        matrix: [Float], outputs: Int, inputs: Int, bias: [Float]?, variant: KernelVariant = .best
    ) {
        self.init(
            filters: matrix, outputs: outputs, inputs: inputs, side: 1, bias: bias, variant: variant)
    }

    private static func padded(_ values: [Float], _ variant: KernelVariant) -> AlignedFloats {
        let columns = variant.panelColumns
        let result = AlignedFloats(count: (values.count + columns - 1) / columns * columns)
        for index in values.indices { result.base[index] = values[index] }
        return result
    }
}

/// How a convolution is computed.
package enum ConvolutionMethod: Sendable {
    /// Products over the map as it lies.
    case direct
    /// Winograd's minimal filtering F(2x2, 3x3): 2.25 times fewer multiplications.
    case winograd2
    /// F(4x4, 3x3): 4 times fewer, and errors about ten times larger.
    case winograd4

    /// Outputs on each side of a tile.
    var tileSize: Int { self == .winograd4 ? 4 : 2 }
}
