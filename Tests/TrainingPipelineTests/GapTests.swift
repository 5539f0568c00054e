import Foundation
import SceneTraining
import TestSupport
import Testing
import TrainingPipeline

/// Films with a gap, read for training.
@Suite struct GapTests {
    /// What stands behind the gap changes no score before it: it is scored as a film of its own.
    @Test func noWindowReachesAcrossAGap() throws {
        let folder = try FilmCollectionTests.Folder()
        func film(_ path: String) throws -> TrainingFilm {
            try #require(try folder.read([path]).trainingFilms().first)
        }
        let whole = try film(Fixtures.gap().path)
        #expect(whole.shotCount == 20 && whole.restarts == [10])
        let scores = whole.coherence(neighborCount: 8)
        #expect(scores.count == 20 && scores[9] == 0)
        let alone = try film(Fixtures.path("cuts.ts"))
        #expect(alone.restarts.isEmpty)
        let wanted = alone.coherence(neighborCount: 8)
        let isSame = zip(scores, wanted).allSatisfy { abs($0 - $1) < 1e-5 }
        #expect(wanted.count == 10 && isSame, "\(scores) \(wanted)")
    }

    /// A gap ends its scene by itself: labels at both its ends are left out, those at cuts are not.
    @Test func labelsAtGaps() throws {
        let folder = try FilmCollectionTests.Folder()
        let labels = try folder.text("labels.json", #"{"fps":25,"boundaries":[165,400,1463,1628]}"#)
        var films = try folder.read([Fixtures.gap().path])
        try films.label([labels], tolerance: 0.3)
        let found = try #require(try films.trainingFilms()[0].labels)
        #expect(found.indices.filter { found[$0] } == [3, 13])
        #expect(films.notes.count == 1 && films.notes[0].contains("2 labeled boundaries lie at gaps"))
        let taken = films.takeNotes()
        #expect(taken.count == 1 && films.notes.isEmpty)
    }

    /// An interval in which a gap lies belongs to the gap, though a cut lies in it, too.
    @Test(arguments: [(13.5, 16.5, false), (13.5, 15.5, true), (16.0, 16.0, false)])
    func intervalsWithAGap(end: Double, start: Double, isAtCut: Bool) throws {
        let folder = try FilmCollectionTests.Folder()
        let labels = try folder.text(
            "labels.json",
            #"{"scenes":[{"start_s":0,"end_s":\#(end)},{"start_s":\#(start)}]}"#)
        var films = try folder.read([Fixtures.gap().path])
        try films.label([labels], tolerance: 0.3)
        let found = try #require(try films.trainingFilms()[0].labels)
        #expect(found.indices.filter { found[$0] } == (isAtCut ? [8] : []))
    }
}
