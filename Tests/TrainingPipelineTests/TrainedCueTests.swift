import MediaInput
import SceneModel
import ScenePipeline
import SceneTraining
import TestSupport
import Testing
import TrainingPipeline

/// By what the films of a relational network are compared.
@Suite struct TrainedCueTests {
    /// Films, each described with or without its sound.
    private func films(_ clips: [(name: String, hears: Bool)]) throws -> FilmCollection {
        let folder = try FilmCollectionTests.Folder()
        var films = FilmCollection()
        for clip in clips {
            try films.read(
                FilmCollection.sources([Fixtures.path(clip.name)]), array: nil,
                cache: VideoCache(
                    folder: folder.path + "/cache", options: SegmentOptions(), threads: 1,
                    similarity: clip.hears ? [.encoder, .sound] : [.encoder]),
                stop: StopFlag(), progress: { _, _, _, _ in })
        }
        return films
    }

    private func failure(_ body: () throws -> [TrainingFilm]) -> String {
        let failure = #expect(throws: TrainingDataError.self) { try body() }
        return failure?.description ?? ""
    }

    /// A film without sound has a cue that is blank; one whose file lacks the cue cannot stand beside it, nor
    /// judge a network that asks for it.
    @Test func cuesAreThoseOfAllFilms() throws {
        let heard = try films([("cuts.mp4", true), ("dissolve.mp4", true)])
        let seen = try films([("fade.mp4", false)])
        #expect(try heard.trainingFilms(for: .relations).count == 2)
        #expect(try heard.trainingFilms(for: .relations, beside: heard).count == 2)
        // `score` takes a film that holds more, and compares by all.
        #expect(try heard.trainingFilms(for: .relations, beside: seen).count == 2)
        #expect(
            failure { try seen.trainingFilms(for: .relations, beside: heard) }
                .contains("film 'fade' of --validate holds no sound-1"))
        let mixed = try films([("cuts.mp4", true), ("dissolve.mp4", false)])
        let text = failure { try mixed.trainingFilms(for: .relations) }
        #expect(text.contains("film 'dissolve' is compared by its encoder alone"), "\(text)")
        #expect(text.contains("film 'cuts' by its encoder and sound-1"), "\(text)")
        // A network of embeddings leaves them out.
        #expect(try mixed.trainingFilms().count == 2)
    }
}
