import NeuralNet
import SceneTraining
import TensorKernels

/// Relational windows of two embeddings of the same shots: the first's tokens, then the second's
/// similarities.
struct TwoCueWindows: WindowSource {
    private let first: RelationalWindows
    private let second: RelationalWindows

    /// A film's embeddings are both, side by side; `widths` says how many numbers the first has.
    init(_ films: [TrainingFilm], neighborCount: Int, truncationShare: Double = 0, noise: Float = 0) {
        func part(_ isFirst: Bool) -> RelationalWindows {
            RelationalWindows(
                films.map { film in
                    var part = film
                    let width = isFirst ? Self.firstWidth : film.embeddings.columns - Self.firstWidth
                    var columns = Matrix(rows: film.shotCount, columns: width)
                    copyColumnsInto(&columns, from: isFirst ? 0 : Self.firstWidth, film.embeddings)
                    part.embeddings = columns
                    return part
                }, neighborCount: neighborCount, truncationShare: truncationShare, noise: noise)
        }
        first = part(true)
        second = part(false)
    }

    /// Numbers of VGG19.
    static let firstWidth = 512

    init(scoring films: [TrainingFilm], neighborCount: Int) {
        self.init(films, neighborCount: neighborCount)
    }

    var variation: String { "two cues, \(first.variation)" }
    var neighborCount: Int { first.neighborCount }
    var width: Int { Self.width(neighborCount: neighborCount) }

    static func width(neighborCount: Int) -> Int { 4 * (2 * neighborCount + 1) + 7 }

    func write(_ place: ShotPlace, into windows: inout Matrix, window: Int, random: inout RandomStream?) {
        let shots = 2 * neighborCount + 1
        // Both see the same variation.
        var same = random
        var (left, right) = (
            Matrix(rows: shots, columns: first.width), Matrix(rows: shots, columns: second.width)
        )
        first.write(place, into: &left, window: 0, random: &random)
        second.write(place, into: &right, window: 0, random: &same)
        for shot in 0..<shots {
            windows.setRow(window * shots + shot, to: left.row(shot) + right.row(shot).prefix(2 * shots))
        }
    }
}
