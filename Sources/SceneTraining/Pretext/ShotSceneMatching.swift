internal import NeuralNet
internal import TensorKernels

// Shapes: B windows, S shots, P projected width.

/// SSM: a window's end and the mean of its pseudo-scene are a pair (shot-scene matching of BaSSL, arXiv
/// 2201.05277, as its code has it): the mean of the projected shots is made a unit vector; for each side the
/// pairs of the batch contrast with one another; the sides are averaged.
enum ShotSceneMatching {
    /// Loss and gradients for the projected ends [2B, P] (left, right, left, ...) and shots [B S, P].
    static func gradient(
        ends: Matrix, shots: Matrix, scenes: [PseudoScenes], temperature: Float
    ) -> (loss: Double, dEnds: Matrix, dShots: Matrix) {
        let count = shots.rows / scenes.count
        var dEnds = Matrix(rows: ends.rows, columns: ends.columns)
        var dShots = Matrix(rows: shots.rows, columns: shots.columns)
        var loss = 0.0
        for side in 0..<2 {
            let groups = scenes.map { side == 0 ? $0.left : $0.right }
            var means = Matrix(rows: scenes.count, columns: shots.columns)
            var chosen = means
            for (window, group) in groups.enumerated() {
                for shot in group { addRowsInto(&means, row: window, shots, inputRow: window * count + shot) }
                scaleRow(&means, window, by: 1 / Float(group.count))
                copyRowsInto(
                    &chosen, from: window, ends, rows: 2 * window + side..<2 * window + side + 1)
            }
            let unit = UnitRows(means)
            var pass = ContrastiveLoss.gradient(
                first: chosen, second: unit.values, temperature: temperature)
            loss += pass.loss / 2
            unit.backward(&pass.dSecond)
            for (window, group) in groups.enumerated() {
                scaleRow(&pass.dFirst, window, by: 0.5)
                scaleRow(&pass.dSecond, window, by: 0.5 / Float(group.count))
                addRowsInto(&dEnds, row: 2 * window + side, pass.dFirst, inputRow: window)
                for shot in group {
                    addRowsInto(&dShots, row: window * count + shot, pass.dSecond, inputRow: window)
                }
            }
        }
        return (loss, dEnds, dShots)
    }
}
