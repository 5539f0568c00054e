import SceneModel
import SceneTraining
import TensorKernels

/// The films of a study: one safetensors file per film with `boundary` and `shots` (I64) and features
/// `feat_*` (F32), as `tools/train/features-to-safetensors` writes them.
struct StudyFilms {
    /// Films that have the feature, by id.
    var films: [TrainingFilm]

    init(folder: String, ids: [String], feature: String) throws {
        films = []
        for id in ids {
            let file = try SafetensorsFile(path: "\(folder)/\(id).safetensors")
            guard let entry = file.entry("feat_\(feature)") else { continue }
            var values = try file.floats("feat_\(feature)")
            // Histograms: the root makes their cosine the Bhattacharyya coefficient.
            if feature == "HSV" { values = values.map { $0.squareRoot() } }
            let ranges = try file.integers("shots")
            films.append(
                TrainingFilm(
                    id: id, embeddings: Matrix(rows: entry.shape[0], columns: entry.shape[1], values: values),
                    durations: (0..<entry.shape[0]).map { shot -> Double in
                        let pictures = ranges[2 * shot + 1] - ranges[2 * shot] + 1
                        return Double(pictures) / 25
                    },
                    labels: try file.integers("boundary").map { $0 == 1 }))
        }
    }
}
