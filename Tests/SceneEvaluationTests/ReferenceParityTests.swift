import TestSupport
import SceneEvaluation
import Testing

/// The figures of the BaSSL reference on its recorded films, from the shared fixtures.
@Suite(.enabled(if: Files.shared != nil, "the shared fixtures are absent"))
struct ReferenceParityTests {
    struct Recorded: Decodable {
        struct Scores: Decodable {
            var ap_pooled: Double
            var auc_pooled: Double
            var f1_pooled: Double
            var ap_mean_over_videos: Double
            var miou_mean_over_videos: Double
            var miou_per_video: [String: Double]
            var recall_mean_over_videos: Double
            var recall_at_3s_mean_over_videos: Double
            var acc0: Double
            var acc1: Double

            enum CodingKeys: String, CodingKey {
                case ap_pooled, auc_pooled, ap_mean_over_videos, miou_mean_over_videos, miou_per_video
                case recall_mean_over_videos, recall_at_3s_mean_over_videos, acc0, acc1
                case f1_pooled = "f1_pooled_ge_0.5"
            }
        }

        var scores: Scores
    }

    @Test func metricsAreReproduced() throws {
        let path = try Files.shared("parity/metrics.json")
        let scores = try Files.json(Recorded.self, path).scores
        let request = SceneEvaluation.Request(labels: [path], predictions: [path])
        let figures = SceneFigures(try SceneEvaluation.films(request, [path]).films)
        let tolerance = 1e-6
        expectNear(figures.value(.averagePrecision, .pooled), scores.ap_pooled, within: tolerance)
        expectNear(figures.value(.rocArea, .pooled), scores.auc_pooled, within: tolerance)
        expectNear(figures.value(.f1, .pooled), scores.f1_pooled, within: tolerance)
        expectNear(figures.value(.averagePrecision, .perFilm), scores.ap_mean_over_videos, within: tolerance)
        expectNear(figures.value(.meanOverlap, .perFilm), scores.miou_mean_over_videos, within: tolerance)
        expectNear(figures.value(.recall, .perFilm), scores.recall_mean_over_videos, within: tolerance)
        expectNear(
            figures.value(.recallWithin3Seconds, .perFilm), scores.recall_at_3s_mean_over_videos,
            within: tolerance)
        expectNear(figures.value(.accuracyOfOthers, .pooled), scores.acc0 / 100, within: tolerance)
        expectNear(figures.value(.accuracyOfBoundaries, .pooled), scores.acc1 / 100, within: tolerance)
        for (film, evaluated) in figures.films.enumerated() {
            expectNear(
                figures.value(.meanOverlap, film: film), try #require(scores.miou_per_video[evaluated.id]),
                within: tolerance)
        }
    }
}
