package import TensorKernels

/// A window cut in two pseudo-scenes.
package struct PseudoScenes: Hashable, Sendable {
    /// Last position of the left pseudo-scene, 0...S-2.
    package var boundary: Int
    /// Positions that belong to each; after a vertical move of the alignment one position is in both.
    package var left: [Int]
    package var right: [Int]

    package init(boundary: Int, left: [Int], right: [Int]) {
        self.boundary = boundary
        self.left = left
        self.right = right
    }

    /// A cut after `boundary` in a window of `shotCount` shots.
    package init(boundary: Int, shotCount: Int) {
        precondition((0..<shotCount - 1).contains(boundary), "shots on both sides")
        self.init(
            boundary: boundary, left: Array(0...boundary), right: Array(boundary + 1..<shotCount))
    }

    /// As BaSSL codes it: the dense sequence is aligned with its two ends, and the boundary is the last
    /// position on the first one's row. `cost` [2, S] is 1 - cosine similarity of the projected ends and
    /// shots.
    package init(warping cost: Matrix) {
        precondition(cost.rows == 2 && cost.columns > 1, "two ends and a sequence")
        let path = DynamicTimeWarping.path(cost: cost)
        let left = path.filter { $0.row == 0 }.map(\.column)
        let right = path.filter { $0.row == 1 }.map(\.column)
        self.init(boundary: path.lastIndex { $0.row == 0 } ?? 0, left: left, right: right)
    }

    /// As the paper writes it (BaSSL, equation 3): the cut with the greatest sum of two means, the mean
    /// similarity of each part to its end; the end shots themselves do not count.
    ///
    /// `similarities` [2, S] to the two ends. Both parts keep at least one inner shot: at the last place that
    /// the formula names, its right mean would be 0/0.
    package init(averaging similarities: Matrix) {
        let last = similarities.columns - 1
        let best = Self.bestCut(similarities, left: 0, right: last)
        self.init(boundary: best, shotCount: similarities.columns)
    }

    /// Between two anchors (Genre and Duration, ICLR 2026): the cut that maximizes the sum of the mean
    /// similarities of the shots between the anchors, each part to its own. The pseudo-scenes reach from
    /// anchor to anchor.
    ///
    /// `similarities` [2, S] to the anchors; at least two shots stand between them.
    package init(anchors: ClosedRange<Int>, similarities: Matrix) {
        let best = Self.bestCut(similarities, left: anchors.lowerBound, right: anchors.upperBound)
        self.init(
            boundary: best, left: Array(anchors.lowerBound...best),
            right: Array(best + 1...anchors.upperBound))
    }

    /// The first of equals.
    private static func bestCut(_ similarities: Matrix, left: Int, right: Int) -> Int {
        precondition(
            similarities.rows == 2 && right < similarities.columns && right - left >= 3, "two shots between")
        var leftSum = 0.0
        var rightSum = (left + 1..<right).reduce(0.0) { $0 + Double(similarities[1, $1]) }
        var best = (cut: left + 1, value: -Double.infinity)
        for cut in left + 1..<right - 1 {
            leftSum += Double(similarities[0, cut])
            rightSum -= Double(similarities[1, cut])
            let value = leftSum / Double(cut - left) + rightSum / Double(right - 1 - cut)
            if value > best.value { best = (cut, value) }
        }
        return best.cut
    }
}
