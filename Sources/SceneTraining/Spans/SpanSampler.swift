package import NeuralNet

/// Draws the span of a sequence that is hidden: its length m uniform in 1...floor(a N), then its start
/// uniform among the N - m + 1 that fit (Xiao et al., CVPR 2022, section 3.3).
package struct SpanSampler: Hashable, Sendable {
    /// N.
    package let tokenCount: Int
    /// floor(a N), at least 1 and at most N.
    package let longest: Int

    /// `share`: a, above 0, at most 1. A product that binary fractions put just below a whole number counts
    /// as that.
    package init(tokenCount: Int, share: Double) {
        precondition(share > 0 && share <= 1, "a share of the sequence")
        self.init(tokenCount: tokenCount, longest: Int(share * Double(tokenCount) + 1e-9))
    }

    /// `longest` is brought into 1...N.
    package init(tokenCount: Int, longest: Int) {
        precondition(tokenCount > 0, "a token")
        self.tokenCount = tokenCount
        self.longest = min(max(longest, 1), tokenCount)
    }

    package func draw(using random: inout RandomStream) -> Range<Int> {
        let length = 1 + random.position(below: longest)
        let start = random.position(below: tokenCount - length + 1)
        return start..<start + length
    }
}
