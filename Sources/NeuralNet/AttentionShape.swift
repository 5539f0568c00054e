/// What one pass through an attention layer covers: B sequences of T tokens each, and the Q consecutive tokens of every
/// sequence whose outputs are wanted.
///
/// All tokens are attended to in any case; a last layer of which one token is read computes that token alone.
package struct AttentionShape: Equatable, Sendable {
    package let batch: Int
    package let tokens: Int
    package let queries: Range<Int>

    package init(batch: Int, tokens: Int, queries: Range<Int>) {
        precondition(
            batch > 0 && tokens > 0 && !queries.isEmpty, "a shape with sequences, tokens and queries")
        precondition(queries.lowerBound >= 0 && queries.upperBound <= tokens, "queries among the tokens")
        self.batch = batch
        self.tokens = tokens
        self.queries = queries
    }

    /// Every token of every sequence.
    package init(batch: Int, tokens: Int) { self.init(batch: batch, tokens: tokens, queries: 0..<tokens) }

    /// B x T.
    package var inputRows: Int { batch * tokens }
    /// B x Q.
    package var outputRows: Int { batch * queries.count }
    package var coversAllTokens: Bool { queries.count == tokens }

    /// Rows of the input that hold the tokens of a sequence.
    func inputRows(of sequence: Int) -> Range<Int> { sequence * tokens..<(sequence + 1) * tokens }

    /// Rows of the input that hold the queries of a sequence.
    func queryRows(of sequence: Int) -> Range<Int> {
        sequence * tokens + queries.lowerBound..<sequence * tokens + queries.upperBound
    }

    /// Rows of the output that belong to a sequence.
    func outputRows(of sequence: Int) -> Range<Int> {
        sequence * queries.count..<(sequence + 1) * queries.count
    }
}
