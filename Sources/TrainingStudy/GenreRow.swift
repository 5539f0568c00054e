import NeuralNet
import SceneModel
import SceneTraining

/// One row of the table of genres: what is known of genres, and how pre-training draws its anchors.
struct GenreRow {
    var name: String
    /// nil: without genres.
    var settings: GenreSettings?
    var anchors = AnchorSampling.inverseDuration
    /// Long shots in three parts, which share the embedding that the features give.
    var isSplit = false
    /// The fusion learns in fine-tuning, without pre-training.
    var isDirect = false

    static let all: [GenreRow] = [
        GenreRow(name: "no genres"),
        GenreRow(name: "residual", settings: GenreSettings()),
        GenreRow(name: "residual, affinity as printed", settings: GenreSettings(affinity: .scaled)),
        GenreRow(name: "frames", settings: GenreSettings(fusion: .frames)),
        GenreRow(name: "tokens", settings: GenreSettings(affinity: .scaled, fusion: .tokens)),
        GenreRow(name: "control: uniform affinity", settings: GenreSettings(affinity: .uniform)),
        GenreRow(name: "control: shuffled sentences", settings: GenreSettings(text: .shuffled)),
        GenreRow(name: "control: free bias", settings: GenreSettings(fusion: .bias)),
        GenreRow(name: "residual, names alone", settings: GenreSettings(text: .names)),
        GenreRow(name: "no genres, side", anchors: .side),
        GenreRow(name: "residual, side", settings: GenreSettings(), anchors: .side),
        GenreRow(name: "residual, dw", settings: GenreSettings(), anchors: .duration),
        GenreRow(name: "no genres, split", isSplit: true),
        GenreRow(name: "residual, split", settings: GenreSettings(), isSplit: true),
        GenreRow(name: "residual, not pre-trained", settings: GenreSettings(), isDirect: true),
        GenreRow(name: "no genres, not pre-trained", isDirect: true),
    ]
}
