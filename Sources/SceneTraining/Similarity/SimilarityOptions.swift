/// Sizes of the network that tells alike recordings from others (Movies2Scenes, section 3.2).
package struct SimilarityOptions: Hashable, Sendable {
    /// L: shots of a recording that are seen, from its first; shorter ones are padded.
    package var shotLimit = 1024
    /// Width of both linear layers.
    package var width = 512
    /// Side and stride of the mean pooling of the similarities, and of the maximum pooling behind it.
    package var averageWindow = 16
    package var averageStride = 8
    package var maximumWindow = 16
    package var maximumStride = 8
    /// The order of the two recordings makes no difference: the logits of both orders are averaged.
    package var isSymmetric = true

    /// The paper's sizes.
    package init() {}

    /// Sizes for an archive: the paper's, but no more shots than the longest recording has, and pooling
    /// windows halved until at least 4 x 4 values are left. `lengths`: shots of the recordings.
    package init(lengths: [Int], embeddingWidth: Int) {
        width = min(width, embeddingWidth)
        shotLimit = min(shotLimit, max(8, lengths.max() ?? 8))
        while side < 4, averageStride > 1 {
            (averageWindow, averageStride) = (averageWindow / 2, averageStride / 2)
            (maximumWindow, maximumStride) = (maximumWindow / 2, maximumStride / 2)
        }
        // A few shots: no pooling of maxima.
        if side < 1 { (maximumWindow, maximumStride) = (1, 1) }
    }

    /// Side of what mean pooling leaves; 0 or less: nothing.
    var averageSide: Int { shotLimit < averageWindow ? 0 : (shotLimit - averageWindow) / averageStride + 1 }
    /// Side of what maximum pooling leaves.
    package var side: Int {
        averageSide < maximumWindow ? 0 : (averageSide - maximumWindow) / maximumStride + 1
    }
    /// Numbers that the head sees.
    package var cellCount: Int { side * side }
}
