import TestSupport
import SceneEvaluation
import Testing
import TextFiles

struct SceneReaderTests {
    /// Labels of shots 0...3 in every form: 0, 1, 0, 1.
    static let labels: [(name: String, text: String)] = [
        (
            "anno.test.ndjson",
            (0..<4).map {
                "{\"video_id\":\"tt1\",\"shot_id\":\"000\($0)\",\"num_shot\":4,\"boundary_label\":\($0 % 2)}\n"
            }.joined()
        ),
        ("tt1.txt", "0 0\n1 1\n\n2 0\r\n3 1\n"),
        ("labels.csv", "film,shot,label\ntt1,3,1\ntt1,2,0\ntt1,1,1\ntt1,0,0\n"),
        ("tt1.csv", "\u{FEFF}Shot, Label\n0,0\n1,1\n2,0\n3,1\n"),
        (
            "list.json",
            """
            [{"film":"tt1","shot":0,"label":0},{"film":"tt1","shot":1,"label":1},
             {"film":"tt1","shot":2,"label":0},{"film":"tt1","shot":"3","label":1}]
            """
        ),
        ("columns.json", "{\"films\":[{\"id\":\"tt1\",\"label\":[0,1,0,1]}]}"),
    ]
    static let scores =
        "film,shot,score,note\ntt1,0,0.1,x\ntt1,1,0.8,x\ntt1,2,0.3,\ntt1,3,0.6,\nother,0,0.5,\n"
    static let ranges = "0 99 10 50 90\n100 199 1 2 3\n200 299 1 2 3\n300 399 1 2 3\n"

    @Test(arguments: labels)
    func everyFormOfLabelsIsRead(name: String, text: String) throws {
        try Files.temporary([name: text, "scores.csv": Self.scores, "shots/tt1.txt": Self.ranges]) { folder in
            let request = SceneEvaluation.Request(
                labels: [folder + "/" + name], predictions: [folder + "/scores.csv"],
                shotRanges: folder + "/shots")
            let joined = try SceneEvaluation.films(request, request.predictions)
            let film = try #require(joined.films.first)
            #expect(joined.films.count == 1)
            #expect(film.id == "tt1")
            #expect(film.shots.map(\.isBoundary) == [false, true, false, true])
            #expect(film.shots.map(\.score) == [0.1, 0.8, 0.3, 0.6])
            #expect(film.shots.map(\.range?.end) == [99, 199, 299, 399])
            #expect(joined.notes == ["predicted films without labels, left out: 1"])
        }
    }

    @Test func foldersAreReadFileByFileAndUnlabeledShotsLeftOut() throws {
        try Files.temporary([
            "l/a.txt": "0 1\n1 -1\n", "l/b.txt": "0 0\n", "s.csv": "film,shot,score\na,0,1\nb,0,0\n",
        ]) {
            folder in
            let request = SceneEvaluation.Request(labels: [folder + "/l"], predictions: [folder + "/s.csv"])
            let joined = try SceneEvaluation.films(request, request.predictions)
            #expect(joined.films.map(\.id) == ["a", "b"])
            #expect(joined.films[0].shots.count == 1)
            #expect(joined.notes == ["film 'a': shots without a label, left out: 1"])
        }
    }

    static let faults: [(name: String, labels: String, scores: String, says: String)] = [
        ("words", "zero one\n", scores, ":1: 'zero one' is not a shot and its label"),
        ("label", "0 0\n1 2\n", scores, ":2: the label 2 has no meaning"),
        ("twice", "0 0\n0 1\n", scores, "shot 0 of film 'l' stands in it twice"),
        ("empty", "\n\n", scores, "is empty"),
        ("columns", "film,shot\nl,0\n", scores, "the header lacks a column"),
        ("width", "film,shot,label\nl,0\n", scores, ":2: has 2 values under 3 headings"),
        (
            "json", "{\"films\":[{\"id\":\"l\",\"label\":[0,1],\"start\":[1],\"end\":[1,2]}]}", scores,
            "differ in length"
        ),
        ("broken", "{\"films\":[", scores, "is not valid JSON"),
        ("foreign", "{\"a\":1}", scores, "has none of the known keys"),
        ("annotation", "{\"video_id\":\"l\",\"boundary_label\":1}", scores, ":1: 'shot_id' is missing"),
        ("unscored", "0 0\n1 1\n", "film,shot,score\nl,0,0.5\n", "shot 1 has a label but no score"),
        ("nan", "0 0\n", "film,shot,score\nl,0,nan\n", ":2: the score of shot 0 is not a usable number"),
        (
            "film", "film,shot,label\na,0,1\nb,0,1\n", "film,shot,score\na,0,1\n",
            "film 'b' has labels but no predictions"
        ),
        ("scenes", "0 0\n", "{\"scenes\":[{\"start_s\":0}]}", "scene labels where predictions are expected"),
        ("fps", "{\"scenes\":[{\"start_frame\":0}]}", scores, "scene 0 has no start"),
        ("timed", "{\"scenes\":[{\"start_s\":0}]}", "film,shot,score\nl,0,1\n", "is labeled in time"),
    ]

    @Test(arguments: faults)
    func everyFaultIsOneLineWithARemedy(name: String, labels: String, scores: String, says: String) throws {
        try Files.temporary(["l.txt": labels, "s.txt": scores]) { folder in
            let error = evaluationError {
                _ = try SceneEvaluation.report(
                    .init(labels: [folder + "/l.txt"], predictions: [folder + "/s.txt"]))
            }
            let text = try #require(error).description
            #expect(text.contains(says), "\(text)")
            #expect(text.contains("; "))
            #expect(!text.contains("\n"))
        }
    }

    @Test func aMissingFileAndBytesThatAreNoTextAreTold() throws {
        let missing = evaluationError {
            _ = try SceneEvaluation.report(.init(labels: ["no/such/file"], predictions: ["no/such/file"]))
        }
        #expect(missing == .file(.unreadable(path: "no/such/file", reason: "No such file or directory")))
    }
}
