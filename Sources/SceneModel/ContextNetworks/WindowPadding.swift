internal import NeuralNet
internal import TensorKernels

// Shapes: B windows, S shots.

/// Which shots of some windows are there, where films are shorter than a window or begin or end within it.
/// Windows of n <= S shots lie anywhere in their S rows; the others are padding.
package struct WindowPadding: Hashable, Sendable {
    /// The shots of each window [B] that are there, within 0..<S and none empty.
    package let present: [Range<Int>]

    package init(present: [Range<Int>]) {
        precondition(present.allSatisfy { !$0.isEmpty && $0.lowerBound >= 0 }, "windows with shots")
        self.present = present
    }

    /// Shots of a window of `count` that are missing.
    func missing(window: Int, of count: Int) -> [Int] {
        precondition(present[window].upperBound <= count, "shots of the window")
        return Array(0..<present[window].lowerBound) + Array(present[window].upperBound..<count)
    }

    /// Sets the rows of missing shots to 0, whatever they hold: windows [B S, any].
    func clear(_ windows: inout Matrix) {
        let count = windows.rows / present.count
        let zeros = [Float](repeating: 0, count: windows.columns)
        for window in present.indices {
            for shot in missing(window: window, of: count) {
                windows.setRow(window * count + shot, to: zeros)
            }
        }
    }

    /// The windows in which each of `count` shots is missing.
    func missingWindows(of count: Int) -> [[Int]] {
        (0..<count).map { shot in present.indices.filter { !present[$0].contains(shot) } }
    }

    /// The tokens that nobody attends to, where shot i of `count` is token i + `offset`.
    func attentionMask(of count: Int, offset: Int = 0) -> AttentionMask {
        AttentionMask(
            hidden: present.indices.map { missing(window: $0, of: count).map { $0 + offset } })
    }
}
