/// Means and deviations of Y', Cb and Cr in the cells of a 3 x 3 grid, row by row. Values are 0...1 and
/// -1...1.
struct CellMoments: Sendable {
    /// Per cell: sums of Y, Cb, Cr, count; then of Y^2, Cb^2, Cr^2.
    private var first = [9 of SIMD4<Float>](repeating: .zero)
    private var second = [9 of SIMD4<Float>](repeating: .zero)

    init() {}

    mutating func add(_ cell: Int, luma: Float, blue: Float, red: Float) {
        let sample = SIMD4(luma, blue, red, 1)
        first[cell] += sample
        second[cell] += sample * sample
    }

    /// The six values of a cell's layout; chroma counts double, for it spans less of its range than luma.
    func values(_ cell: Int) -> [Float] {
        let mean = first[cell] / max(first[cell][3], 1)
        let variance = second[cell] / max(first[cell][3], 1) - mean * mean
        let luma = max(variance[0], 0).squareRoot()
        let chroma = max(variance[1] + variance[2], 0).squareRoot()
        return [mean[0], 1 - mean[0], 2 * mean[1], 2 * mean[2], luma, 2 * chroma]
    }

    /// Mean and deviation of Y over all cells.
    var whole: (mean: Float, deviation: Float) {
        var one = SIMD4<Float>.zero
        var two = SIMD4<Float>.zero
        for cell in 0..<9 {
            one += first[cell]
            two += second[cell]
        }
        let mean = one[0] / max(one[3], 1)
        return (mean, max(two[0] / max(one[3], 1) - mean * mean, 0).squareRoot())
    }
}
