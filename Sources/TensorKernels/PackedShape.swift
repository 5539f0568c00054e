internal import CSceneKernels

// Shapes: O outputs, I inputs, S side of a square filter.

/// What decides how packed weights lie in memory.
package struct PackedShape: Hashable, Sendable {
    package let outputs: Int
    package let inputs: Int
    package let side: Int
    package let hasBias: Bool
    package let method: ConvolutionMethod

    package init(
        outputs: Int, inputs: Int, side: Int = 1, hasBias: Bool, method: ConvolutionMethod = .direct
    ) {
        precondition(method == .direct || side == 3, "Winograd's method is for filters of 3 x 3")
        self.outputs = outputs
        self.inputs = inputs
        self.side = side
        self.hasBias = hasBias
        self.method = method
    }

    /// Name of the way in which a variant's weights are packed; changes whenever the bytes would.
    package static func form(_ variant: KernelVariant) -> String { "\(variant)-1" }

    /// Floats of weights, bias and a vector that is read ahead and never used.
    package func count(_ variant: KernelVariant) -> Int {
        let columns = variant.panelColumns
        return weightCount(variant) + (hasBias ? (outputs + columns - 1) / columns * columns : 0) + 16
    }

    func weightCount(_ variant: KernelVariant) -> Int {
        let lanes = variant.lanes
        switch method {
        case .direct: return scene_packed_count(lanes, side * side * inputs, outputs)
        case .winograd2, .winograd4:
            let frequencies = (method.tileSize + 2) * (method.tileSize + 2)
            return frequencies * scene_packed_count(lanes, inputs, outputs)
        }
    }
}
