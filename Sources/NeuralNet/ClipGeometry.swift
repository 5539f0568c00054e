/// Where the filters of a residual network see several frames.
package struct ClipGeometry: Hashable, Sendable {
    /// Frames of the first convolution, an odd number, and from one that it makes to the next.
    package var stemFrames: Int
    package var stemStride: Int
    /// Frames of the first convolution of each block, by stage; the last counts for later stages.
    package var blockFrames: [Int]

    package init(stemFrames: Int, stemStride: Int, blockFrames: [Int]) {
        precondition(([stemFrames] + blockFrames).allSatisfy { $0 % 2 == 1 }, "filters with a middle")
        precondition(stemStride >= 1 && !blockFrames.isEmpty, "a stride and a stage")
        self.stemFrames = stemFrames
        self.stemStride = stemStride
        self.blockFrames = blockFrames
    }

    /// One frame everywhere: single pictures.
    package static let pictures = ClipGeometry(stemFrames: 1, stemStride: 1, blockFrames: [1])
    /// The slow pathway alone (SlowFast, table 1): no frame is mixed with others before the third stage.
    package static let slow = ClipGeometry(stemFrames: 1, stemStride: 1, blockFrames: [1, 1, 3, 3])
    /// Slow-D (Xiao et al., CVPR 2022; the R3D-50 of CVRL): the first convolution sees five frames and keeps
    /// every second.
    package static let slowD = ClipGeometry(stemFrames: 5, stemStride: 2, blockFrames: [1, 1, 3, 3])

    /// Frames of the blocks of a stage, counted from 0.
    func frames(_ stage: Int) -> Int { blockFrames[min(stage, blockFrames.count - 1)] }
}

extension ResidualNetwork {
    /// A network of clips that gives for a clip that stands still what this one of pictures gives for its
    /// picture: all weight on the middle frames. Exact away from a clip's ends, and at them, too, since what
    /// lies beyond them has no weight.
    package func inflated(_ clips: ClipGeometry) -> ResidualNetwork {
        var network = self
        network.stem.convolution = stem.convolution.inflated(
            frames: clips.stemFrames, frameStride: clips.stemStride)
        for stage in stages.indices where clips.frames(stage) > 1 {
            for index in stages[stage].indices {
                network.stages[stage][index].convolutions[0].convolution =
                    stages[stage][index].convolutions[0].convolution.inflated(frames: clips.frames(stage))
            }
        }
        return network
    }

    /// Where this network's filters see several frames.
    package var clips: ClipGeometry {
        ClipGeometry(
            stemFrames: stem.convolution.frames, stemStride: stem.convolution.frameStride,
            blockFrames: stages.map { $0[0].convolutions[0].convolution.frames })
    }
}
