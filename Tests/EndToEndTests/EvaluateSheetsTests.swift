import Foundation
import TestSupport
import Testing

/// `scened evaluate sheets` and `marks`: from two lists of cuts and a person's answers to labels.
@Suite struct EvaluateSheetsTests {
    /// A folder with two lists: one is right, the other lacks the third cut, has one three pictures late and
    /// one too many.
    private static func setUp() throws -> (folder: URL, cuts: [Int]) {
        let folder = try Scratch.emptyFolder()
        let cuts = try Fixtures.truth("cuts.mp4").cuts.map { Int($0) }
        try #require(cuts.count > 5)
        var wrong = cuts
        wrong.remove(at: 2)
        wrong[4] += 3
        wrong.append(cuts[0] - 12)
        for (name, list) in [("right.txt", cuts), ("wrong.txt", wrong.sorted())] {
            let text = list.map { "\($0)\n" }.joined()
            try text.write(to: folder.appending(path: name), atomically: false, encoding: .utf8)
        }
        return (folder, cuts)
    }

    private static func sheets(_ folder: URL, _ lists: [String], _ output: String, _ more: [String] = [])
        throws
        -> Program.Outcome
    {
        try Program.run(
            ["evaluate", "sheets", Fixtures.path("cuts.mp4"), "--detected"]
                + lists.map { folder.appending(path: $0).path }
                + ["--output", folder.appending(path: output).path, "--width", "64"] + more)
    }

    @Test func differencesAreAskedAndAnswersBecomeLabels() throws {
        let (folder, cuts) = try Self.setUp()
        let outcome = try Self.sheets(folder, ["right.txt", "wrong.txt"], "one", ["--sample", "2"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(
            outcome.errors.contains("agree on \(cuts.count - 2) cuts and differ at 4 places"),
            "\(outcome.errors)")
        let page = try String(contentsOf: folder.appending(path: "one/sheets.html"), encoding: .utf8)
        let pictures = page.matches(of: #/id="picture-(\d+)">([^<]+)</#)
        #expect(pictures.count > 100)
        let jpeg = folder.appending(path: "picture.jpg")
        try #require(Data(base64Encoded: String(pictures[0].2))).write(to: jpeg)
        let probe = try ExternalTool.run([
            "ffprobe", "-v", "error", "-show_entries", "stream=codec_name,width", "-of", "csv=p=0", jpeg.path,
        ])
        #expect(probe.output.hasPrefix("mjpeg,64"), "\(probe.output)")

        // Answered as the truth has it.
        let file = folder.appending(path: "one/answers.txt")
        let blank = try String(contentsOf: file, encoding: .utf8)
        let places = blank.matches(of: #/(?m)^(\d+) \((\d+)-(\d+)\):$/#)
        #expect(places.map { String($0.1) } == ["1", "2", "3", "4", "5", "6"])
        let starts = places.compactMap { Int($0.2) }
        #expect(starts != starts.sorted(), "by chance")
        let unanswered = try Program.run(["evaluate", "marks", folder.appending(path: "one").path])
        #expect(unanswered.status == 65 && unanswered.errors.contains("6 of 6 places have no answer"))
        var answers = ""
        for place in places {
            let first = try #require(Int(place.2))
            let last = try #require(Int(place.3))
            let cut = cuts.first { first...last ~= $0 }
            answers += "\(place.0) \(cut.map { "cut \($0) # seen" } ?? "nothing noise")\n"
        }
        try answers.write(to: file, atomically: false, encoding: .utf8)
        let truth = folder.appending(path: "truth.json").path
        let marked = try Program.run([
            "evaluate", "marks", folder.appending(path: "one").path, "--output", truth,
        ])
        #expect(marked.status == 0 && marked.errors.isEmpty, "\(marked.errors)")
        let labels = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: truth))) as? [String: Any])
        #expect(labels["cuts"] as? [Int] == cuts && labels["fps"] as? Int == 25)
        #expect(labels["film"] as? String == "cuts.mp4")
        #expect((labels["how"] as? String)?.contains("2 of these are right") == true)
        // The late cut is a place of its own: three pictures behind the right one.
        #expect((labels["distractors"] as? [[String: Any]])?.count == 2)
        let scores = try Program.run([
            "evaluate", "shots", "--truth", truth, "--detected", folder.appending(path: "right.txt").path,
            "--json",
        ])
        #expect(scores.output.contains(#""f1":1.000000"#), "\(scores.output)")
    }

    /// Nothing in the files tells which list said what, nor what the lists are called.
    @Test func listsLeaveNoTrace() throws {
        let (folder, _) = try Self.setUp()
        #expect(try Self.sheets(folder, ["right.txt", "wrong.txt"], "one", ["--sample", "1"]).status == 0)
        #expect(try Self.sheets(folder, ["wrong.txt", "right.txt"], "other", ["--sample", "1"]).status == 0)
        for name in ["sheets.html", "answers.txt", "places.json"] {
            let one = try Data(contentsOf: folder.appending(path: "one/\(name)"))
            #expect(try Data(contentsOf: folder.appending(path: "other/\(name)")) == one, "\(name)")
            let text = String(decoding: one, as: UTF8.self)
            #expect(!text.contains("right.txt") && !text.contains("wrong.txt") && !text.contains(folder.path))
        }
    }

    @Test func refusals() throws {
        let (folder, cuts) = try Self.setUp()
        try "99999\n".write(to: folder.appending(path: "far.txt"), atomically: false, encoding: .utf8)
        try "1.5\n".write(to: folder.appending(path: "seconds.txt"), atomically: false, encoding: .utf8)
        let same = try Self.sheets(folder, ["right.txt", "right.txt"], "same")
        #expect(same.errors.contains("agree on \(cuts.count) cuts and differ at 0 places"), "\(same.errors)")
        for (lists, output, status, message) in [
            (["right.txt"], "x", Int32(64), "two lists"),
            (["right.txt", "nowhere.txt"], "x", 66, "nowhere.txt"),
            (["right.txt", "far.txt"], "x", 65, "give a list of this film"),
            (["right.txt", "seconds.txt"], "x", 65, "frame rate"),
            (["right.txt", "right.txt"], "same", 73, "--force"),
            (["right.txt", "wrong.txt"], "right.txt", 73, "Not a directory"),
        ] {
            let outcome = try Self.sheets(folder, lists, output)
            #expect(
                outcome.status == status && outcome.errors.contains(message), "\(lists): \(outcome.errors)")
            #expect(outcome.errorLines.count == 1 || status == 64, "\(outcome.errors)")
        }
        let folderName = folder.appending(path: "same").path
        let places = "\(folderName)/places.json"
        for (arguments, status, message) in [
            ([folder.path], Int32(66), "places.json"),
            ([folderName, "--answers", places], 65, "not a place of these sheets"),
            ([folderName, "--output", places], 64, "would overwrite"),
        ] {
            let outcome = try Program.run(["evaluate", "marks"] + arguments)
            #expect(
                outcome.status == status && outcome.errors.contains(message),
                "\(arguments): \(outcome.errors)")
        }
    }
}
