/// What one pass through an attention layer covers: B sequences of T tokens each, and the tokens of every
/// sequence whose outputs are wanted.
///
/// All tokens are attended to in any case; a last layer of which one token is read computes that token alone.
package struct AttentionShape: Equatable, Sendable {
    package let batch: Int
    package let tokens: Int
    /// The wanted tokens, if they follow one another and are the same in every sequence.
    package let queries: Range<Int>?
    /// Rows of the input [B T] that hold the queries, sequence after sequence: what row i of the output
    /// answers.
    package let queryRows: [Int]
    /// Row of the output where each sequence begins, and at last the number of rows.
    private let starts: [Int]

    /// The same consecutive tokens of every sequence.
    package init(batch: Int, tokens: Int, queries: Range<Int>) {
        precondition(
            batch > 0 && tokens > 0 && !queries.isEmpty, "a shape with sequences, tokens and queries")
        precondition(queries.lowerBound >= 0 && queries.upperBound <= tokens, "queries among the tokens")
        self.batch = batch
        self.tokens = tokens
        self.queries = queries
        queryRows = (0..<batch).flatMap { sequence in queries.map { sequence * tokens + $0 } }
        starts = (0...batch).map { $0 * queries.count }
    }

    /// Tokens of each sequence's own, at least one, in any order; those of a sequence differ.
    package init(tokens: Int, queries: [[Int]]) {
        precondition(!queries.isEmpty && queries.allSatisfy { !$0.isEmpty }, "sequences with queries")
        precondition(
            queries.allSatisfy { $0.allSatisfy { $0 >= 0 && $0 < tokens } }, "queries among the tokens")
        batch = queries.count
        self.tokens = tokens
        self.queries = nil
        queryRows = queries.enumerated().flatMap { sequence, chosen in chosen.map { sequence * tokens + $0 } }
        starts = queries.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    }

    /// Every token of every sequence.
    package init(batch: Int, tokens: Int) { self.init(batch: batch, tokens: tokens, queries: 0..<tokens) }

    /// B x T.
    package var inputRows: Int { batch * tokens }
    /// Queries of all sequences.
    package var outputRows: Int { queryRows.count }
    package var coversAllTokens: Bool { queries?.count == tokens }

    /// Rows of the input that hold the tokens of a sequence.
    func inputRows(of sequence: Int) -> Range<Int> { sequence * tokens..<(sequence + 1) * tokens }

    /// Rows of the input that hold the queries of a sequence, which follow one another (`queries`).
    func consecutiveQueryRows(of sequence: Int) -> Range<Int> {
        guard let queries else {
            preconditionFailure("inference answers for the same tokens of every sequence")
        }
        return sequence * tokens + queries.lowerBound..<sequence * tokens + queries.upperBound
    }

    /// Rows of the output that belong to a sequence.
    func outputRows(of sequence: Int) -> Range<Int> { starts[sequence]..<starts[sequence + 1] }
}
