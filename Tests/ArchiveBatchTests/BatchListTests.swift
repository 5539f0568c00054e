import ArchiveBatch
import Testing

/// Which films a list names, and who does which.
@Suite struct BatchListTests {
    @Test(arguments: [
        (["a.mp4", "", "  ", "films/b.mkv\r"], [("a.mp4", "a.mp4"), ("b.mkv", "films/b.mkv")]),
        (
            ["films/a.mp4\tmonday", "b.mp4\ttuesday/late"],
            [("monday", "films/a.mp4"), ("tuesday/late", "b.mp4")]
        ),
        (["https://host/path/a.mp4?key=1/2#t"], [("a.mp4", "https://host/path/a.mp4?key=1/2#t")]),
        (["what?.mp4"], [("what?.mp4", "what?.mp4")]),
        // The mark of byte order that editors put before the first line.
        (["\u{feff}films/a.mp4\r", "b.mp4"], [("a.mp4", "films/a.mp4"), ("b.mp4", "b.mp4")]),
        (["\u{feff}", "b.mp4"], [("b.mp4", "b.mp4")]),
        (
            ["a.mp4\tnews/failed.jsonl", "b.mp4\tfailed-of-2.jsonl"],
            [("news/failed.jsonl", "a.mp4"), ("failed-of-2.jsonl", "b.mp4")]
        ),
        ([], []),
    ])
    func names(lines: [String], items: [(id: String, input: String)]) throws {
        let found = try BatchList.items(lines, of: "list")
        #expect(found.map(\.id) == items.map(\.id) && found.map(\.input) == items.map(\.input))
    }

    @Test(arguments: [
        (["a.mp4", "other/a.mp4"], "'a.mp4' and 'other/a.mp4' are both called 'a.mp4'"),
        (["a.mp4\tx", "b.mp4\tx/y"], "'x' is a film, and 'x/y' would lie in its folder"),
        (["fine.mp4", "a.mp4\t../x"], "list: line 2: '../x' cannot name a folder"),
        (["a.mp4\t/x"], "cannot name a folder"),
        (["a.mp4\tx//y"], "cannot name a folder"),
        (["a.mp4\t"], "cannot name a folder"),
        ([".hidden.mp4"], "cannot name a folder"),
        (["-"], nil),
        (["a.mp4\tx\ty"], "it has 2 tabs"),
        (["a.mp4\t\u{1b}[2J"], "cannot name a folder"),
        (["a.mp4\t" + String(repeating: "x", count: 201)], "cannot name a folder"),
        // The batch's own files would meet the results.
        (["fine.mp4", "a.mp4\tfailed.jsonl"], "list: line 2: 'failed.jsonl' cannot name a folder"),
        (["a.mp4\tindex.html"], "the batch writes a file of the name 'index.html' there"),
        (["a.mp4\tfailed-3-of-8.jsonl/x"], "cannot name a folder"),
        (["a.mp4\tfailed.jsonl.new"], "cannot name a folder"),
        (["films/index.html"], "cannot name a folder"),
    ])
    func wrongLists(lines: [String], words: String?) {
        guard let words else {
            #expect(throws: Never.self) { try BatchList.items(lines, of: "list") }
            return
        }
        #expect {
            try BatchList.items(lines, of: "list")
        } throws: {
            "\($0)".contains(words) && "\($0)".contains("give")
        }
    }

    /// What is no list holds names of any length; messages do not.
    @Test func messagesAreShort() {
        let name = String(repeating: "x", count: 5000)
        #expect {
            try BatchList.items([name], of: "list")
        } throws: {
            "\($0)".count < 500
        }
    }

    /// A film that was found fails by itself where a list would be refused.
    @Test(arguments: [
        ("a.mp4", nil), ("news/b ü.mp4", nil), ("a\nb.mp4", "it holds a control character"),
        ("\u{1b}[31m/b.mp4", "it holds a control character"),
        (String(repeating: "x", count: 197) + ".mp4", "a part of it exceeds 200 bytes"),
        (Array(repeating: "folder", count: 150).joined(separator: "/"), "it exceeds 1000 bytes"),
        ("failed.jsonl/b.mp4", "the batch writes a file of the name 'failed.jsonl' there"),
    ])
    func found(name: String, problem: String?) {
        let item = BatchItem(found: name, input: "films/\(name)")
        #expect(item.id == name && item.input == "films/\(name)")
        #expect((item.problem == nil) == (problem == nil))
        if let problem { #expect(item.problem?.contains("\(problem); rename") == true) }
    }

    @Test(arguments: [
        ("a.mp4", true), ("A.MKV", true), ("films/b.ts", true), ("c.y4m", true), (".mp4", true),
        ("mp4", false), ("a.mp4.txt", false), ("films.mp4/list", false), ("", false), ("a.", false),
    ])
    func endings(name: String, isFilm: Bool) { #expect(FilmEndings.isFilm(name) == isFilm) }

    /// Each film belongs to one slice, slices are about equal, and other films move none.
    @Test func slices() throws {
        let ids = (0..<3000).map { "film \($0).mp4" }
        for count in [1, 2, 8, 97] {
            let slices = try (0..<count).map { try #require(BatchSlice("\($0)/\(count)")) }
            let shares = slices.map { slice in ids.count(where: slice.holds) }
            #expect(shares.reduce(0, +) == ids.count)
            let fair = Double(ids.count) / Double(count)
            #expect(shares.allSatisfy { abs(Double($0) - fair) < 6 * fair.squareRoot() }, "\(shares)")
        }
        // The same on every machine, in every version: a worker of another one takes the same films.
        let slice = try #require(BatchSlice("3/8"))
        #expect((0..<40).filter { slice.holds("film \($0).mp4") } == Self.thirdOfEight)
        for text in ["8/8", "-1/8", "1", "1/0", "a/b", "1/2/3", "", "/"] { #expect(BatchSlice(text) == nil) }
    }

    static let thirdOfEight = [15, 16, 33, 34, 38]
}
