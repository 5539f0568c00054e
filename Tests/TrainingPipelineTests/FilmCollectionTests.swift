import Foundation
import MediaInput
import SceneModel
import ScenePipeline
import SceneTraining
import TensorKernels
import TestSupport
import Testing
import Timeline
import TrainingPipeline

/// Films and labels as they are found on disk.
@Suite struct FilmCollectionTests {
    /// A folder that goes away with the test.
    final class Folder {
        let path = FileManager.default.temporaryDirectory.appending(path: "scened-\(UUID().uuidString)").path

        init() throws {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        @discardableResult
        func text(_ name: String, _ text: String) throws -> String {
            try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)"))
            return "\(path)/\(name)"
        }

        /// Six shots of two seconds: at 25 pictures a second they end at 2, 4, ... seconds.
        func film(_ name: String, labels: [Int64]? = nil) throws {
            var writer = SafetensorsWriter()
            writer.add("embeddings", shape: [6, 2], floats: (0..<12).map { Float($0) })
            let shots = (0..<6).flatMap { (shot: Int64) -> [Int64] in [shot * 50, shot * 50 + 49] }
            writer.add("shots", shape: [6, 2], integers: shots)
            if let labels { writer.add("labels", shape: [6], integers: labels) }
            try writer.write(to: "\(path)/\(name).safetensors")
        }

        func read(_ paths: [String]? = nil, array: String? = nil) throws -> FilmCollection {
            var films = FilmCollection()
            try films.read(
                FilmCollection.sources(paths ?? [path]), array: array,
                cache: VideoCache(folder: path + "/cache", options: SegmentOptions(), threads: 1),
                stop: StopFlag(), progress: { _, _, _, _ in })
            return films
        }
    }

    static let forms: [(name: String, text: String, wanted: [Int])] = [
        ("film.json", #"{"fps":25,"boundaries":[101,{"at":200}]}"#, [1, 3]),
        ("film.json", #"{"fps":"50/2","boundaries":[100,200]}"#, [1, 3]),
        ("film_scenes.json", #"{"scenes":[{"start_s":0},{"start_s":3.8},{"start_s":8.2}]}"#, [1, 3]),
        ("film.csv", "shot,label\n0,0\n1,1\n2,0\n3,1\n4,0\n5,-1\n", [1, 3, 5]),
        ("all.csv", "film,shot,label\nfilm,0,1\nfilm,1,0\nfilm,2,0\nfilm,3,0\nfilm,4,0\nfilm,5,1\n", [0, 5]),
        (
            "labels.json",
            #"[{"film":"film","shot":5,"label":0},{"shot":4,"film":"film","label":1},{"shot":3,"film":"film","label":0},{"shot":2,"film":"film","label":0},{"shot":1,"film":"film","label":0},{"shot":0,"film":"film","label":0}]"#,
            [4]
        ),
        (
            "film.events.jsonl",
            """
            {"type":"stream_start","feed":"x","input":"y.mp4"}
            {"type":"shot","index":0,"start":{"t":0},"end":{"t":4.0}}
            {"type":"shot","index":1,"start":{"t":4.0},"end":{"t":12}}
            {"type":"boundary","id":"b","state":"final","kind":"cut","left_shot":0,"score":0.9,"at":{"t":4}}
            """, [1]
        ),
    ]

    /// What was kept is taken again only for what would be found again.
    @Test func keptFilmsAreOfOneDetectorAndEncoder() throws {
        let folder = try Folder()
        let film = try folder.text("film.mp4", "a film")
        func entry(_ options: SegmentOptions, encoder: String = "a") throws -> String {
            try VideoCache(folder: folder.path, options: options, threads: 1).entry(
                of: film, encoder: encoder)
        }
        var listed = SegmentOptions()
        listed.detector = .listed(CutList(entries: []))
        let usual = try entry(SegmentOptions())
        #expect(try entry(SegmentOptions()) == usual)
        #expect(try entry(listed) != usual)
        #expect(try entry(SegmentOptions(), encoder: "b") != usual)
    }

    @Test(arguments: forms.indices)
    func formsOfLabels(form: Int) throws {
        let folder = try Folder()
        try folder.film("film")
        let form = Self.forms[form]
        let labels = try folder.text(form.name, form.text)
        var films = try folder.read()
        try films.label([labels], tolerance: 0.3)
        let found = try #require(try films.trainingFilms()[0].labels)
        #expect(found.indices.filter { found[$0] } == form.wanted)
        #expect(films.notes.isEmpty)
    }

    /// Lists that count as players do are matched from the first picture, which comes 1.61 s behind the
    /// sound; others are so already.
    @Test(arguments: [
        ("delayed.vtt", "WEBVTT\n\n00:01.610 --> 00:03.210\na\n\n00:03.210 --> 00:09.000\nb\n"),
        ("delayed.json", #"{"fps":25,"boundaries":[40]}"#),
    ])
    func listsOfPlayers(name: String, text: String) throws {
        let folder = try Folder()
        let labels = try folder.text(name, text)
        var films = try folder.read([Fixtures.path("delayed.mkv")])
        try films.label([labels], tolerance: 0.05)
        let found = try #require(try films.trainingFilms()[0].labels)
        #expect(found.indices.filter { found[$0] } == [0])
        #expect(films.notes.isEmpty)
    }

    /// A time that no cut is near is left out and said; the film's end is no cut.
    @Test func timesWithoutCuts() throws {
        let folder = try Folder()
        try folder.film("film")
        let labels = try folder.text("film.json", #"{"fps":25,"boundaries":[60,100,300]}"#)
        var films = try folder.read()
        try films.label([labels], tolerance: 0.3)
        #expect(try films.trainingFilms()[0].labels == [false, true, false, false, false, false])
        #expect(films.notes.count == 1 && films.notes[0].contains("2 labeled boundaries"))
    }

    @Test func filmsFindTheirLabels() throws {
        let folder = try Folder()
        try folder.film("one", labels: [0, 0, 1, 0, 0, 1])
        try folder.film("two")
        let labels = try folder.text(
            "table.csv", "film,shot,label\n" + (0..<6).map { "two,\($0),\($0 % 2)\n" }.joined())
        let strange = try folder.text("three.json", #"{"fps":25,"boundaries":[100]}"#)
        var films = try folder.read()
        try films.label([labels, strange], tolerance: 0.3)
        let read = try films.trainingFilms()
        #expect(read.map(\.id) == ["one", "two"])
        #expect(read[0].labels == [false, false, true, false, false, true])
        #expect(read[1].labels == [false, true, false, true, false, true])
        #expect(read[1].durations == [2, 2, 2, 2, 2, 2])
        #expect(films.notes.isEmpty && films.strayLabels == [["three"]])
        #expect(throws: TrainingDataError.self) { try films.label([labels, labels], tolerance: 0.3) }
    }

    @Test func arraysThatDoNotFit() throws {
        let folder = try Folder()
        var writer = SafetensorsWriter()
        writer.add("a", shape: [3, 2], floats: [1, 2, 3, 4, 5, 6])
        writer.add("b", shape: [3, 2], floats: [1, 2, .nan, 4, 5, 6])
        writer.add("boundary", shape: [2], integers: [0, 1])
        try writer.write(to: folder.path + "/film.safetensors")
        for (array, text) in [(nil, "--array"), ("c", "--array"), ("b", "not a number"), ("a", "boundary")] {
            let error = #expect(throws: TrainingDataError.self) { try folder.read(array: array) }
            #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
        }
        #expect(throws: TrainingDataError.self) { try folder.read(["/nowhere"]) }
    }

    /// Several arrays are cues of a relational network, and of no other.
    @Test func severalArrays() throws {
        let folder = try Folder()
        var writer = SafetensorsWriter()
        writer.add("a", shape: [3, 2], floats: [1, 2, 3, 4, 5, 6])
        writer.add("b", shape: [3, 1], floats: [7, 8, 9])
        writer.add("short", shape: [2, 1], floats: [7, 8])
        try writer.write(to: folder.path + "/film.safetensors")
        let read = try folder.read(array: "a,b")
        let film = try #require(try read.trainingFilms(for: .relations).first)
        #expect(film.embeddings.values == [1, 2, 3, 4, 5, 6])
        #expect(film.furtherEmbeddings.map(\.values) == [[7, 8, 9]] && film.furtherEncoders == ["b"])
        #expect(film.cues.typicalDistances == [nil, nil])
        let failure = #expect(throws: TrainingDataError.self) { try read.trainingFilms() }
        #expect(failure?.description.contains("name one with --array, or train a relational") == true)
        #expect(try folder.read(array: "a").trainingFilms().count == 1)
        for (array, words) in [("a,short", "hold 3 and 2 shots"), ("a,none", "named none")] {
            let failure = #expect(throws: TrainingDataError.self) { try folder.read(array: array) }
            #expect(failure?.description.contains(words) == true, "\(failure?.description ?? "")")
        }
    }

    @Test func filmsOfTwoEncodersAreRefused() throws {
        let folder = try Folder()
        try folder.film("film")
        var writer = SafetensorsWriter()
        writer.add("embeddings", shape: [2, 3], floats: [1, 2, 3, 4, 5, 6])
        try writer.write(to: folder.path + "/wide.safetensors")
        let films = try folder.read()
        #expect(throws: TrainingDataError.self) { try films.trainingFilms() }
    }
}
