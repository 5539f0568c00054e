internal import CSceneKernels

/// The weights of a linear layer or a convolution, packed for the kernels once: when a network is loaded, or
/// when its model file was made. Immutable: share it between plans and threads.
package final class PackedWeights: @unchecked Sendable {
    package let shape: PackedShape
    package let variant: KernelVariant
    /// The weights, the bias, and what is read ahead and never used.
    package let floats: SharedFloats

    /// S; 1 for a linear layer.
    package var side: Int { shape.side }
    /// I.
    package var inputs: Int { shape.inputs }
    /// O.
    package var outputs: Int { shape.outputs }
    var method: ConvolutionMethod { shape.method }
    var weights: UnsafePointer<Float> { floats.base }
    /// [O], padded to whole panels; nil for a layer without.
    var bias: UnsafePointer<Float>? {
        shape.hasBias ? floats.base + shape.weightCount(variant) : nil
    }

    /// A convolution with filters [O, I, S, S] as PyTorch stores them, each multiplied by its `scale` (a
    /// folded batch normalization) if there is one.
    package init(
        filters: [Float], outputs: Int, inputs: Int, side: Int, scale: [Float]? = nil, bias: [Float]?,
        method: ConvolutionMethod = .direct, precision: Precision = .float32, variant: KernelVariant = .best
    ) {
        let shape = PackedShape(
            outputs: outputs, inputs: inputs, side: side, hasBias: bias != nil, method: method,
            precision: precision)
        precondition(precision == .float32 || variant == .avx512, "bfloat16 is for vectors of 16")
        precondition(filters.count == outputs * inputs * side * side, "filters of shape [O, I, S, S]")
        precondition(scale.map { $0.count == outputs } ?? true, "one scale per output")
        precondition(bias.map { $0.count == outputs } ?? true, "one bias per output")
        self.shape = shape
        self.variant = variant
        let block = AlignedFloats(count: shape.count(variant))
        Self.pack(filters, scale, shape, variant, into: block.base)
        if let bias {
            let start = block.base + shape.weightCount(variant)
            for index in bias.indices { start[index] = bias[index] }
        }
        floats = SharedFloats(block)
    }

    /// A linear layer with weights [O, I] as PyTorch stores them.
    package convenience init(
        matrix: [Float], outputs: Int, inputs: Int, bias: [Float]?, precision: Precision = .float32,
        variant: KernelVariant = .best
    ) {
        self.init(
            filters: matrix, outputs: outputs, inputs: inputs, side: 1, bias: bias, precision: precision,
            variant: variant)
    }

    /// What another one's `floats` hold; nil if their number is not that of the shape.
    package init?(packed floats: SharedFloats, shape: PackedShape, variant: KernelVariant = .best) {
        guard floats.count == shape.count(variant) else { return nil }
        self.shape = shape
        self.variant = variant
        self.floats = floats
    }

    /// Whether all weights and the bias are finite numbers. Reads all.
    package var areFinite: Bool {
        guard shape.precision == .bfloat16 else { return floats.areFinite }
        let count = shape.weightCount(variant)
        // Each float holds two numbers, of which the upper one says whether the float is finite.
        return floats.areFinite && floats.lowerHalvesAreFinite(count: count)
    }

    private static func pack(
        _ filters: [Float], _ scale: [Float]?, _ shape: PackedShape, _ variant: KernelVariant,
        into target: UnsafeMutablePointer<Float>
    ) {
        let (outputs, inputs, side, lanes) = (shape.outputs, shape.inputs, shape.side, variant.lanes)
        let isPlain = scale == nil
        let scale = scale ?? [Float](repeating: 1, count: outputs)
        switch shape.method {
        case .direct where side == 1 && isPlain && shape.precision == .bfloat16:
            scene_pack_bfloat(target, filters, 1, Int32(inputs), outputs, 1, Int64(inputs))
        case .direct where side == 1 && isPlain:
            scene_pack(lanes, target, filters, inputs, outputs, 1, Int64(inputs))
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
            if shape.precision == .bfloat16 {
                scene_pack_bfloat(
                    target, ordered, Int32(side), Int32(side * inputs), outputs, Int64(outputs), 1)
            } else {
                scene_pack(lanes, target, ordered, depth, outputs, Int64(outputs), 1)
            }
        case .winograd2, .winograd4:
            scene_pack_winograd(
                lanes, Int32(shape.method.tileSize), target, filters, scale, inputs, outputs)
        }
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
