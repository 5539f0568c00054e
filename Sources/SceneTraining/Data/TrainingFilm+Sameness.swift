internal import TensorKernels

extension TrainingFilm {
    /// Whether `other` shows the same film, whatever its name and labels: as many shots, of equal length
    /// within 50 ms, whose embeddings point the same way within a mean cosine of .99. Another decode plan or
    /// thread count changes the last digits of an embedding, so equal bits are not asked for. O(N E).
    package func isSameFilm(as other: TrainingFilm) -> Bool {
        guard shotCount == other.shotCount, embeddings.columns == other.embeddings.columns,
            zip(durations, other.durations).allSatisfy({ abs($0 - $1) <= 0.05 })
        else { return false }
        var sum = 0.0
        for shot in 0..<shotCount { sum += Self.cosine(embeddings.row(shot), other.embeddings.row(shot)) }
        return sum / Double(shotCount) >= 0.99
    }

    /// 1 for two blank shots, whose embeddings are zero; 0 where only one is blank.
    private static func cosine(_ left: [Float], _ right: [Float]) -> Double {
        var (product, leftSquares, rightSquares) = (0.0, 0.0, 0.0)
        for (a, b) in zip(left, right) {
            product += Double(a) * Double(b)
            leftSquares += Double(a) * Double(a)
            rightSquares += Double(b) * Double(b)
        }
        if leftSquares == 0, rightSquares == 0 { return 1 }
        let length = (leftSquares * rightSquares).squareRoot()
        return length > 0 ? product / length : 0
    }
}
