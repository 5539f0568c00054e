import Foundation
import TestSupport
import Testing

/// `scened index merge` of the built program.
@Suite struct IndexMergeTests {
    private static func embedding(_ folder: URL, _ name: String, _ film: String) throws -> String {
        let path = folder.appending(path: "\(name).npz").path
        try #require(try Program.run(["embed", film, "--quiet", "--output", path]).status == 0)
        return path
    }

    @Test func smallerAndTogether() throws {
        let folder = try Scratch.emptyFolder()
        let film = try Self.embedding(folder, "film", try Films.scenes().path)
        let clip = try Self.embedding(folder, "clip", Fixtures.path("cuts.mp4"))
        func index(_ name: String) -> String { folder.appending(path: name).path }
        func scened(_ arguments: String...) throws -> Program.Outcome {
            try Program.run(["index"] + arguments)
        }
        #expect(try scened("add", index("one"), film, clip).status == 0)
        #expect(try scened("remove", index("one"), "clip").status == 0)
        #expect(try scened("add", index("two"), clip).status == 0)
        let threshold = Data(
            #"{"type":"scened_index_threshold","threshold":0.970000,"matches_per_day":1.000000,"hours":30.000000}"#
                .utf8)
        for name in ["one", "two"] {
            try threshold.write(to: folder.appending(path: "\(name)/threshold.json"))
        }
        // What was removed stays behind.
        let smaller = try scened("merge", index("smaller"), index("one"))
        #expect(
            smaller.status == 0 && smaller.errors.isEmpty
                && smaller.output == "\(index("one")): recordings: 1 added; 5 scenes\n", "\(smaller)")
        let info = try scened("info", index("smaller"), "--verify", "--json").output
        #expect(info.contains(#""rows":5,"#) && info.contains(#""threshold":0.970000"#), "\(info)")
        // Both in one answer as one index that was made of both.
        #expect(try scened("merge", index("both"), index("two"), index("one"), "--quiet").output.isEmpty)
        #expect(try scened("add", index("wanted"), film, clip, "--quiet").status == 0)
        for name in ["film#1", "film#3", "clip#1"] {
            let answers = try ["both", "wanted"].map {
                try Program.run(["similar", "--scene", name, "--index", index($0), "--top", "100"]).output
            }
            #expect(answers[0] == answers[1] && !answers[0].isEmpty)
        }
        let again = try scened("merge", index("both"), index("one"))
        #expect(again.output == "\(index("one")): recordings: 1 already there; 5 scenes\n", "\(again)")
    }

    @Test func wrongInput() throws {
        let folder = try Scratch.emptyFolder()
        func index(_ name: String) -> String { folder.appending(path: name).path }
        let clip = try Self.embedding(folder, "clip", Fixtures.path("cuts.mp4"))
        #expect(try Program.run(["index", "add", index("one"), clip]).status == 0)
        #expect(
            try Program.run(["index", "add", index("named"), clip, "--name", "other"]).status == 0)
        let manifest = folder.appending(path: "named/index.json")
        let text = try String(contentsOf: manifest, encoding: .utf8)
        try text.replacing(#""encoder":"descriptor"#, with: #""encoder":"another"#)
            .write(to: manifest, atomically: true, encoding: .utf8)
        let table: [([String], Int32, String)] = [
            ([index("new")], 64, "Missing expected argument"),
            ([index("new"), index("missing")], 66, "missing"),
            ([index("new"), folder.path], 65, "is not an index"),
            ([index("new"), index("one"), index("named")], 65, "another"),
            ([index("one"), index("named")], 65, "another"),
            ([folder.path, index("one")], 65, "holds other files"),
        ]
        for (arguments, status, words) in table {
            let outcome = try Program.run(["index", "merge"] + arguments)
            #expect(outcome.status == status && outcome.errors.contains(words), "\(arguments): \(outcome)")
            #expect(outcome.output.isEmpty)
        }
        // Nothing was begun.
        #expect(!FileManager.default.fileExists(atPath: index("new")))
    }
}
