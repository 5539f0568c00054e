import SceneEvaluation
import SceneModel
import SceneTraining
import TensorKernels
import Testing
import Timeline

/// Films that never were, and the network that was trained on them.
@Suite struct SyntheticFilmTests {
    static func film(_ number: Int, seed: UInt64 = 1) -> TrainingFilm {
        SyntheticFilm.make(number: number, shots: 120, traits: SyntheticTraits(), seed: seed)
    }

    @Test func equalSeedsGiveEqualFilms() {
        #expect(TrainingFilm.identity([Self.film(4)]) == TrainingFilm.identity([Self.film(4)]))
        let others = [Self.film(5), Self.film(4, seed: 2)].map { TrainingFilm.identity([$0]) }
        #expect(!others.contains(TrainingFilm.identity([Self.film(4)])))
    }

    /// Every film has scenes, whole ones, and shots as long as shots are.
    @Test func filmsAreFilms() throws {
        for number in 0..<30 {
            let film = Self.film(number)
            let labels = try #require(film.labels)
            #expect(film.shotCount >= 120 && labels.last == true)
            #expect(labels.count(where: \.self) > 3)
            #expect(film.durations.allSatisfy { $0 >= 0.2 && $0 < 1000 })
            #expect(film.embeddings.values.allSatisfy(\.isFinite) && film.entries[0] == .start)
        }
    }

    /// The network that is part of the program finds scenes of films that it was not trained on, and those of
    /// another maker and another width.
    @Test func theNetworkOfTheProgramFindsScenes() throws {
        let file = try SafetensorsFile(path: "builtin:relational")
        let metadata = try ModelMetadata(file.metadata, path: file.path)
        #expect(metadata.context == .relational && metadata.threshold != nil)
        func figure(_ films: [TrainingFilm]) throws -> Double {
            let evaluated = try films.compactMap { film in
                var scorer = try ModelFile.scorer(
                    file, encoder: "any", dimension: film.embeddings.columns)
                return film.evaluated(scores: ContextModelTests.stream(film, &scorer))
            }
            return SceneFigures(evaluated).value(.averagePrecision, .perFilm) ?? 0
        }
        #expect(try figure((1000..<1010).map { Self.film($0, seed: 77) }) > 0.7)
        #expect(try figure((1...6).map { TrainingRunTests.film(UInt64($0)) }) > 0.7)
    }

    @Test func unknownNamesAreRefused() {
        let error = #expect(throws: ModelFileError.self) { try ModelFile(path: "builtin:nothing") }
        #expect(error?.description.contains("builtin:relational") == true)
    }
}
