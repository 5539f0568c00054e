import SceneModel
import SceneTraining
import Testing
import TrainingPipeline

/// Lengths of shots in files of simple arrays.
@Suite struct ShotSecondsTests {
    private func film(_ array: String, _ values: [Int64]) throws -> TrainingFilm? {
        let folder = try FilmCollectionTests.Folder()
        var writer = SafetensorsWriter()
        writer.add("embeddings", shape: [3, 2], floats: [1, 2, 3, 4, 5, 6])
        writer.add(array, shape: array == "shots" ? [3, 2] : [3], integers: values)
        try writer.write(to: folder.path + "/film.safetensors")
        return try folder.read().trainingFilms().first
    }

    /// Training multiplies lengths, and divides by them: what no shot lasts is refused, and the array named.
    @Test(
        arguments: [
            ("durations", [1, -3, 2]), ("durations", [1, 1_000_001, 2]), ("durations", [.max, 1, 2]),
            ("shots", [0, 49, 50, 20, 100, 149]), ("shots", [0, 49, 50, 1 << 40, 100, 149]),
        ] as [(String, [Int64])])
    func whatNoShotLasts(array: String, values: [Int64]) {
        let failure = #expect(throws: TrainingDataError.self) { try film(array, values) }
        let text = failure?.description ?? ""
        #expect(failure?.code == .unusable && text.contains("array \(array) holds"), "\(text)")
    }

    @Test func whatShotsLast() throws {
        #expect(try film("durations", [0, 1_000_000, 2])?.durations == [0.04, 1_000_000, 2])
        #expect(try film("shots", [0, 49, 50, 49, 100, 149])?.durations == [2, 0.04, 2])
    }
}
