internal import CSceneKernels

// Shapes: O outputs, I inputs, S side of a square filter.

/// What decides how packed weights lie in memory.
package struct PackedShape: Hashable, Sendable {
    package let outputs: Int
    package let inputs: Int
    package let side: Int
    package let hasBias: Bool
    package let method: ConvolutionMethod
    package let precision: Precision

    package init(
        outputs: Int, inputs: Int, side: Int = 1, hasBias: Bool, method: ConvolutionMethod = .direct,
        precision: Precision = .float32
    ) {
        precondition(method == .direct || side == 3, "Winograd's method is for filters of 3 x 3")
        precondition(method == .direct || precision == .float32, "Winograd's method is for float32")
        self.outputs = outputs
        self.inputs = inputs
        self.side = side
        self.hasBias = hasBias
        self.method = method
        self.precision = precision
    }

    /// Name of the way in which a variant's weights are packed; changes whenever the bytes would. A network
    /// that is wanted in a precision which the processor lacks is packed in float32.
    package static func form(_ variant: KernelVariant, _ precision: Precision = .float32) -> String {
        let precision = precision.orAvailable
        return precision == .float32 ? "\(variant)-1" : "\(variant)-\(precision)-1"
    }

    /// Floats of weights, bias and a vector that is read ahead and never used.
    package func count(_ variant: KernelVariant) -> Int {
        let columns = variant.panelColumns
        return weightCount(variant) + (hasBias ? (outputs + columns - 1) / columns * columns : 0) + 16
    }

    func weightCount(_ variant: KernelVariant) -> Int {
        let lanes = variant.lanes
        switch method {
        case .direct where precision == .bfloat16:
            return scene_bfloat_count(Int32(side), Int32(side * inputs), outputs)
        case .direct: return scene_packed_count(lanes, side * side * inputs, outputs)
        case .winograd2, .winograd4:
            let frequencies = (method.tileSize + 2) * (method.tileSize + 2)
            return frequencies * scene_packed_count(lanes, inputs, outputs)
        }
    }
}
