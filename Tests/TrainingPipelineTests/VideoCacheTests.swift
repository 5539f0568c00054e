import Foundation
import MediaInput
import Platform
import ScenePipeline
import SceneTraining
import TensorKernels
import TestSupport
import Testing
import TrainingPipeline

/// What the cache of videos keeps, and what it does not.
@Suite struct VideoCacheTests {
    /// A film that broke off counts as far as it goes, is told of, and is read anew when it may be whole.
    @Test func whatBrokeOffIsNotKept() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "scened-cache-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let whole = try Data(contentsOf: URL(filePath: Fixtures.path("cuts.mp4")))
        let film = folder.appending(path: "film.mp4")
        let cache = VideoCache(
            folder: folder.appending(path: "cache").path, options: SegmentOptions(), threads: 1)
        func read() throws -> VideoCache.Reading {
            try cache.film(film.path, stop: StopFlag(), report: { _ in })
        }
        try whole.prefix(whole.count * 6 / 10).write(to: film)
        let torn = try read()
        #expect(torn.damage != nil)
        #expect(try PosixFiles().names(in: cache.folder).isEmpty)
        var collection = FilmCollection()
        try collection.read(
            FilmCollection.sources([film.path]), array: nil, cache: cache, stop: StopFlag(),
            progress: { _, _, _, _ in })
        #expect(collection.notes.count == 1 && collection.notes[0].contains("broke off"))
        try whole.write(to: film)
        for _ in 0..<2 {
            let reading = try read()
            #expect(reading.damage == nil)
            #expect(reading.film.film.embeddings.rows > torn.film.film.embeddings.rows)
            #expect(try PosixFiles().names(in: cache.folder).count == 1)
        }
    }
}
